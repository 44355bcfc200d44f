import { letYoungGenerationGrow } from "../host/heap.ts";
import type { Environment } from "../host/host.ts";
import { lazily } from "../host/lazily.ts";
import { splitModelName } from "../model/request.ts";
import type { ModelTransport } from "../model/transport.ts";
import { withFinalAnswerTool } from "./output/final-answer-tool.ts";
import { needsFinalAnswerTool } from "./output/output-carrier.ts";
import { type ProviderTable, switchesOf } from "./table/provider-table.ts";
import { type ResolvedProvider, resolveProvider } from "./table/resolve-provider.ts";
import { tellRefusedCalls } from "./wire/errors/refused-call.ts";

interface ProviderRouterOptions {
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
  const loading = new Map<string, Promise<ModelTransport>>();
  const loaded = new Map<string, ModelTransport>();
  function transportFor(provider: string, model: string): Promise<ModelTransport> {
    const known = loading.get(provider);
    if (known) return known;
    const resolved = resolveProvider(model, options.env, options.extraProviders);
    letYoungGenerationGrow();
    const transport = loadWithSchemas(resolved, options.nowMs);
    loading.set(provider, transport);
    return transport;
  }
  async function* streamFirst(provider: string, ...asked: Parameters<ModelTransport["stream"]>) {
    const transport = await transportFor(provider, asked[0].model);
    loaded.set(provider, transport);
    yield* transport.stream(...asked);
  }
  return {
    stream(request, streamOptions) {
      const { provider } = splitModelName(request.model);
      // A generator around another one costs time for each event.
      const transport = loaded.get(provider);
      if (transport) return transport.stream(request, streamOptions);
      return streamFirst(provider, request, streamOptions);
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

const anthropic = lazily(() => import("./anthropic/transport.ts"));
const openAiResponses = lazily(() => import("./openai-responses/transport.ts"));
const openAiChat = lazily(() => import("./openai-chat/transport.ts"));

async function loadTransport(
  { row, config }: ResolvedProvider,
  nowMs: () => number,
): Promise<ModelTransport> {
  const switches = switchesOf(row);
  switch (row.wire) {
    case "anthropic": {
      const { createAnthropicTransport } = await anthropic();
      return createAnthropicTransport(config, switches, nowMs);
    }
    case "openai-responses": {
      const { createOpenAiResponsesTransport } = await openAiResponses();
      return createOpenAiResponsesTransport(config, switches, nowMs);
    }
    case "openai-chat": {
      const { createOpenAiChatTransport } = await openAiChat();
      return createOpenAiChatTransport(config, switches, nowMs);
    }
    default:
      throw new TypeError(`unknown wire ${String(row.wire satisfies never)}`);
  }
}
