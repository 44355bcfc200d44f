import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  ErrorCode,
  McpError,
  type RequestId,
  ResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Clock, Environment, PipedProcesses } from "../../host/host.ts";
import { programEnvironment } from "../../host/program-environment.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { SecretValues } from "../secret-values.ts";
import { connectionFetch, type FetchWatch, HttpRefusal } from "./connection-fetch.ts";
import { type McpConfig, SERVER_VARIABLES } from "./mcp-config.ts";
import { MESSAGE_LIMIT } from "./message-lines.ts";
import { ProgramTransport } from "./program-transport.ts";
import { OutOfTime, withinLimit } from "./request-limit.ts";
import { rpcErrorWords } from "./rpc-message.ts";
import { SessionEnded, ToldError } from "./told-error.ts";

/** What a session needs of the machine. */
export interface McpWorld {
  readonly env: Environment;
  /** Absolute path of the folder that servers start in. */
  readonly cwd: string;
  readonly processes: PipedProcesses;
  readonly clock: Clock;
}

/** The limits are kept here, so that only a late answer is told as one; a timer takes no longer. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** One session with a server, from its greeting on. What it throws and returns holds no secret. */
export class McpSession {
  readonly #client = new Client({ name: "llm-do", version: "1" });
  readonly #config: McpConfig;
  readonly #world: McpWorld;
  readonly #secrets: SecretValues;
  readonly #signal: AbortSignal;
  #transport: Transport | undefined;
  #isOpen = false;
  #isTooLong = false;
  /** Requests that the server has answered, where it is reached over HTTP. */
  readonly #answered = new Set<RequestId | undefined>();
  /** What went wrong beside the answers, where the server is reached over HTTP. */
  #trouble = "";

  /** @param signal aborts when the run ends */
  constructor(config: McpConfig, world: McpWorld, signal: AbortSignal) {
    this.#config = config;
    this.#world = world;
    this.#signal = signal;
    this.#secrets = new SecretValues(world.env);
    this.#client.onclose = () => {
      this.#isOpen = false;
    };
    this.#client.onerror = (error) => {
      this.#trouble = isSchemaError(error) ? "" : (messageOf(error).split("\n", 1)[0] ?? "");
    };
    this.ready = this.#open();
    this.ready.catch(() => undefined); // told to whoever asks something
  }

  /** Resolves when the server has greeted; rejects with what says why not. */
  readonly ready: Promise<void>;

  /** Whether it can still be asked. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether the server says that it has something of a kind. */
  has(capability: "tools" | "resources" | "prompts"): boolean {
    return this.#client.getServerCapabilities()?.[capability] !== undefined;
  }

  /**
   * Asks the server.
   *
   * @param what the request is for, as errors name it
   * @throws ToldError; SessionEnded where it was not performed, because the session has ended
   */
  async request(method: string, params: JsonObject, what: string): Promise<JsonObject> {
    try {
      await this.ready;
      const answer = await withinLimit(this.#limit, (signal, onProgress) =>
        this.#client.request({ method, params }, ResultSchema, {
          signal,
          timeout: NO_LIMIT_MS,
          ...(method.endsWith("/list") ? {} : { onprogress: onProgress }),
        }),
      );
      // What came over the wire was parsed as JSON.
      return this.#secrets.maskJson(answer as JsonObject) as JsonObject;
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#told(error, what);
    }
  }

  /** Ends the session, and the server where it was started. Never rejects. */
  async close(): Promise<void> {
    await this.ready.catch(() => undefined);
    await this.#client.close().catch(() => undefined);
    await this.#transport?.close().catch(() => undefined);
  }

  get #limit() {
    const { clock } = this.#world;
    return { clock, timeoutMs: this.#config.timeoutMs, signal: this.#signal };
  }

  async #open(): Promise<void> {
    try {
      const transport = this.#transportTo();
      this.#transport = transport;
      this.#isOpen = true;
      // The protocol knows no cancellation of a greeting: the connection is closed instead.
      await withinLimit(this.#limit, () =>
        this.#client.connect(transport, { timeout: NO_LIMIT_MS }),
      );
    } catch (error) {
      this.#isOpen = false;
      const failure = this.#signal.aborted ? error : this.#told(error, "initialize");
      await this.#transport?.close().catch(() => undefined);
      throw failure;
    }
  }

  #transportTo(): Transport {
    const { cwd, processes } = this.#world;
    const { server } = this.#config;
    const secrets = this.#secrets;
    const onTooLong = () => {
      this.#isTooLong = true;
    };
    if (server.kind === "address") {
      secrets.keepQuery(server.url);
      const headers = secrets.headers(server.headers);
      const watch: FetchWatch = {
        onTooLong: () => {
          onTooLong();
          this.#client.close().catch(() => undefined);
        },
        onStreamEnd: (id) => this.#endStream(transport, id),
      };
      const transport: Transport = new StreamableHTTPClientTransport(new URL(server.url), {
        requestInit: { headers },
        fetch: connectionFetch(watch),
      });
      transport.onmessage = (message) => {
        if ("id" in message && !("method" in message)) this.#answered.add(message.id);
      };
      return transport;
    }
    const env = {
      ...programEnvironment(this.#world.env, SERVER_VARIABLES),
      ...secrets.variables(server.env),
    };
    const request = { program: server.command, arguments: server.args, cwd, env };
    return new ProgramTransport(request, processes, onTooLong);
  }

  /** The SDK waits for an answer whose stream is gone. What was read of it may be on its way yet. */
  #endStream(transport: Transport, id: RequestId): void {
    const { clock } = this.#world;
    const fail = () => {
      if (this.#answered.has(id)) return;
      const error = { code: ErrorCode.ConnectionClosed, message: SDK_CLOSED, data: STREAM_ENDED };
      transport.onmessage?.({ jsonrpc: "2.0", id, error });
    };
    clock.sleep(SETTLE_MS, this.#signal).then(fail, () => undefined);
  }

  /** An error in words for people, without secrets. */
  #told(error: unknown, what: string): Error {
    if (error instanceof ToldError || isLlmDoError(error)) return error; // or there is no wall
    const { words, isComplete, code } = this.#wordsOf(error, what);
    const remarks = isComplete ? "" : this.#remarks;
    const said = this.#secrets.mask(`${words}${remarks === "" ? "" : ` (${remarks})`}`);
    // No cause: what the SDK throws may hold the request with its headers.
    const isEnded = error instanceof HttpRefusal && error.endsSession;
    return isEnded ? new SessionEnded(said) : new ToldError(said, code);
  }

  get #remarks(): string {
    return this.#transport instanceof ProgramTransport ? this.#transport.remarks : this.#trouble;
  }

  #wordsOf(error: unknown, what: string): Words {
    if (this.#isTooLong) {
      const words = `a message of the server exceeds ${MESSAGE_LIMIT}, so that "${what}" has no answer`;
      return { words, isComplete: true };
    }
    if (error instanceof OutOfTime) return { words: error.message, isComplete: false };
    if (error instanceof HttpRefusal) return { words: error.message, isComplete: true };
    if (error instanceof McpError) return this.#mcpWords(error);
    if (isCut(error)) return { words: CLOSED, isComplete: false };
    if (isSchemaError(error) || error instanceof SyntaxError) {
      const words = `it answered what is no message of the protocol${wrongField(error)}`;
      return { words, isComplete: false };
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
    const words = `${messageOf(error)}${cause === "" ? "" : `: ${cause}`}`;
    return { words, isComplete: !(this.#transport instanceof ProgramTransport) };
  }

  /** The SDK has the server's errors and its own in one class, and servers send its own codes. */
  #mcpWords({ code, message, data }: McpError): Words {
    const own = message.replace(`MCP error ${code}: `, "");
    const isClosing = code === ErrorCode.ConnectionClosed && own === SDK_CLOSED;
    if (data === STREAM_ENDED || (!this.#isOpen && isClosing && data === undefined)) {
      return { words: CLOSED, isComplete: false };
    }
    // The data came over the wire as JSON.
    const said = { code, message: own, ...(data === undefined ? {} : { data: data as Json }) };
    return { words: rpcErrorWords(said), isComplete: true, code };
  }
}

interface Words {
  readonly words: string;
  /** Whether nothing that is known of the server beside it says more. */
  readonly isComplete: boolean;
  /** Of the server's error, where it is one. */
  readonly code?: number;
}

/** Marks an error that no server sent. */
const STREAM_ENDED = {};

/** How long what was read of a stream that ended may take to be told as a message. */
const SETTLE_MS = 50;

/** What the SDK says of a request that has no answer when the connection closes. */
const SDK_CLOSED = "Connection closed";

const CLOSED = "it closed the connection";

/** What undici and the system call a connection that the other side ended. */
const CUT_CODES: readonly unknown[] = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"];

function isCut(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && CUT_CODES.includes(cause.code);
}

/** Where a message is wrong, by zod's error; empty where that says nothing of a field. */
function wrongField(error: unknown): string {
  const [issue] = isSchemaError(error) ? error.issues : [];
  const { path = null, message = null } = isJsonObject(issue) ? issue : {};
  return Array.isArray(path) && path.length > 0 ? `: ${path.join(".")}: ${String(message)}` : "";
}

/** zod's error, whichever copy of zod the SDK has. */
function isSchemaError(error: unknown): error is Error & { readonly issues: readonly unknown[] } {
  return error instanceof Error && "issues" in error && Array.isArray(error.issues);
}
