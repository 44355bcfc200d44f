import type { StopReason } from "../../model/event.ts";

/**
 * Finish reasons of the servers in the provider table. `model_length` is Mistral's, `eos` is
 * Together's; `function_call` is what `tool_calls` was called before.
 */
const STOP_REASONS: ReadonlyMap<string, StopReason> = new Map([
  ["stop", "end"],
  ["eos", "end"],
  ["tool_calls", "end"],
  ["function_call", "end"],
  ["length", "max-tokens"],
  ["model_length", "context-window"],
  ["content_filter", "refusal"],
]);

/** Finish reasons that mean that the server gave up. DeepSeek's is the second. */
const FAILURES: ReadonlySet<string> = new Set(["error", "insufficient_system_resource"]);

/** What an answer holds, as far as it says why the answer stopped. */
export interface AnswerTraits {
  readonly finish: string | undefined;
  readonly isRefused: boolean;
  readonly hasCalls: boolean;
  /** Whether a tool call has arguments that are no JSON. */
  readonly hasBrokenCall: boolean;
}

/**
 * Why an answer stopped. Tool calls decide before the finish reason does, since servers send `stop`
 * or nothing together with them; only arguments that the token limit cut off are no calls to make.
 */
export function stopReason(traits: AnswerTraits): StopReason {
  const { finish, hasCalls, hasBrokenCall } = traits;
  if (traits.isRefused || finish === "content_filter") return "refusal";
  if (hasCalls && !(finish === "length" && hasBrokenCall)) return "tool-calls";
  return finish === undefined ? "end" : (STOP_REASONS.get(finish) ?? "other");
}

/** Whether a finish reason says that the server failed. */
export function isFailure(finish: string | undefined): boolean {
  return finish !== undefined && FAILURES.has(finish);
}
