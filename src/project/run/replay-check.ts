import { showDifference } from "../../cassette/miss/difference-lines.ts";
import { volatileKindOf } from "../../cassette/miss/explain-change.ts";
import { checkTries } from "../../cassette/miss/unrepeatable.ts";
import { firstDifference } from "../../cassette/read/first-difference.ts";
import { rewriteJson } from "../../cassette/rules/rewrite-request.ts";
import type { CassetteSession } from "../../cassette/session/session.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { onAnotherDay } from "../../host/another-day.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";

/** How a run ended. */
export interface RunEnd {
  /** Undefined for a run that ended in an error. */
  readonly output: Json | undefined;
  readonly error: LlmDoError | undefined;
}

/** What is on record, and how it is replayed. */
interface ReplayCheck {
  /** Of the recording. */
  readonly session: CassetteSession;
  /** The ends of the runs that were recorded, in their order. */
  readonly recorded: readonly RunEnd[];
  readonly host: Host;
  /**
   * Replays all runs offline from the file, in a session that says what it is `checking`; touches
   * nothing outside of a copy.
   */
  replay(file: string, host: Host): Promise<ReplayedRuns>;
}

interface ReplayedRuns {
  readonly session: CassetteSession;
  readonly ends: readonly RunEnd[];
}

/**
 * Replays what a session recorded, once, offline and as on another day. What would not replay tomorrow
 * is found now, when the recording can still be made in another way.
 *
 * @returns what keeps it from being replayed; undefined where nothing does, or nothing was recorded
 */
export async function replayProblem(check: ReplayCheck): Promise<LlmDoError | undefined> {
  const file = check.session.stage();
  if (file === undefined) return undefined;
  const replayed = await onAnotherDay(check.host, (host) => check.replay(file, host));
  for (const [index, recorded] of check.recorded.entries()) {
    const end = replayed.ends[index];
    if (!end) return undefined; // the one before it had no end
    const problem = endProblem(check, replayed.session, { recorded, replayed: end, file });
    if (problem) return problem;
  }
  return undefined;
}

interface Ends {
  readonly recorded: RunEnd;
  readonly replayed: RunEnd;
  readonly file: string;
}

function endProblem(
  { session }: ReplayCheck,
  again: CassetteSession,
  { recorded, replayed, file }: Ends,
): LlmDoError | undefined {
  const { error } = replayed;
  if (error && error.code !== recorded.error?.code) {
    return error.code.startsWith("cassette-") ? error : otherEnd(file, error);
  }
  const difference = firstDifference(
    { output: asWritten(recorded.output, session) },
    { output: asWritten(replayed.output, again) },
  );
  if (!difference) return undefined;
  const { summary, lines } = showDifference(difference, session.scanner);
  const reason = `its recording cannot be replayed: its output changed (${summary})`;
  const tries = checkTries(volatileKindOf(difference), again.recordedUnder);
  return failure(file, { reason, details: lines, tries });
}

/** What the project's rules leave of an output: what they replace may be another text each time. */
function asWritten(output: Json | undefined, { rewrites }: CassetteSession): Json {
  const value = output ?? null;
  return rewrites.request ? rewriteJson(value, rewrites.request) : value;
}

function otherEnd(file: string, cause: LlmDoError): LlmDoError {
  const reason = `its recording cannot be replayed: the run ends otherwise: ${cause.reason}`;
  const tries = ["make the run end in the same way each time", ...cause.tries];
  return failure(file, { reason, details: cause.details, tries, cause });
}

interface FailureText {
  readonly reason: string;
  readonly details: readonly string[];
  readonly tries: readonly string[];
  readonly cause?: unknown;
}

function failure(file: string, text: FailureText): LlmDoError {
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: file.replace(/\.recording$/, ""),
    place: { file },
    ...text,
  });
}
