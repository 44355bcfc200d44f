import type { Json, JsonObject } from "../../model/json.ts";
import type { McpConfig } from "./mcp-config.ts";
import { McpSession, type McpWorld } from "./mcp-session.ts";
import { SessionEnded } from "./told-error.ts";

/** How often a list may go on: a server may never come to its end. */
export const MAX_LIST_PAGES = 50;

/** A server that one run speaks to. What it throws and returns holds no secret. */
export class McpConnection {
  readonly #config: McpConfig;
  readonly #world: McpWorld;
  readonly #signal: AbortSignal;
  readonly #sessions: McpSession[] = [];
  #session: McpSession;

  /** @param signal aborts when the run ends */
  constructor(config: McpConfig, world: McpWorld, signal: AbortSignal) {
    this.#config = config;
    this.#world = world;
    this.#signal = signal;
    this.#session = this.#begin();
  }

  /** Whether it can still be asked. */
  get isOpen(): boolean {
    return this.#session.isOpen;
  }

  /** Whether the server says that it has something of a kind, once it has greeted. */
  async has(capability: "tools" | "resources" | "prompts"): Promise<boolean> {
    await this.#session.ready;
    return this.#session.has(capability);
  }

  /**
   * What the server answers, whatever that is. A request that the server refuses because the
   * session has ended is sent once more, in a new session.
   *
   * @param what the request is for, as errors name it
   */
  async ask(method: string, params: JsonObject, what: string): Promise<JsonObject> {
    const session = this.#session;
    try {
      return await session.request(method, params, what);
    } catch (error) {
      if (!(error instanceof SessionEnded)) throw error;
      // Of requests that are refused together the first begins the session that all go on in.
      if (this.#session === session) this.#session = this.#begin();
      return await this.#session.request(method, params, what);
    }
  }

  /** All pages of a list; `field` is what its answers have it under. */
  async list(method: string, field: string): Promise<readonly Json[]> {
    const found: Json[] = [];
    let cursor: Json = "";
    for (let page = 0; page < MAX_LIST_PAGES; page++) {
      const asked = cursor === "" ? {} : { cursor };
      const answer = await this.ask(method, asked, method);
      const listed = answer[field];
      if (!Array.isArray(listed)) {
        throw new Error(`its answer to ${method} holds no list of ${field}`);
      }
      found.push(...(listed as readonly Json[]));
      cursor = answer["nextCursor"] ?? "";
      if (cursor === "") return found; // some servers say so that there is no other page
    }
    throw new Error(`its list of ${field} has more than ${MAX_LIST_PAGES} pages`);
  }

  /** Ends the connection, and the server where it was started. Never rejects. */
  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  #begin(): McpSession {
    const session = new McpSession(this.#config, this.#world, this.#signal);
    this.#sessions.push(session);
    return session;
  }
}
