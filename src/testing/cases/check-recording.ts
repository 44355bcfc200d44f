import type { CassetteSession } from "../../cassette/session/session.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import type { Failure } from "../run/failure.ts";
import type { SampleOutcome } from "./run-samples.ts";

/** The runs of a case, with the session that they shared, which is not closed yet. */
export interface CaseRuns {
  readonly outcomes: readonly SampleOutcome[];
  readonly session: CassetteSession | undefined;
}

/** What the replay of a recording shows. */
interface CheckedRecording {
  /** Why it cannot be replayed; empty where it can, or nothing was recorded. */
  readonly problem: readonly Failure[];
  /**
   * The runs as every later test sees them, with what `redact` rules put in the place of texts: what
   * the case expects is held against these. Those that were recorded where there was no replay.
   */
  readonly judged: readonly SampleOutcome[];
}

/**
 * Replays the recording of a case once, offline.
 *
 * @param replay makes the same runs again, of the recording in a file, with a host that allows no more
 */
export async function checkRecording(
  { outcomes, session }: CaseRuns,
  host: Host,
  replay: (checking: string, host: Host) => Promise<CaseRuns>,
): Promise<CheckedRecording> {
  if (!session || session.mode === "replay") return { problem: [], judged: outcomes };
  const { replayProblem } = await import("../../project/run/replay-check.ts"); // a replay needs no check
  let judged = outcomes;
  try {
    const problem = await replayProblem({
      session,
      recorded: outcomes.map(({ run }) => run),
      host,
      replay: async (checking, later) => {
        const replayed = await replay(checking, later);
        if (!replayed.session) throw new TypeError("a recording was made without a cassette");
        judged = replayed.outcomes;
        return { session: replayed.session, ends: judged.map(({ run }) => run) };
      },
    });
    if (!problem) return { problem: [], judged };
    return { problem: [{ kind: "cassette", message: problem.report() }], judged: outcomes };
  } catch (error) {
    if (isLlmDoError(error)) {
      return { problem: [{ kind: "cassette", message: error.report() }], judged: outcomes };
    }
    session.close({ ok: false });
    throw error;
  }
}
