import type { Host } from "../../host/host.ts";
import type { RequestKeyer } from "../../model/key.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import type { EntryWriter } from "../file/entry-writer.ts";
import type { RecordedRun } from "../file/header.ts";
import type { CassetteLock } from "../file/lock.ts";
import type { Tape } from "../read/tape.ts";
import type { LaterRules } from "../read/todays-rules.ts";
import type { RedactedGuard } from "../rules/placeholder-guard.ts";
import type { RequestRewriter } from "../rules/rewrite-request.ts";
import type { CassetteRules, Rewrites } from "../rules/rules.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";
import type { RunCalls } from "./run-calls.ts";
import type { MissAnswers, RecordingEffects } from "./stand-ins.ts";
import type { SummaryBook } from "./summary-book.ts";

/** What a run does with its cassette; `live`, the fourth mode, is to have none. */
export const CASSETTE_MODES = ["replay", "auto", "record"] as const;

/**
 * - `replay`: answers from the recordings; a request that is not recorded is a miss and ends the run.
 * - `auto`: answers what is recorded and records the rest.
 * - `record`: records everything again and replaces the cassette when the run ends well.
 */
export type CassetteMode = (typeof CASSETTE_MODES)[number];

export interface CassetteOptions {
  readonly path: string;
  /**
   * - `replay`: answer from the recordings; anything else is a miss.
   * - `auto`: answer what is recorded, record the rest.
   * - `record`: record everything anew; the cassette is replaced when the run ends well.
   */
  readonly mode: CassetteMode;
  readonly host: Host;
  /** Default: none. */
  readonly rules?: CassetteRules;
  /**
   * How effects are answered, whatever the mode: `live` lets all happen, `recorded` answers local
   * and external ones from the cassette. Default: external ones are answered as the mode says.
   */
  readonly tools?: "live" | "recorded" | undefined;
  /**
   * In `auto`: writes the whole cassette anew beside the old one, in the order of the run, as
   * `record` does. It takes the old one's place when the session is closed as well. Default: what is
   * missing is appended.
   */
  readonly whole?: boolean;
  /** In `auto` and `record`: what answers effects that are not on record. Default: they happen. */
  readonly effects?: RecordingEffects | undefined;
  /** In `auto` and `record`: how many answers each request should have on record. Default 1. */
  readonly samples?: number;
  /**
   * A folder whose path differs in every run, such as the copy that a test works in, absolute. The
   * cassette says `<workspace>` in its place, in requests and in answers; a replay puts the
   * folder of its own run there.
   */
  readonly workFolder?: string | undefined;
  /** What was run, for whoever wants to run it again; stands in the header of a new cassette. */
  readonly run?: RecordedRun | undefined;
  /**
   * Whether a cassette is refused that holds what today's rules, or the search for secrets, would not
   * let be written. Default false.
   */
  readonly isChecked?: boolean;
  /** In `replay`: what answers in the place of a miss. Default: a miss ends the run. */
  readonly misses?: MissAnswers | undefined;
  /**
   * Whether several runs share the session one after the other, each answered by the recordings that
   * the ones before it left; further samples are answers like any other then. Default false.
   */
  readonly draws?: boolean;
  /**
   * Told once, when an entry cannot be written: nothing more is written then, and the run goes on.
   * Absent: that ends the run.
   */
  readonly onUnwritable?: ((error: unknown) => void) | undefined;
  /** Told what there is to say while the session records. Default: nobody is. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** The command that would record anew, for the miss report. */
  readonly rerecord?: string;
  /**
   * The right to write the cassette, taken before it was read. Closing the session lets go of it. Default:
   * it is taken when something is recorded.
   */
  readonly lock?: CassetteLock;
  /**
   * In `replay`: the cassette that a recording is to become which was made just now. It is replayed to
   * see that it can be; a miss says what differs each time.
   */
  readonly checking?: string | undefined;
}

/** What the two sides of a session share. */
export interface SessionState {
  readonly options: CassetteOptions;
  /** What answers; in `record`, effects and readings of the clock only. */
  readonly file: CassetteFile | undefined;
  readonly tape: Tape;
  /** The entries of the file that is written: those of `file` where it only grows. */
  readonly written: Tape;
  /** Whether a new file is written in the cassette's place, with all that the run asks for. */
  readonly replaces: boolean;
  /** Whether there was no cassette when the session was opened. */
  readonly isFirst: boolean;
  /** Where in the text of `file` entries begin that the cassette does not hold. */
  readonly unfinishedFrom: number;
  /** How often tools with external effects ran for real, by their names. */
  readonly performed: Map<string, number>;
  readonly writer: EntryWriter | undefined;
  readonly keyer: RequestKeyer;
  readonly book: SummaryBook;
  readonly rewrites: Rewrites;
  readonly rewriter: RequestRewriter;
  readonly scanner: SecretScanner;
  readonly guard: RedactedGuard;
  /** Answers where the tape does not. */
  readonly later: LaterRules;
  /** How the calls of the run are named that goes on. */
  readonly calls: RunCalls;
  /** Of runs that share the session one after the other, the one that goes on, from 1. */
  runNumber: number;
}
