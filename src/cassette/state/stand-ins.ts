import type { Json, JsonObject } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller } from "../../model/transport.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import type { Tape, TapeEntry } from "../read/tape.ts";
import type { Rewrites } from "../rules/rules.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";

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

/** A cassette as a run of it uses it. */
export interface CassetteInUse {
  readonly file: CassetteFile | undefined;
  readonly tape: Tape;
  readonly rewrites: Rewrites;
  readonly scanner: SecretScanner;
  /** As in the options of the session. */
  readonly tools?: "live" | "recorded" | undefined;
}

/** A request to a model that no recording answers. */
export interface AskedExchange {
  /** As the project's rules leave it. */
  readonly request: ModelRequest;
  readonly key: string;
  readonly caller: Caller | undefined;
}

/** An effect, or a reading of the clock or of randomness, that no recording answers. */
export interface AskedEffect {
  /** What is asked, as the project's rules leave it: what the key is of. */
  readonly asked: JsonObject;
  readonly key: string;
  readonly call: string;
}

/** What answers in a replay where nothing is on record, instead of ending the run. */
export interface MissAnswers {
  /** Called once, when the session is opened. */
  begin(cassette: CassetteInUse): void;
  /** The recording to answer with; undefined ends the run with the miss. */
  exchange(asked: AskedExchange): TapeEntry | undefined;
  /**
   * The recording to answer with; undefined where there is none: the effect fails.
   *
   * @param isPerformed whether a replay lets it happen, recorded or not
   */
  effect(asked: AskedEffect, isPerformed: boolean): TapeEntry | undefined;
}
