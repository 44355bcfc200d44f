import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { RequestOptions } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ErrorCode, McpError, ResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { messageOf } from "../../errors/message-of.ts";
import type { Environment } from "../../host/host.ts";
import type { PipedProcesses } from "../../host/piped-processes.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { McpConfig } from "./mcp-config.ts";
import { ProgramTransport } from "./program-transport.ts";
import { SecretValues } from "./secret-values.ts";

/** What a connection needs of the machine. */
export interface McpWorld {
  readonly env: Environment;
  /** Absolute path of the folder that servers start in. */
  readonly cwd: string;
  readonly processes: PipedProcesses;
}

/** How often a list of tools may go on: a server may never come to its end. */
const MAX_LIST_PAGES = 50;

/** A server that one run speaks to. What it throws and returns holds no secret. */
export class McpConnection {
  readonly #client = new Client({ name: "llm-do", version: "1" });
  readonly #config: McpConfig;
  readonly #secrets: SecretValues;
  readonly #signal: AbortSignal;
  #transport: Transport | undefined;
  #isOpen = false;

  /** @param signal aborts when the run ends */
  constructor(config: McpConfig, world: McpWorld, signal: AbortSignal) {
    this.#config = config;
    this.#signal = signal;
    this.#secrets = new SecretValues(world.env);
    this.#client.onclose = () => {
      this.#isOpen = false;
    };
    this.ready = this.#open(world);
    this.ready.catch(() => undefined); // told to whoever asks something
  }

  /** Resolves when the server has greeted; rejects with what says why not. */
  readonly ready: Promise<void>;

  /** Whether it can still be asked. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What the server answers to `tools/list`, all pages of it. */
  async listTools(): Promise<readonly Json[]> {
    const tools: Json[] = [];
    let cursor: Json | undefined;
    for (let page = 0; page < MAX_LIST_PAGES; page++) {
      const asked = cursor === undefined ? {} : { cursor };
      const answer = await this.#request("tools/list", asked);
      const listed = answer["tools"];
      if (!Array.isArray(listed))
        throw new Error("its answer to tools/list holds no list of tools");
      tools.push(...(listed as readonly Json[]));
      cursor = answer["nextCursor"] ?? undefined;
      if (cursor === undefined) return tools;
    }
    throw new Error(`its list of tools has more than ${MAX_LIST_PAGES} pages`);
  }

  /** What the server answers to a call, whatever that is. */
  callTool(name: string, input: Json): Promise<JsonObject> {
    return this.#request("tools/call", { name, arguments: input });
  }

  /** Ends the connection, and the server where it was started. Never rejects. */
  async close(): Promise<void> {
    await this.ready.catch(() => undefined);
    await this.#client.close().catch(() => undefined);
    await this.#transport?.close().catch(() => undefined);
  }

  async #open(world: McpWorld): Promise<void> {
    try {
      this.#transport = this.#transportTo(world);
      this.#isOpen = true;
      await this.#client.connect(this.#transport, this.#options);
    } catch (error) {
      this.#isOpen = false;
      const failure = this.#told(error);
      await this.#transport?.close().catch(() => undefined);
      throw failure;
    }
  }

  #transportTo({ cwd, processes }: McpWorld): Transport {
    const { server } = this.#config;
    const secrets = this.#secrets;
    if (server.kind === "address") {
      secrets.keepQuery(server.url);
      const headers = secrets.expand(server.headers, true);
      return new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } });
    }
    const env = { ...secrets.inherited(), ...secrets.expand(server.env, false) };
    return new ProgramTransport(
      { program: server.command, arguments: server.args, cwd, env },
      processes,
    );
  }

  async #request(method: string, params: JsonObject): Promise<JsonObject> {
    try {
      await this.ready;
      const answer = await this.#client.request({ method, params }, ResultSchema, this.#options);
      // What came over the wire was parsed as JSON.
      return this.#secrets.maskJson(answer as JsonObject) as JsonObject;
    } catch (error) {
      this.#signal.throwIfAborted();
      throw this.#told(error);
    }
  }

  get #options(): RequestOptions {
    return { signal: this.#signal, timeout: this.#config.timeoutMs };
  }

  /** An error in words for people, without secrets. */
  #told(error: unknown): Error {
    if (error instanceof ToldError) return error;
    const remarks = this.#transport instanceof ProgramTransport ? this.#transport.remarks : "";
    const said = `${this.#reasonOf(error)}${remarks === "" ? "" : ` (${remarks})`}`;
    // No cause: what the SDK throws may hold the request with its headers.
    return new ToldError(this.#secrets.mask(said));
  }

  #reasonOf(error: unknown): string {
    if (error instanceof McpError) {
      const { timeoutMs } = this.#config;
      if (error.code === ErrorCode.RequestTimeout)
        return `it did not answer in ${timeoutMs / 1000} s`;
      if (error.code === ErrorCode.ConnectionClosed) return "it closed the connection";
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
    return `${messageOf(error)}${cause === "" ? "" : `: ${cause}`}`;
  }
}

/** Says what went wrong, and nothing that is secret. */
class ToldError extends Error {}
