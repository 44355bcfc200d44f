import type { StopReason } from "../../model/event.ts";

/** What a server's word for the end of an answer means. */
export type StopMeaning =
  | Exclude<StopReason, "interrupted" | "other">
  /** The server gave up; asking again may help. */
  | "failed"
  | "unknown";

/**
 * The words of all wires in one table: gateways hand on the words of the server behind them, so each
 * wire may bring those of another. `docs/wire/stop-reasons.md` says who says what.
 */
const MEANINGS: Readonly<Record<StopMeaning, readonly string[]>> = {
  end: ["stop", "end_turn", "end", "eos", "eos_token", "complete", "completed"],
  "tool-calls": ["tool_calls", "tool_use", "tool_call", "function_call"],
  "max-tokens": ["length", "max_tokens", "max_output_tokens"],
  "stop-sequence": ["stop_sequence"],
  pause: ["pause_turn"],
  refusal: [
    "refusal",
    "content_filter",
    "content_filtered",
    "guardrail_intervened",
    "safety",
    "image_safety",
    "prohibited_content",
    "blocklist",
    "spii",
    "recitation",
  ],
  "context-window": ["model_length", "model_context_window_exceeded"],
  failed: [
    "error",
    "abort",
    "aborted",
    "cancelled",
    "failed",
    "insufficient_system_resource",
    "malformed_function_call",
    "unexpected_tool_call",
  ],
  unknown: [],
};

const BY_WORD: ReadonlyMap<string, StopMeaning> = new Map(
  Object.entries(MEANINGS).flatMap(
    ([meaning, words]) => words.map((word) => [word, meaning as StopMeaning] as const), // the table's own keys
  ),
);

/**
 * What a stop reason means, in any case of its letters. Gemini's come in two halves, a word of the
 * protocol and its own: `content_filter: PROHIBITED_CONTENT`,
 * `function_call_filter: MALFORMED_FUNCTION_CALL`. Its own says more.
 */
export function meaningOf(reason: string): StopMeaning {
  const words = reason
    .toLowerCase()
    .split(":")
    .map((word) => word.trim());
  for (const word of words.toReversed()) {
    const known = BY_WORD.get(word);
    if (known !== undefined) return known;
  }
  return "unknown";
}
