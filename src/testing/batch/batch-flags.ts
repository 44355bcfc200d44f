import { wrongFlag } from "../../errors/llm-do-error.ts";

/** The flags of `llm-do test` that run cases without vitest, and what they exclude. */
interface BatchFlags {
  readonly calibrate?: true;
  readonly least?: string;
  readonly models?: string;
  readonly mutate?: true;
  readonly faults?: true;
  readonly report?: string;
}

/** @throws LlmDoError `usage` for flags that do not go together, or a share that is none */
export function checkBatchFlags(flags: BatchFlags): void {
  const { calibrate, least, models, mutate, faults, report } = flags;
  if (least !== undefined && !calibrate) {
    throw wrongFlag("--least", "it is about a calibration, and none is made", ["add --calibrate"]);
  }
  if (least !== undefined && !(Number(least) > 0 && Number(least) < 1)) {
    const reason = "it must be above 0 and below 1: no number of labels shows 100 %";
    throw wrongFlag(`--least ${least}`, reason, ["--least 0.8"]);
  }
  const batch = calibrate ? "--calibrate" : models === undefined ? undefined : "--models";
  if (batch === undefined) return;
  const other = calibrate && models !== undefined ? "--models" : undefined;
  const excluded = other ?? (mutate && "--mutate") ?? (faults && "--faults");
  const isReported = calibrate && report !== undefined;
  const what = excluded || (isReported ? "--report" : undefined);
  if (what) throw wrongFlag(what, `it does not go with ${batch}`, ["run them one after the other"]);
}
