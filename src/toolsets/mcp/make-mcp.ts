import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { CallContext } from "../../functions/call-context.ts";
import { sourcedToolset, type Toolset, type ToolsetPlace } from "../../functions/toolset.ts";
import type { Host } from "../../host/host.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import { readListing, toolsOfListing } from "./listed-tools.ts";
import { type McpConfig, readMcpConfig } from "./mcp-config.ts";
import type { McpConnection, McpWorld } from "./mcp-connection.ts";
import { readToolResult } from "./tool-result.ts";

/**
 * The toolset `mcp`: the tools of a server that speaks the Model Context Protocol. Each run has a
 * connection of its own, made when it is needed; a replay never is that.
 *
 * @throws LlmDoError `configuration`
 */
export function makeMcp(config: JsonObject, place: ToolsetPlace, host: Host): Toolset {
  const read = readMcpConfig(config);
  const world: McpWorld = { env: host.env, cwd: place.cwd, processes: host.pipedProcesses };
  const server = `${shownServer(read)} (mcp of ${place.workerName})`;
  const connections = new Connections(read, world);
  async function call(name: string, input: Json, { signal }: CallContext): Promise<Json> {
    try {
      return readToolResult(await (await connections.of(signal)).callTool(name, input));
    } catch (error) {
      signal.throwIfAborted();
      throw new Error(messageOf(error));
    }
  }
  return sourcedToolset({
    asked: { tool: "mcp:list", input: askedOf(read) },
    list: async (signal) => {
      try {
        const answer = await (await connections.of(signal)).listTools();
        return readListing(answer, read.tools, server);
      } catch (error) {
        throw isLlmDoError(error) ? error : unreachable(server, messageOf(error));
      }
    },
    toolsOf: (listing) => toolsOfListing(listing, server, call),
    close: (signal) => connections.close(signal),
  });
}

/** The connections of the runs, known by their signals. */
class Connections {
  readonly #open = new Map<AbortSignal, McpConnection>();
  readonly #config: McpConfig;
  readonly #world: McpWorld;

  constructor(config: McpConfig, world: McpWorld) {
    this.#config = config;
    this.#world = world;
  }

  /** The connection of a run; a new one where the server went away. */
  async of(signal: AbortSignal): Promise<McpConnection> {
    const { McpConnection } = await import("./mcp-connection.ts");
    signal.throwIfAborted();
    const known = this.#open.get(signal);
    if (known?.isOpen) return known;
    const connection = new McpConnection(this.#config, this.#world, signal);
    this.#open.set(signal, connection);
    await known?.close();
    return connection;
  }

  async close(signal: AbortSignal): Promise<void> {
    const connection = this.#open.get(signal);
    this.#open.delete(signal);
    await connection?.close();
  }
}

/** What the server is known by in a recording: nothing that may be a secret. */
function askedOf({ server, tools }: McpConfig): JsonObject {
  const used = tools === undefined ? {} : { tools };
  if (server.kind === "program") return { command: server.command, args: server.args, ...used };
  return { url: addressOf(server.url), ...used };
}

function shownServer({ server }: McpConfig): string {
  return server.kind === "program" ? server.command : addressOf(server.url);
}

/** Users, passwords and what stands after `?` are often credentials. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function unreachable(server: string, reason: string): LlmDoError {
  return new LlmDoError({
    code: "call",
    verb: "list the tools of",
    what: server,
    reason,
    tries: ["start the server by hand to see what it says", "see docs/mcp.md"],
  });
}
