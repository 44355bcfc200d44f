import type { StopReason } from "../../../model/event.ts";
import { splitModelName } from "../../../model/request.ts";
import { ProviderError } from "../../provider-error.ts";
import type { WireEnd } from "../wire.ts";

/** What a server's word for the end of an answer means. */
type StopMeaning =
  | Exclude<StopReason, "interrupted" | "other">
  /** The server gave up; asking again may help. */
  | "failed"
  | "unknown";

/**
 * The words of all wires in one table: gateways hand on the words of the server behind them, so each
 * wire may bring those of another. `docs/wire/stop-reasons.md` says who says what.
 */
export const MEANINGS: Readonly<Record<StopMeaning, readonly string[]>> = {
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
    "image_prohibited_content",
    "image_recitation",
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
    "malformed_response",
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

/** What an answer held. */
interface SaidSoFar {
  /** Text that is not blank. */
  readonly text: boolean;
  readonly thinking: boolean;
  /** The types of the parts that only their provider understands. */
  readonly unread: readonly string[];
  readonly calls: number;
  /** How many of the calls cannot be made. */
  readonly invalidCalls: number;
}

/** The answer whose end is judged. */
interface EndedAnswer {
  /** The model's full name. */
  readonly model: string;
  readonly said: SaidSoFar;
  /** Stop reasons after which an answer may hold nothing. */
  readonly emptyStops: readonly string[];
}

/** Whether the last calls of an answer are whole: it says so, it was cut, or it does not say. */
export type Wholeness = "whole" | "cut" | "untold";

const WHOLE: readonly (StopMeaning | undefined)[] = ["end", "stop-sequence", "tool-calls", "pause"];

export function wholenessOf(end: WireEnd): Wholeness {
  const meaning = meaningIn(end);
  if (meaning === undefined) return "untold";
  return WHOLE.includes(meaning) ? "whole" : "cut";
}

/**
 * Why an answer stopped, in our words. `docs/wire/stop-reasons.md` has the rules.
 *
 * @throws ProviderError for an answer that is none: it says nothing, or stopped for a reason that
 * nobody knows
 */
export function stopOf(
  end: WireEnd,
  answer: EndedAnswer,
): { readonly stop: StopReason; readonly stopDetail?: string } {
  const stop = end.isRefusal ? "refusal" : judged(meaningIn(end), end.reason ?? "", answer);
  const stopDetail = stop === "refusal" ? detailOf(end) : undefined;
  return stopDetail === undefined ? { stop } : { stop, stopDetail };
}

/** An empty text says nothing. */
function meaningIn({ reason }: WireEnd): StopMeaning | undefined {
  return reason === undefined || reason === "" ? undefined : meaningOf(reason);
}

function judged(meaning: StopMeaning | undefined, reason: string, answer: EndedAnswer): StopReason {
  const { text, calls, invalidCalls } = answer.said;
  const hasSaid = text || calls > 0;
  switch (meaning) {
    case "refusal":
    case "context-window":
      return meaning;
    case "pause":
      return calls > 0 ? "tool-calls" : meaning;
    case "max-tokens":
      if (!hasSaid) throw nothingBeforeLimit(answer);
      return calls > 0 && invalidCalls === 0 ? "tool-calls" : meaning;
    case "tool-calls":
      if (calls > 0) return meaning;
      throw failed(answer, `it stopped to call a tool ("${reason}") and called none`);
    case "end":
    case "stop-sequence":
    case undefined:
      if (meaning === undefined && invalidCalls > 0) throw failed(answer, CUT_CALL);
      if (calls > 0) return "tool-calls";
      if (!hasSaid && !mayBeEmpty(meaning, reason, answer)) throw saidNothing(reason, answer);
      return meaning ?? "end";
    case "failed":
      throw failed(answer, `the server gave up ("${reason}")`);
    case "unknown":
      throw unknownStop(reason, answer);
    default:
      return meaning satisfies never;
  }
}

const CUT_CALL = "the answer ended in the middle of a tool call";

/** Thinking, or what nobody here can read, without an answer is never what the model meant to say. */
function mayBeEmpty(
  meaning: StopMeaning | undefined,
  reason: string,
  { said, emptyStops }: EndedAnswer,
): boolean {
  if (said.thinking || said.unread.length > 0) return false;
  return meaning === "stop-sequence" || emptyStops.includes(reason);
}

function saidNothing(reason: string, answer: EndedAnswer): ProviderError {
  const stopped = reason === "" ? "no stop reason" : `stop reason "${reason}"`;
  return failed(answer, `the model ${whatWasSaid(answer.said)} (${stopped})`);
}

function whatWasSaid({ thinking, unread }: SaidSoFar): string {
  if (unread.length === 0) return thinking ? "thought and gave no answer" : "said nothing";
  return `said nothing that can be read, only ${[...new Set(unread)].join(", ")}`;
}

function nothingBeforeLimit({ model }: EndedAnswer): ProviderError {
  return new ProviderError({
    what: model,
    reason: "the answer reached its token limit before it had any output",
    type: "length",
    retryable: false,
    tries: ["raise settings.max_tokens", "set settings.thinking to low or off"],
  });
}

function failed({ model }: EndedAnswer, reason: string): ProviderError {
  return new ProviderError({ what: model, reason, retryable: true });
}

function unknownStop(reason: string, { model }: EndedAnswer): ProviderError {
  const { provider } = splitModelName(model);
  return new ProviderError({
    what: model,
    reason: `the answer stopped for a reason that is not known: ${JSON.stringify(reason)}`,
    type: "unknown_stop_reason",
    retryable: false,
    tries: [`look up what ${provider} means by it; the answer may not be whole`],
  });
}

/** Why a model refused, in the provider's words; undefined where they say no more than that it did. */
function detailOf({ refusal, reason }: WireEnd): string | undefined {
  if (refusal !== undefined && refusal !== "") return refusal;
  const saysMore = reason !== undefined && reason !== "refusal" && meaningOf(reason) === "refusal";
  return saysMore ? reason : undefined;
}
