import type { AgreementLook } from "./agreement-look.ts";
import type { NoWorseLook } from "./no-worse-look.ts";
import type { Meeting } from "./run/meet.ts";
import type { Comparison } from "./run/open-comparison.ts";
import type { TrainInputs } from "./run/train-inputs.ts";

/** What became of the question that a comparison was asked. */
export type Finding =
  /** Train alone says that it could not pass; nothing was looked at. */
  | { readonly kind: "below-on-train" }
  | { readonly kind: "opened"; readonly positions: readonly number[] }
  | { readonly kind: "agreement"; readonly look: AgreementLook; readonly claim: number }
  | { readonly kind: "no-worse"; readonly look: NoWorseLook };

/** A comparison whose question has been answered. */
export interface Answered {
  readonly comparison: Comparison;
  readonly meeting: Meeting;
  readonly train: TrainInputs;
  readonly finding: Finding;
}
