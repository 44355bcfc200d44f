import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Field } from "../../format/reader.ts";
import type { CallContext } from "../../functions/call-context.ts";
import type { Tool } from "../../functions/tool.ts";
import type { ToolPin, ToolSource } from "../../functions/tool-source.ts";
import {
  type ConfiguredSource,
  sourcedToolset,
  type Toolset,
  type ToolsetPlace,
} from "../../functions/toolset.ts";
import type { Host } from "../../host/host.ts";
import type { Json, JsonObject } from "../../model/json.ts";
import type { WallPlace } from "../sandbox/sandbox-config.ts";
import { walledPipedProcesses, wallOf } from "../sandbox/walled-processes.ts";
import { listingRemarks, readListing, toolsOfListing } from "./listed-tools.ts";
import { MCP, type McpConfig, type NamedServer } from "./mcp-config.ts";
import type { McpConnection } from "./mcp-connection.ts";
import type { McpWorld } from "./mcp-session.ts";
import { callProtocolTool, protocolEntries } from "./protocol-tools.ts";
import { readToolResult } from "./tool-result.ts";

/** What a server is called that has no name. */
const UNNAMED = "mcp";

/**
 * The toolset `mcp`: the tools of servers that speak the Model Context Protocol. Each run has a
 * connection of its own to each, made when it is needed; a replay never is that.
 *
 * @throws LlmDoError for what is wrong with the configuration, with its place
 */
export function makeMcp(config: Field, place: McpPlace, host: Host): Toolset {
  const { env, pipedProcesses: processes, clock } = host;
  const world: McpWorld = { env, cwd: place.cwd, processes, clock };
  const servers = MCP.read(config);
  return sourcedToolset(servers.map((server) => serverSource(server, place, world)));
}

type McpPlace = WallPlace & Pick<ToolsetPlace, "workerName">;

function serverSource(named: NamedServer, place: McpPlace, world: McpWorld): ConfiguredSource {
  const { config, approvals } = named;
  const name = named.name ?? UNNAMED;
  const toolset = named.name === undefined ? UNNAMED : `${UNNAMED}.${name}`;
  const server = `${shownServer(config)} (${toolset} of ${place.workerName})`;
  const connections = new Connections(config, behindWall(config, place, world));
  const pins = new WeakMap<Tool, ToolPin>();
  const source: ToolSource = {
    asked: { tool: "mcp:list", input: { ...identityOf(config), ...usedOf(config) } },
    list: async (signal) => {
      try {
        const listed = await serverListing(await connections.of(signal), name);
        return readListing(listed, { wanted: config.tools, server });
      } catch (error) {
        throw isLlmDoError(error) ? error : unreachable(server, messageOf(error));
      }
    },
    toolsOf: (listing) =>
      toolsOfListing(
        listing,
        ({ name: tool, does }, input, context) =>
          ask(connections, context, (connection) => callTool(connection, { tool, does, input })),
        (tool, pin) => pins.set(tool, { ...pin, server: identityOf(config) }),
      ),
    remarks: (listing) => listingRemarks(listing, server),
    pinOf: (tool) => pins.get(tool),
    close: (signal) => connections.close(signal),
  };
  return { source, prefix: name, approvals };
}

/** The world of a server, with a wall around its programs where its configuration wants one. */
function behindWall({ server }: McpConfig, place: McpPlace, world: McpWorld): McpWorld {
  if (server.kind !== "program" || server.sandbox === undefined) return world;
  return {
    ...world,
    processes: walledPipedProcesses(world.processes, wallOf(server.sandbox, place)),
  };
}

/** All that a server has: its tools, and those that read what it has beside them. */
async function serverListing(connection: McpConnection, name: string): Promise<readonly Json[]> {
  const kinds = ["resources", "prompts"] as const;
  const has = new Set<(typeof kinds)[number]>();
  for (const kind of kinds) if (await connection.has(kind)) has.add(kind);
  const others = protocolEntries(has, name).map((entry) => ({ ...entry }));
  // A server may have tools without saying so; one that only has other things need not know of any.
  const isAsked = (await connection.has("tools")) || has.size === 0;
  const own = isAsked ? await connection.list("tools/list", "tools") : [];
  return [...own.map(withoutMethod), ...others];
}

/** Only what is listed here calls a method of the protocol. */
function withoutMethod(entry: Json): Json {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
  const { does: _does, left_out: _leftOut, ...own } = entry as JsonObject; // no list, as checked
  return own;
}

interface CalledTool {
  readonly tool: string;
  readonly does: string | undefined;
  readonly input: JsonObject;
}

async function callTool(connection: McpConnection, { tool, does, input }: CalledTool) {
  if (does === undefined) {
    return readToolResult(
      await connection.ask("tools/call", { name: tool, arguments: input }, tool),
    );
  }
  return await callProtocolTool(does, connection, input);
}

async function ask(
  connections: Connections,
  { signal }: CallContext,
  call: (connection: McpConnection) => Promise<Json>,
): Promise<Json> {
  try {
    return await call(await connections.of(signal));
  } catch (error) {
    signal.throwIfAborted();
    throw isLlmDoError(error) ? error : new Error(messageOf(error));
  }
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

/** What a server is known by in recordings and in the lock file: nothing that may be a secret. */
function identityOf({ server }: McpConfig): JsonObject {
  if (server.kind === "program") return { command: server.command, args: server.args };
  return { url: addressOf(server.url) };
}

function usedOf({ tools }: McpConfig): JsonObject {
  return tools === undefined ? {} : { tools };
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
