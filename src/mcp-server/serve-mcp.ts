import type { Readable, Writable } from "node:stream";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { annotationsOf, titleOf } from "./annotations.ts";
import { askClient, progressOf } from "./client-messages.ts";
import type { McpService } from "./mcp-service.ts";
import { ServedCalls } from "./served-calls.ts";

/** Where the requests of a client's HTTP connection leave the signal that aborts when it closes. */
export interface ConnectionInfo {
  readonly signal: AbortSignal;
}

/**
 * Serves a project's functions to the client behind a transport, each call as a run of its own.
 *
 * @param signal ends the service, and all runs
 * @returns when the client has gone or the signal aborts, and all runs have ended
 */
export async function serveMcp(
  service: McpService,
  transport: Transport,
  signal: AbortSignal,
): Promise<void> {
  const server = new Server(
    { name: "llm-do", version: service.version },
    { capabilities: { tools: {} } },
  );
  const calls = new ServedCalls(service);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: definitionsOf(service) }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) => {
    const { name, arguments: input = {}, _meta } = params;
    const served = service.served.get(name);
    if (!served) throw new McpError(ErrorCode.InvalidParams, `there is no tool "${name}"`);
    const connection = extra.authInfo?.extra?.["connection"] as ConnectionInfo | undefined; // ours
    const ended = AbortSignal.any([
      extra.signal,
      signal,
      ...(connection ? [connection.signal] : []),
    ]);
    const ask = askClient({ server, requestId: extra.requestId, signal: ended });
    const progress = progressOf(_meta?.progressToken, (told) => extra.sendNotification(told));
    return calls.call(served, { input, signal: ended, ask, progress });
  });
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  const close = () => void server.close();
  signal.addEventListener("abort", close, { once: true });
  await server.connect(transport);
  if (signal.aborted) close();
  await closed;
  signal.removeEventListener("abort", close);
  await calls.settled();
}

/** A client that started this process, behind its pipes. */
export function streamTransport(input: Readable, output: Writable): Transport {
  return new StdioServerTransport(input, output);
}

function definitionsOf({ served }: McpService): Tool[] {
  return [...served].map(([name, { target, inputSchema, outputSchema }]) => ({
    name,
    title: titleOf(name),
    description: target.description,
    // Only schemas of objects are served.
    inputSchema: inputSchema as Tool["inputSchema"],
    ...(outputSchema ? { outputSchema: outputSchema as NonNullable<Tool["outputSchema"]> } : {}),
    annotations: { title: titleOf(name), ...annotationsOf(target) },
  }));
}
