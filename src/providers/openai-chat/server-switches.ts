import type { ChatSchemas } from "../wire/schema-rules.ts";

/**
 * In what servers that speak Chat Completions differ from each other. One row of the provider table
 * sets those that are not as in {@link DEFAULT_SWITCHES}; `docs/wire/openai-chat.md` says where each
 * fact comes from.
 */
export interface ServerSwitches {
  /** The field that limits the answer's length. */
  readonly maxTokensField: "max_tokens" | "max_completion_tokens";
  readonly seedField: "seed" | "random_seed";
  /** Whether the server must be asked, through `stream_options`, for usage in a stream. */
  readonly streamUsage: boolean;
  /** Whether `response_format` may carry a JSON Schema, and whether the schema may be strict. */
  readonly jsonSchema: "strict" | "lenient" | "none";
  /** What the server takes of the schemas of tools and outputs. */
  readonly schemas: ChatSchemas;
  readonly thinking: ThinkingSwitch;
  /** Whether messages may hold images. */
  readonly images: boolean;
  /** The part that holds a PDF, if any does. */
  readonly pdf: "file" | "document_url" | "none";
}

/**
 * How a server is told how much to think.
 *
 * - `none`: it is not; the setting is refused.
 * - `effort`: `reasoning_effort` low, medium or high; thinking cannot be turned off.
 * - `effort-none`: the same, and `reasoning_effort: "none"` turns it off.
 * - `effort-toggle`: the same, and `thinking: { type: "disabled" }` turns it off.
 * - `reasoning-object`: `reasoning: { effort }`, with a budget as `reasoning: { max_tokens }`.
 */
type ThinkingSwitch = "none" | "effort" | "effort-none" | "effort-toggle" | "reasoning-object";

/** What a server without a row of its own is taken to understand. */
export const DEFAULT_SWITCHES: ServerSwitches = {
  maxTokensField: "max_tokens",
  seedField: "seed",
  streamUsage: true,
  jsonSchema: "strict",
  schemas: "grammar",
  thinking: "effort",
  images: true,
  pdf: "file",
};
