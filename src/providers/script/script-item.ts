import type { Place } from "../../errors/place.ts";
import { converted } from "../../format/combine.ts";
import { mapOf, required, type ShapeValue } from "../../format/map.ts";
import { type Format, fieldError } from "../../format/reader.ts";
import { anyJson, numberOfAtLeast, oneOf, wholeNumber, writtenText } from "../../format/scalars.ts";
import { STOP_REASONS, type StopReason } from "../../model/event.ts";
import type { AnswerPart } from "../../model/message.ts";
import { NO_USAGE, type Usage } from "../../model/usage.ts";

/** One item of a script: what answers one request. */
export interface ScriptItem {
  /** Where the item stands. */
  readonly place: Place;
  readonly when: ScriptWhen;
  readonly steps: readonly ScriptStep[];
  readonly ending: ScriptEnding;
}

/** Which requests an item answers; with no field it answers any. */
export interface ScriptWhen {
  /** The name of the worker that asks. */
  readonly worker?: string;
  /** A text that stands in the instructions or in the text of any message. */
  readonly contains?: string;
}

export type ScriptStep =
  | { readonly kind: "wait"; readonly durationMs: number }
  | { readonly kind: "say"; readonly part: AnswerPart };

export type ScriptEnding =
  | { readonly kind: "end"; readonly stop: StopReason; readonly usage: Usage }
  | ScriptFailure;

/** A provider's error in place of an answer, or of the rest of one. */
export interface ScriptFailure {
  readonly kind: "error";
  /** HTTP status; undefined for an error without a response. */
  readonly status: number | undefined;
  /** The provider's name for it, as in `rate_limit_error`. */
  readonly type: string | undefined;
  readonly message: string;
}

const tokens = wholeNumber({ least: 0 });

/** A usage may be written as providers do, or as cassettes do. */
const USAGE = mapOf(
  {
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_tokens: tokens,
    cache_write_tokens: tokens,
    cache_write_hour_tokens: tokens,
    reasoning_tokens: tokens,
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    cacheWriteHourTokens: tokens,
    reasoningTokens: tokens,
  },
  { expects: "a map of tokens" },
);

const usage: Format<Usage> = converted(USAGE, (said) => {
  const cacheReadTokens = said.cache_read_tokens ?? said.cacheReadTokens;
  const cacheWriteTokens = said.cache_write_tokens ?? said.cacheWriteTokens;
  const cacheWriteHourTokens = said.cache_write_hour_tokens ?? said.cacheWriteHourTokens;
  const reasoningTokens = said.reasoning_tokens ?? said.reasoningTokens;
  return {
    inputTokens: said.input_tokens ?? said.inputTokens ?? NO_USAGE.inputTokens,
    outputTokens: said.output_tokens ?? said.outputTokens ?? NO_USAGE.outputTokens,
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === undefined ? {} : { cacheWriteTokens }),
    ...(cacheWriteHourTokens === undefined ? {} : { cacheWriteHourTokens }),
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
  };
});

const TOOL_CALL = mapOf(
  { name: required(writtenText, "add name: TOOL"), input: anyJson, id: writtenText },
  { expects: "a map of name, input, id" },
);

/** The call's id is empty where none is written. */
const toolCall: Format<AnswerPart> = converted(TOOL_CALL, ({ name, input = {}, id = "" }) => ({
  kind: "tool-call",
  id,
  name,
  input,
}));

function spoken(kind: "text" | "thinking"): Format<AnswerPart> {
  return converted(writtenText, (text) => ({ kind, text }));
}

const ERROR = mapOf(
  { status: wholeNumber({ least: 0 }), type: writtenText, message: writtenText },
  { expects: "a map of status, type, message" },
);

const failure: Format<ScriptFailure> = converted(ERROR, ({ status, type, message }, field) => {
  if (status === undefined && type === undefined && message === undefined) {
    throw fieldError(field, "says nothing", ["add status, type or message"]);
  }
  return { kind: "error", status, type, message: message ?? "" };
});

const when: Format<ScriptWhen> = mapOf(
  { worker: writtenText, contains: writtenText },
  { expects: "a map of worker, contains" },
);

/** The keys of an item of a script, or of one of the maps that an item lists. */
export const SCRIPT_ENTRY = mapOf({
  text: spoken("text"),
  thinking: spoken("thinking"),
  tool_call: toolCall,
  stop: oneOf(STOP_REASONS),
  usage,
  delay_ms: numberOfAtLeast(0),
  error: failure,
  when,
});

/** One map of an item, in file order. */
export type ScriptEntry = ShapeValue<typeof SCRIPT_ENTRY.keys>;
