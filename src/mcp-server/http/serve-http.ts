import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { claimProtocolStreams } from "../../host/protocol-streams.ts";
import { type McpCommand, openService } from "../mcp-service.ts";
import { ClientSessions, MOST_SESSIONS } from "./client-sessions.ts";
import { isLoopback, type Refusal, refusalOf } from "./http-guard.ts";
import type { ListeningPlace } from "./listening-place.ts";

/** Where clients find the server. */
const PATH = "/mcp";

/** Time for a client to send one message. */
const REQUEST_MS = 60_000;

/** A client has one connection for notifications, and one for each call. */
const CONNECTIONS_PER_SESSION = 16;

/**
 * Serves a project's functions over streamable HTTP until the signal aborts. The address is written to
 * stdout, and nothing else is.
 *
 * @throws LlmDoError `usage` when nobody can listen there
 */
export async function serveHttp(options: McpCommand, place: ListeningPlace): Promise<void> {
  const { host, signal } = options;
  const { output } = claimProtocolStreams(); // code that logs does not write between the lines
  const service = await openService(options);
  const sessions = new ClientSessions(service, signal);
  const server = createServer((request, response) => {
    answer(request, response, { sessions, place }).catch((error: unknown) => {
      service.run.onWarning(`a request failed: ${messageOf(error)}`);
      refuse(response, { status: 500, message: "Internal error" });
    });
  });
  server.requestTimeout = REQUEST_MS;
  server.maxConnections = MOST_SESSIONS * CONNECTIONS_PER_SESSION;
  const url = await listen(server, place);
  if (!isLoopback(place.host)) {
    host.stderr.write(
      `warning: whoever can reach ${url} can call these functions; there is no other check\n`,
    );
  }
  output.write(`${url}\n`);
  await aborted(signal);
  server.close();
  await sessions.settled();
  server.closeAllConnections();
}

interface Answering {
  readonly sessions: ClientSessions;
  readonly place: ListeningPlace;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { sessions, place }: Answering,
): Promise<void> {
  const { host, origin } = request.headers;
  const id = request.headers["mcp-session-id"];
  const refusal =
    refusalOf({ host, origin }, place) ??
    unknownPlace(request) ??
    (await sessions.handle(typeof id === "string" ? id : undefined, request, response));
  if (refusal) refuse(response, refusal);
}

function unknownPlace({ url = "", method, headers }: IncomingMessage): Refusal | undefined {
  if (url.replace(/\?.*$/s, "") !== PATH) {
    return { status: 404, message: `there is nothing here; clients connect to ${PATH}` };
  }
  if (method !== "POST" && method !== "GET" && method !== "DELETE") {
    return { status: 405, message: "Method not allowed." };
  }
  if (method === "POST" || headers["mcp-session-id"] !== undefined) return undefined;
  return { status: 400, message: "Bad Request: Mcp-Session-Id header is required" };
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const code = status === 404 ? -32001 : -32000;
  response.writeHead(status, {
    "content-type": "application/json",
    ...(status === 405 ? { allow: "GET, POST, DELETE" } : {}),
    // What is left of the request is not read.
    connection: "close",
  });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }));
}

/** @returns the address that clients connect to */
async function listen(server: Server, { port, host }: ListeningPlace): Promise<string> {
  const name = host.replace(/^\[|\]$/g, "");
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(cannotListen(error, { port, host })));
    server.listen(port, name, resolve);
  });
  const address = server.address();
  const listening = typeof address === "object" && address !== null ? address.port : port;
  return `http://${name.includes(":") ? `[${name}]` : name}:${listening}${PATH}`;
}

function cannotListen(
  error: NodeJS.ErrnoException,
  { port, host }: Pick<ListeningPlace, "port" | "host">,
): LlmDoError {
  const [reason, ...tries] = LISTEN_PROBLEMS[error.code ?? ""] ?? [messageOf(error)];
  return new LlmDoError({
    code: "usage",
    verb: "listen on",
    what: `${host}:${port}`,
    reason: reason ?? messageOf(error),
    tries,
    cause: error,
  });
}

/** Why nobody can listen, and what to try, by the system's code. */
const LISTEN_PROBLEMS: Readonly<Record<string, readonly [reason: string, ...tries: string[]]>> = {
  EADDRINUSE: ["another program listens there", "--http 0 for a port that is free"],
  EACCES: ["this account may not", "--http with a port above 1023"],
  EADDRNOTAVAIL: ["this machine does not have that address", "leave out --host"],
  ENOTFOUND: ["there is no such name", "leave out --host"],
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
