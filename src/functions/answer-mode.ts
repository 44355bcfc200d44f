/**
 * Who answers the calls of a function that has both a prompt and code:
 *
 * - `prompt`: the prompt.
 * - `shadow`: the prompt; code is tried beside it on every call, and the answers are compared.
 * - `canary`: code, but only a share of the calls; the prompt answers the others.
 * - `code`: code.
 *
 * Wherever code cannot answer, the prompt does. In `canary` and `code` a share of code's answers is
 * checked: the prompt is asked as well, and the answers are compared.
 */
export type AnswerMode = (typeof ANSWER_MODES)[number];

export const ANSWER_MODES = ["prompt", "shadow", "canary", "code"] as const;

/** The modes in which code runs at all. */
export type CodeMode = Exclude<AnswerMode, "prompt">;

/** The share of calls that a canary lets code answer. */
export const DEFAULT_SHARE = 0.1;

/** The share of code's answers that are checked. A shadow compares all calls, whatever it says. */
export const DEFAULT_CHECK: Readonly<Record<CodeMode, number>> = {
  shadow: 1,
  canary: 0.2,
  code: 0.02,
};

/** Reads the name of a mode; `hardened` is an older name of `code`. Undefined for any other text. */
export function readAnswerMode(text: string): AnswerMode | undefined {
  if (text === "hardened") return "code";
  return ANSWER_MODES.find((mode) => mode === text);
}
