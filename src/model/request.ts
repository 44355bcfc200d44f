import type { Json, JsonSchema } from "./json.ts";
import type { Message } from "./message.ts";

/**
 * Everything that decides what a model is asked, and nothing else: no headers, keys, addresses or
 * streaming flags. Two equal requests have one key.
 */
export interface ModelRequest {
  /** `provider:model`, as in `anthropic:claude-haiku-4-5`. */
  readonly model: string;
  /** The instructions; empty when there are none. */
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly serverTools: readonly ServerTool[];
  readonly settings: ModelSettings;
  /** If present, the answer must be JSON that fits this schema. */
  readonly outputSchema?: JsonSchema;
}

/** A tool as a model sees it. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** A tool that the provider itself runs. */
export interface ServerTool {
  readonly type: ServerToolType;
  /** How often the model may use it in one answer. */
  readonly maxUses?: number;
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
}

export const SERVER_TOOL_TYPES = [
  "web_search",
  "web_fetch",
  "code_execution",
  "image_generation",
] as const;

export type ServerToolType = (typeof SERVER_TOOL_TYPES)[number];

/** Settings of the model. A provider refuses settings that it cannot apply. */
export interface ModelSettings {
  readonly temperature?: number;
  /** Maximum number of tokens of the answer. */
  readonly maxTokens?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stopSequences?: readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  /** Whether one answer may hold several tool calls. */
  readonly parallelToolCalls?: boolean;
  readonly thinking?: Thinking;
  readonly toolChoice?: ToolChoice;
  /** Whether the model names the places in attached documents that its answer rests on. */
  readonly citations?: boolean;
  /** An opaque id of the end user, for the provider's detection of abuse. */
  readonly user?: string;
}

/**
 * Whether the model must call a tool: `auto` lets it choose, `none` forbids it, `required` wants a
 * call of some tool, and any other text is the name of the tool to call. A forced call holds for the
 * first answer of a conversation; after that the model chooses.
 */
export type ToolChoice = "auto" | "none" | "required" | (string & {});

/** How much a model should think before it answers: an effort, or a budget in tokens. */
export type Thinking = "off" | "low" | "medium" | "high" | { readonly budgetTokens: number };

/** The provider's half and the model's half of a model's full name. */
export function splitModelName(model: string): { provider: string; name: string } {
  const colon = model.indexOf(":");
  if (colon < 0) return { provider: "", name: model };
  return { provider: model.slice(0, colon), name: model.slice(colon + 1) };
}

/** Whether a model needs no network and costs nothing: `test` and `script:FILE`. */
export function isLocalModel(model: string): boolean {
  return model === "test" || splitModelName(model).provider === "script";
}

/** A request's own part in keys: everything but the messages. */
export function requestHead(request: ModelRequest): Record<string, Json> {
  return {
    model: request.model,
    system: request.system,
    tools: request.tools as unknown as Json, // interfaces of JSON fields lack an index signature
    serverTools: request.serverTools as unknown as Json,
    settings: request.settings as unknown as Json,
    ...(request.outputSchema === undefined ? {} : { outputSchema: request.outputSchema }),
  };
}
