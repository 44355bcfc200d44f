import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { RememberedEffects } from "../../project/remembered-effects.ts";
import type { Failure } from "../run/failure.ts";
import { type CaseRunSettings, type CaseRuns, runAll } from "./case-runs.ts";
import type { CaseVariation } from "./case-variation.ts";
import type { SampleOutcome } from "./run-samples.ts";
import type { TestCase } from "./test-case.ts";

/** The same variation of a case, and what local effects come to while it is recorded. */
export function remembering(
  { around, ...variation }: CaseVariation,
  remembered: RememberedEffects,
): CaseVariation {
  return {
    ...variation,
    around: (run) => {
      const isRecording = run.session !== undefined && run.session.mode !== "replay";
      return { ...around?.(run), ...(isRecording ? { effects: remembered.watching } : {}) };
    },
  };
}

interface RecordedCase extends CaseRuns {
  /** What local effects came to, which must not happen twice outside of a workspace's copy. */
  readonly remembered: RememberedEffects;
}

/** What the replay of a recording shows. */
export interface CheckedRecording {
  /** Why it cannot be replayed; empty where it can, or nothing was recorded. */
  readonly problem: readonly Failure[];
  /**
   * The runs as every later test sees them, with what `redact` rules put in the place of texts: what
   * the case expects is held against these. Those that were recorded where there was no replay.
   */
  readonly judged: readonly SampleOutcome[];
}

/** Replays the recording of a case once, offline. */
export async function checkRecording(
  one: TestCase,
  settings: CaseRunSettings,
  { outcomes, session, remembered }: RecordedCase,
): Promise<CheckedRecording> {
  if (!session || session.mode === "replay") return { problem: [], judged: outcomes };
  const { replayProblem } = await import("../../project/replay-check.ts"); // a replay needs no check
  const around = one.workspace === undefined ? { effects: remembered.answering } : {};
  let judged = outcomes;
  try {
    const problem = await replayProblem({
      session,
      recorded: outcomes.map(({ run }) => run),
      host: settings.host,
      replay: async (checking, host) => {
        const again = { ...settings, host, checking, mode: "replay" } as const;
        const replayed = await runAll(one, again, { around: () => around });
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
