import type { Json } from "../../../model/json.ts";
import type { Disagreement, Right } from "../run/disagreement.ts";

/** A disagreement with two answers, of which one may be right. */
export type LabelCase = Disagreement & { readonly tool: Json };

/** Which answer is right, by the ids of disagreements. */
export type Labels = ReadonlyMap<string, Right>;
