import type { Json } from "../model/json.ts";

/** What stands for the result of a function's effect while its run is recorded. */
export type EffectAnswer =
  /** It happens. */
  | { readonly kind: "live" }
  | { readonly kind: "output"; readonly output: Json }
  /** It fails with this message. */
  | { readonly kind: "error"; readonly error: string };

/** How effects are answered while a cassette is recorded. */
export interface RecordingEffects {
  /**
   * An effect that the old recording does not answer:
   * - `first`: happens where there is no old recording, else it ends the run;
   * - `refuse`: ends the run.
   */
  readonly unrecorded: "first" | "refuse";
  /**
   * A cassette of the same run with another model. Where the run has none of its own yet, what that
   * one holds answers, and no other effect happens: the world was asked already.
   */
  readonly like?: string | undefined;
  /** By the names of functions; goes before the old recording and before `tools`. */
  readonly byName: ReadonlyMap<string, EffectAnswer>;
  /** Where a person says what answers, for advice. */
  readonly advice: "case" | "test";
}

/** Says in an effect that the case gave its result, and no tool. */
export const BY_CASE = "case";
