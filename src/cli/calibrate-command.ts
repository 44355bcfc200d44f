import { isCi } from "../cassette/state/default-mode.ts";
import { EXIT, type ExitCode } from "../errors/codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { type ChosenCase, judgedCases } from "../testing/batch/choose-cases.ts";
import { calibrate, calibrationExit } from "../testing/calibrate/calibrate.ts";
import { calibrationText } from "../testing/calibrate/calibration-text.ts";
import { DEFAULT_CLAIM } from "../testing/cases/judge/calibration.ts";
import { budgetOf } from "../testing/run/shared-budget.ts";
import type { TestSettings } from "../testing/settings/test-settings.ts";

interface CalibrateCommand {
  /** What is on the command line beside our own flags. */
  readonly words: readonly string[];
  /** `--least`, as given. */
  readonly least: string | undefined;
  readonly settings: TestSettings;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * `llm-do test --calibrate`: compares judges with labels.
 *
 * @returns 0 when all judges count, 1 when one agrees too rarely, 6 when labels are missing, 3 when a
 * case has no score on record, 5 when the money is spent, 130 when interrupted
 * @throws LlmDoError `usage` for a wrong flag, `cases` where there is no judge
 */
export async function calibrateCommand({
  words,
  least,
  settings,
  host,
  signal,
}: CalibrateCommand): Promise<ExitCode> {
  const [word] = words;
  if (word !== undefined) throw notAll(word);
  const claim = least === undefined ? DEFAULT_CLAIM : Number(least);
  const { samples = 1 } = settings;
  const cases = judgedCases(host).map(({ one, path }) => ({
    path,
    one: { ...one, samples: Math.max(one.samples, samples) },
  }));
  const rerecord = "llm-do test --calibrate --mode record";
  const budget = budgetOf(settings, host);
  await tellEstimate(cases, settings, host);
  const calibrating = { ...settings, host, signal, budget, rerecord, keepsFailed: true };
  const all = await unlessAborted(signal, () => calibrate({ cases, settings: calibrating, claim }));
  if (!all) return EXIT.interrupted;
  for (const { damage } of all) {
    if (damage !== undefined) host.stderr.write(`warning: ${damage}; labels are counted anew\n`);
  }
  host.stdout.write(calibrationText(all, !isCi(host.env)));
  return calibrationExit(all);
}

/** Says what is about to be recorded and what that costs, before the first request. */
async function tellEstimate(
  cases: readonly ChosenCase[],
  { mode, maxUsd }: TestSettings,
  host: Host,
): Promise<void> {
  if (mode === "replay") return;
  const { estimateCases } = await import("../testing/status/estimate-cases.ts");
  const { estimateText } = await import("../testing/status/recording-estimate.ts");
  const ones = cases.map(({ one }) => one);
  const text = estimateText(await estimateCases(ones, { mode, host }), mode);
  if (text === undefined) return;
  const most = maxUsd === undefined ? "" : `; at most $${maxUsd} is spent`;
  host.stderr.write(`to record: ${text}${most}\n`);
}

/** Undefined where an interrupt broke it off. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function notAll(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what,
    reason: "--calibrate counts all labels of a judge, so it runs all its cases",
    tries: ["llm-do test --calibrate"],
  });
}
