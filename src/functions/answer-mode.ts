/**
 * Who answers the calls of a function that has both a prompt and code:
 *
 * - `prompt`: the prompt.
 * - `shadow`: code; a share of the calls also asks the prompt, and the answers are compared.
 * - `canary`: code, but only a share of the calls; the prompt answers the others.
 * - `hardened`: code.
 *
 * Wherever code cannot answer, the prompt does.
 */
export type AnswerMode = (typeof ANSWER_MODES)[number];

export const ANSWER_MODES = ["prompt", "shadow", "canary", "hardened"] as const;

/** The modes in which code answers at all. */
export type CodeMode = Exclude<AnswerMode, "prompt">;

/** The share of calls that a shadow compares and that a canary lets code answer. */
export const DEFAULT_SHARE = 0.05;
