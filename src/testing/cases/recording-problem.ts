import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { RememberedEffects } from "../../project/remembered-effects.ts";
import type { Failure } from "../run/failure.ts";
import { type CaseRunSettings, type CaseRuns, runAll } from "./case-runs.ts";
import type { CaseVariation } from "./case-variation.ts";
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

/** Why the recording of a case cannot be replayed; nothing where it can, or nothing was recorded. */
export async function recordingProblem(
  one: TestCase,
  settings: CaseRunSettings,
  { outcomes, session, remembered }: RecordedCase,
): Promise<readonly Failure[]> {
  if (!session || session.mode === "replay") return [];
  const { replayProblem } = await import("../../project/replay-check.ts"); // a replay needs no check
  const around = one.workspace === undefined ? { effects: remembered.answering } : {};
  try {
    const problem = await replayProblem({
      session,
      recorded: outcomes.map(({ run }) => run),
      host: settings.host,
      replay: async (checking, host) => {
        const again = { ...settings, host, checking, mode: "replay" } as const;
        const { judge } = one.expect;
        const asked = { ...one, expect: judge ? { judge } : {} };
        const replayed = await runAll(asked, again, { around: () => around });
        if (!replayed.session) throw new TypeError("a recording was made without a cassette");
        return { session: replayed.session, ends: replayed.outcomes.map(({ run }) => run) };
      },
    });
    return problem ? [{ kind: "cassette", message: problem.report() }] : [];
  } catch (error) {
    if (isLlmDoError(error)) return [{ kind: "cassette", message: error.report() }];
    session.close({ ok: false });
    throw error;
  }
}
