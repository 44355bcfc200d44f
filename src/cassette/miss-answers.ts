import type { JsonObject } from "../model/json.ts";
import type { ModelRequest } from "../model/request.ts";
import type { Caller } from "../model/transport.ts";
import type { CassetteFile } from "./cassette-file.ts";
import type { Rewrites } from "./rules.ts";
import type { SecretScanner } from "./secrets.ts";
import type { Tape, TapeEntry } from "./tape.ts";

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
