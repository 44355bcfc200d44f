import type { Environment } from "../host/host.ts";
import { splitModelName } from "../model/request.ts";
import type { ModelTransport } from "../model/transport.ts";
import { withFinalAnswerTool } from "./final-answer-tool.ts";
import { needsFinalAnswerTool } from "./needs-final-answer-tool.ts";
import { type ProviderTable, switchesOf } from "./provider-table.ts";
import { type ResolvedProvider, resolveProvider } from "./resolve-provider.ts";
import { tellRefusedCalls } from "./tell-refused-calls.ts";

export interface ProviderRouterOptions {
  readonly env: Environment;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly nowMs: () => number;
  /** Rows that a project adds; they win over built-in ones. */
  readonly extraProviders?: ProviderTable;
}

/**
 * A transport that hands each request to the provider that its model names. A provider's code, and
 * with it the SDK, is loaded when the first request for it comes.
 *
 * @throws LlmDoError `configuration`, when a stream is read, for what {@link checkProvider} says
 */
export function createProviderRouter(options: ProviderRouterOptions): ModelTransport {
  const transports = new Map<string, Promise<ModelTransport>>();
  function transportFor(model: string): Promise<ModelTransport> {
    const { provider } = splitModelName(model);
    const known = transports.get(provider);
    if (known) return known;
    const resolved = resolveProvider(model, options.env, options.extraProviders);
    const transport = loadWithSchemas(resolved, options.nowMs);
    transports.set(provider, transport);
    return transport;
  }
  return {
    async *stream(request, streamOptions) {
      const transport = await transportFor(request.model);
      yield* transport.stream(request, streamOptions);
    },
  };
}

/**
 * Says before a run what the router would say at its first request, without loading any SDK.
 *
 * @throws LlmDoError `configuration` when the name is no `provider:model`, no provider has that
 * name, its base URL is none, or its key is missing
 */
export function checkProvider(model: string, env: Environment, extra?: ProviderTable): void {
  resolveProvider(model, env, extra);
}

/**
 * A transport that takes an output schema, by a tool where its provider does not, and tells a model
 * of calls that its server refused.
 */
async function loadWithSchemas(
  resolved: ResolvedProvider,
  nowMs: () => number,
): Promise<ModelTransport> {
  const transport = tellRefusedCalls(await loadTransport(resolved, nowMs));
  return withFinalAnswerTool(transport, ({ model }, schema) =>
    needsFinalAnswerTool(resolved.row, model, schema),
  );
}

async function loadTransport(
  { row, config }: ResolvedProvider,
  nowMs: () => number,
): Promise<ModelTransport> {
  const switches = switchesOf(row);
  switch (row.wire) {
    case "anthropic": {
      const { createAnthropicTransport } = await import("./anthropic/transport.ts");
      return createAnthropicTransport(config, switches, nowMs);
    }
    case "openai-responses": {
      const { createOpenAiResponsesTransport } = await import("./openai-responses/transport.ts");
      return createOpenAiResponsesTransport(config, switches, nowMs);
    }
    case "openai-chat": {
      const { createOpenAiChatTransport } = await import("./openai-chat/transport.ts");
      return createOpenAiChatTransport(config, switches, nowMs);
    }
    default:
      throw new TypeError(`unknown wire ${String(row.wire satisfies never)}`);
  }
}
