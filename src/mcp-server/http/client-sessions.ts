import type { IncomingMessage, ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { McpService } from "../mcp-service.ts";
import { type ConnectionInfo, serveMcp } from "../serve-mcp.ts";
import type { Refusal } from "./http-guard.ts";

/** Clients at once. Another one takes the place of the one that has been silent for the longest. */
export const MOST_SESSIONS = 64;

/** A client without an open connection is forgotten after this long. */
export const IDLE_MS = 10 * 60_000;

/** Bytes of one message of a client. */
const MOST_BODY_BYTES = 10 * 1024 * 1024;

/** One client over HTTP, with its own connection, approvals and calls. */
interface Session {
  readonly transport: StreamableHTTPServerTransport;
  /** Ends it, with its calls. */
  readonly end: AbortController;
  /** Resolves when it and its calls have ended. */
  readonly ended: Promise<void>;
  /** Responses that are open. */
  open: number;
  /** When the last response was closed. */
  idleSinceMs: number;
  /** Aborts when a request comes before the session is forgotten. */
  idle: AbortController | undefined;
}

/** The clients of a server. */
export class ClientSessions {
  readonly #service: McpService;
  readonly #signal: AbortSignal;
  readonly #sessions = new Set<Session>();

  constructor(service: McpService, signal: AbortSignal) {
    this.#service = service;
    this.#signal = signal;
  }

  /**
   * Answers a request.
   *
   * @param id the session that it names; undefined for a client's first request
   * @returns why it cannot be answered
   */
  async handle(
    id: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Refusal | undefined> {
    const session = id === undefined ? this.#begin() : this.#find(id);
    if (!session) {
      return id === undefined
        ? { status: 503, message: `there are ${MOST_SESSIONS} clients, and all are busy` }
        : { status: 404, message: "Session not found" };
    }
    await this.#answer(session, request, response);
    // Nothing but the first message of a client begins a session.
    if (session.transport.sessionId === undefined) session.end.abort(new Error("no session began"));
    return undefined;
  }

  /** Resolves when all clients and their calls have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#sessions].map(({ ended }) => ended));
  }

  #find(id: string): Session | undefined {
    return [...this.#sessions].find(({ transport }) => transport.sessionId === id);
  }

  #begin(): Session | undefined {
    if (this.#sessions.size >= MOST_SESSIONS) {
      const idle = [...this.#sessions].filter(({ open, end }) => open === 0 && !end.signal.aborted);
      const longest = idle.toSorted((left, right) => left.idleSinceMs - right.idleSinceMs)[0];
      if (!longest) return undefined;
      this.#sessions.delete(longest);
      longest.end.abort(new Error("another client took its place"));
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: this.#service.run.host.createId,
      maxRequestBodySize: MOST_BODY_BYTES,
    });
    const end = new AbortController();
    const ending = AbortSignal.any([this.#signal, end.signal]);
    // It is one, but for undefined where its type allows an absent key only.
    const ended = serveMcp(this.#service, transport as Transport, ending);
    const session: Session = { transport, end, ended, open: 0, idleSinceMs: 0, idle: undefined };
    this.#sessions.add(session);
    ended
      .catch((error: unknown) => this.#service.run.onWarning(`a client's session failed: ${error}`))
      .finally(() => this.#sessions.delete(session));
    return session;
  }

  async #answer(
    session: Session,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    session.open++;
    session.idle?.abort();
    // A result could not be delivered: there is no way back to a response that was closed.
    const closed = new AbortController();
    response.once("close", () => {
      session.open--;
      if (!response.writableFinished) closed.abort(new Error("the client closed the connection"));
      if (session.open === 0) this.#awaitReturn(session);
    });
    const connection: ConnectionInfo = { signal: closed.signal };
    // The SDK hands this on with each message of the request.
    const auth = { token: "", clientId: "", scopes: [], extra: { connection } };
    await session.transport.handleRequest(Object.assign(request, { auth }), response);
  }

  /** Forgets a client that does not come back. */
  #awaitReturn(session: Session): void {
    const { clock } = this.#service.run.host;
    session.idleSinceMs = clock.monotonicMs();
    const idle = new AbortController();
    session.idle = idle;
    const waiting = AbortSignal.any([idle.signal, session.end.signal, this.#signal]);
    clock.sleep(IDLE_MS, waiting).then(
      () => session.end.abort(new Error("it was idle")),
      () => undefined, // it came back, or ended
    );
  }
}
