import { type Attributes, type Span, SpanStatusCode } from "@opentelemetry/api";
import type { Usage } from "../model/usage.ts";

// The names are from open-telemetry/semantic-conventions-genai at the commit
// 002c8a6ea1c8a42b14a4527db83b3cabcded610a, which docs/telemetry.md names, too.

interface Described {
  readonly name: string;
  /** Spans that have it. */
  readonly on: string;
  readonly meaning: string;
  /** Whether it holds what was said, and is there on request only. */
  readonly isContent?: boolean;
}

/** All attributes of our spans and their events; the table of the docs has them from here. */
export const ATTRIBUTES = {
  operation: {
    name: "gen_ai.operation.name",
    on: "all but approvals",
    meaning: "the first word of the span's name",
  },
  agent: { name: "gen_ai.agent.name", on: "invoke_agent", meaning: "the worker" },
  workflow: { name: "gen_ai.workflow.name", on: "invoke_workflow", meaning: "the code entry" },
  tool: { name: "gen_ai.tool.name", on: "execute_tool, approve", meaning: "the tool" },
  toolType: { name: "gen_ai.tool.type", on: "execute_tool", meaning: "`function`" },
  toolCallId: {
    name: "gen_ai.tool.call.id",
    on: "execute_tool, invoke_agent",
    meaning: "the model's id of the call, where a model made it",
  },
  provider: {
    name: "gen_ai.provider.name",
    on: "chat, invoke_agent",
    meaning: "the provider, by the conventions' names",
  },
  requestModel: {
    name: "gen_ai.request.model",
    on: "chat, invoke_agent",
    meaning: "the model, without its provider",
  },
  responseModel: {
    name: "gen_ai.response.model",
    on: "chat",
    meaning: "the model that answered",
  },
  finishReasons: {
    name: "gen_ai.response.finish_reasons",
    on: "chat",
    meaning: "why the answer stopped",
  },
  firstChunk: {
    name: "gen_ai.response.time_to_first_chunk",
    on: "chat",
    meaning: "seconds to the first text",
  },
  inputTokens: {
    name: "gen_ai.usage.input_tokens",
    on: "chat, invoke_agent",
    meaning: "input tokens, cached ones included; of a worker with all that it called",
  },
  outputTokens: {
    name: "gen_ai.usage.output_tokens",
    on: "chat, invoke_agent",
    meaning: "output tokens, reasoning included",
  },
  cacheReadTokens: {
    name: "gen_ai.usage.cache_read.input_tokens",
    on: "chat, invoke_agent",
    meaning: "input tokens that were read from the provider's cache",
  },
  cacheWriteTokens: {
    name: "gen_ai.usage.cache_creation.input_tokens",
    on: "chat, invoke_agent",
    meaning: "input tokens that were written to it",
  },
  reasoningTokens: {
    name: "gen_ai.usage.reasoning.output_tokens",
    on: "chat, invoke_agent",
    meaning: "output tokens that the model thought with, where its provider says so",
  },
  errorType: {
    name: "error.type",
    on: "all",
    meaning: "the error's code; `tool_error` for a tool that failed, `denied` for a denial",
  },
  runId: { name: "llm_do.run.id", on: "the run's first span", meaning: "`runId` of its events" },
  callId: { name: "llm_do.call.id", on: "calls", meaning: "`callId` of its events" },
  approvalAllowed: {
    name: "llm_do.approval.allowed",
    on: "approve, and the event `llm_do.approval`",
    meaning: "whether the call was allowed",
  },
  approvalBy: {
    name: "llm_do.approval.by",
    on: "approve, and the event `llm_do.approval`",
    meaning: "who decided",
  },
  arguments: {
    name: "gen_ai.tool.call.arguments",
    on: "execute_tool",
    meaning: "the input, as JSON",
    isContent: true,
  },
  result: {
    name: "gen_ai.tool.call.result",
    on: "execute_tool",
    meaning: "what the caller was told",
    isContent: true,
  },
  instructions: {
    name: "gen_ai.system_instructions",
    on: "chat",
    meaning: "the instructions, as JSON",
    isContent: true,
  },
  inputMessages: {
    name: "gen_ai.input.messages",
    on: "chat",
    meaning: "the conversation that was sent, as JSON",
    isContent: true,
  },
  outputMessages: {
    name: "gen_ai.output.messages",
    on: "chat",
    meaning: "the answer, as JSON",
    isContent: true,
  },
} as const satisfies Readonly<Record<string, Described>>;

/** Values of attributes by our short names; what is undefined is left out. */
export function attributes(
  values: Readonly<
    Partial<Record<keyof typeof ATTRIBUTES, string | number | boolean | string[] | undefined>>
  >,
): Attributes {
  const named: Attributes = {};
  for (const [key, value] of Object.entries(values)) {
    // Its keys are those of the table.
    if (value !== undefined) named[ATTRIBUTES[key as keyof typeof ATTRIBUTES].name] = value;
  }
  return named;
}

/** Providers that the conventions call something else than we do. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  "openai-chat": "openai",
  "google-gla": "gcp.gemini",
  mistral: "mistral_ai",
  moonshot: "moonshot_ai",
  moonshotai: "moonshot_ai",
  xai: "x_ai",
};

/** A model's name, as in `anthropic:claude-haiku-4-5`, in the two parts of the conventions. */
export function modelParts(model: string): {
  readonly provider: string;
  readonly requestModel: string;
} {
  const colon = model.indexOf(":");
  const provider = colon < 0 ? model : model.slice(0, colon);
  const requestModel = colon < 0 ? model : model.slice(colon + 1);
  return { provider: PROVIDER_NAMES[provider] ?? provider, requestModel };
}

/** Tokens as the conventions count them: cached ones are input tokens, too. */
export function usageAttributes(usage: Usage): Attributes {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage;
  return attributes({
    inputTokens: inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
  });
}

/** Says of a span that what it is about failed. */
export function failSpan(span: Span, errorType: string): void {
  span.setAttributes(attributes({ errorType }));
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
}
