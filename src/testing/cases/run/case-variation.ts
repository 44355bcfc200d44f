import type { CassetteSession } from "../../../cassette/session/session.ts";
import type { Project } from "../../../project/project.ts";
import type { RememberedEffects } from "../../../project/run/remembered-effects.ts";
import type { RunWrappers } from "../../../project/run/run-wrappers.ts";
import type { SampleOutcome } from "../check/run-samples.ts";

/** What is different in a run of a case from the case as it is written. */
export interface CaseVariation {
  /** Makes the project that is run from the one that was loaded. */
  readonly project?: ((project: Project) => Project) | undefined;
  /** What stands around the run's gates. */
  readonly around?: ((run: VariedRun) => RunWrappers) | undefined;
  /** What stands around the gates of the case's judge. */
  readonly aroundJudge?: RunWrappers | undefined;
  /** Told of each run of the case when its expectations were checked. */
  readonly onRun?: ((outcome: SampleOutcome) => void) | undefined;
  /** Interrupts the run. */
  readonly signal?: AbortSignal | undefined;
}

/** A run that is about to begin. */
export interface VariedRun {
  readonly project: Project;
  /** Undefined where the case has no cassette. */
  readonly session: CassetteSession | undefined;
}

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
