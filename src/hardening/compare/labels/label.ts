import type { Json } from "../../../model/json.ts";
import type { Disagreement } from "../run/disagreement.ts";

/** Which of two answers is right. */
export const RIGHTS = ["tool", "prompt", "both", "neither"] as const;

export type Right = (typeof RIGHTS)[number];

/** A disagreement with two answers. */
export type LabelCase = Disagreement & { readonly tool: Json };

/** What was said of disagreements, by their ids. */
export type Labels = ReadonlyMap<string, Right>;
