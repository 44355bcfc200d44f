import { camelKeys } from "../format/camel-keys.ts";
import { listOf } from "../format/combine.ts";
import { mapOf } from "../format/map.ts";
import { type Field, type Format, type Reader, wrongValue } from "../format/reader.ts";
import { filledText, flag, numberFrom, scalar, textLike, wholeNumber } from "../format/scalars.ts";
import type { ModelSettings, Thinking } from "../model/request.ts";
import { lenientScalar } from "../yaml/tree.ts";

const THINKING_BUDGET = mapOf({ budget_tokens: wholeNumber({ least: 1 }) });

const EFFORTS = ["off", "low", "medium", "high"] as const;

/** How much to think; `true` asks for the middle effort. */
const thinking: Reader<Thinking> = {
  expects: "true, false, off, low, medium, high or a map with budget_tokens",
  read: (field) => readThinking(field),
};

function readThinking(field: Field): Thinking {
  const { tree } = field;
  if (tree.kind === "map") {
    const { budget_tokens: budgetTokens } = THINKING_BUDGET.read(field);
    if (budgetTokens !== undefined) return { budgetTokens };
  }
  const value = tree.kind === "scalar" ? lenientScalar(tree) : undefined;
  if (typeof value === "boolean") return value ? "medium" : "off";
  const effort = EFFORTS.find((name) => name === value);
  if (effort === undefined) throw wrongValue(field, thinking.expects);
  return effort;
}

/** A worker's settings: those of its requests, and what stays out of them. */
export interface WorkerSettings extends ModelSettings {
  /**
   * Whether the provider is asked to cache the prompt, and for how long if not for five minutes.
   * Default: true for a worker with tools, whose prompt is sent again with each result.
   */
  readonly cache?: boolean | "1h";
}

const cache: Format<boolean | "1h"> = scalar(
  "true, false or 1h",
  { enum: [true, false, "1h"] },
  (tree) => {
    const value = lenientScalar(tree);
    return typeof value === "boolean" || value === "1h" ? value : undefined;
  },
);

/**
 * The keys of `settings`. Ranges are the widest that a provider takes; a provider refuses what it
 * cannot honour. Temperature 0..2 and both penalties -2..2: the comments of the openai package
 * 7.57.0 (`resources/chat/completions/completions.d.ts`); top_p is a probability.
 */
export const SETTINGS = mapOf({
  temperature: numberFrom(0, 2),
  max_tokens: wholeNumber({ least: 1 }),
  top_p: numberFrom(0, 1),
  top_k: wholeNumber({ least: 1 }),
  stop_sequences: listOf(filledText, { expects: "a list of text" }),
  seed: wholeNumber(),
  presence_penalty: numberFrom(-2, 2),
  frequency_penalty: numberFrom(-2, 2),
  parallel_tool_calls: flag,
  thinking,
  tool_choice: textLike("auto, none, required or the name of a tool", /\S/),
  cache,
  citations: flag,
  user: filledText,
});

export const settings: Reader<WorkerSettings> = {
  expects: SETTINGS.expects,
  read: (field) => camelKeys(SETTINGS.read(field)),
};
