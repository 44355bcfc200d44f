import { camelKeys } from "../format/camel-keys.ts";
import { about, byKind, converted, listOf } from "../format/combine.ts";
import { mapOf, required } from "../format/map.ts";
import type { Format } from "../format/reader.ts";
import { filledText, flag, numberFrom, scalar, textLike, wholeNumber } from "../format/scalars.ts";
import type { ModelSettings, Thinking } from "../model/request.ts";
import { lenientScalar } from "../yaml/tree.ts";

const THINKING_BUDGET = mapOf({
  budget_tokens: about(
    "most tokens of thinking",
    required(wholeNumber({ least: 1 }), "write a number of tokens: { budget_tokens: 4000 }"),
  ),
});

const EFFORTS = ["off", "low", "medium", "high"] as const;

/** How much to think; `true` asks for the middle effort. */
function thinkingWith(key: string, budget: Format<Thinking>): Format<Thinking> {
  const expects = `true, false, off, low, medium, high or a map with ${key}`;
  return byKind<Thinking>(expects, {
    scalar: scalar(expects, { enum: [true, false, ...EFFORTS] }, (tree) => {
      const value = lenientScalar(tree);
      if (typeof value === "boolean") return value ? "medium" : "off";
      return EFFORTS.find((name) => name === value);
    }),
    map: budget,
  });
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
  max_tokens: about("most tokens of one answer", wholeNumber({ least: 1 })),
  top_p: numberFrom(0, 1),
  top_k: wholeNumber({ least: 1 }),
  stop_sequences: about(
    "texts that end an answer",
    listOf(filledText, { expects: "a list of text" }),
  ),
  seed: wholeNumber(),
  presence_penalty: numberFrom(-2, 2),
  frequency_penalty: numberFrom(-2, 2),
  parallel_tool_calls: about("whether one answer may hold several calls", flag),
  thinking: about(
    "`true` is `medium`, `false` is `off`; `{ budget_tokens: 4000 }` gives a number of tokens",
    thinkingWith("budget_tokens", converted(THINKING_BUDGET, camelKeys)),
  ),
  tool_choice: about(
    "whether the first answer must call a tool, and which",
    textLike("auto, none, required or the name of a tool", /\S/),
  ),
  cache: about(
    "whether the provider keeps the prompt for the next request; default: with tools true",
    cache,
  ),
  citations: about(
    "whether the answer names the places in attached documents that it rests on",
    flag,
  ),
  user: about("an opaque id of the end user, by which a provider can find abuse", filledText),
});

export const settings: Format<WorkerSettings> = converted(SETTINGS, camelKeys);

const budgetInCode = mapOf({
  budgetTokens: required(wholeNumber({ least: 1 }), "write { budgetTokens: 4000 }"),
});

/** The same as code says them. */
export const settingsInCode: Format<WorkerSettings> = mapOf({
  ...camelKeys(SETTINGS.keys),
  thinking: thinkingWith("budgetTokens", budgetInCode),
});
