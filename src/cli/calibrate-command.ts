import { isCi } from "../cassette/default-mode.ts";
import type { ExitCode } from "../errors/exit-codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { chosenCases } from "../testing/batch/choose-cases.ts";
import { calibrate, calibrationExit } from "../testing/judge/calibrate.ts";
import { DEFAULT_CLAIM } from "../testing/judge/calibration.ts";
import { calibrationText } from "../testing/judge/calibration-text.ts";
import { budgetOf } from "../testing/run/shared-budget.ts";
import type { TestSettings } from "../testing/vitest/test-settings.ts";

export interface CalibrateCommand {
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
 * case has no recording
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
  const cases = chosenCases({ filters: [], pattern: undefined }, host)
    .filter(({ one }) => one.expect.judge !== undefined)
    .map(({ one, path }) => ({ path, one: { ...one, samples: Math.max(one.samples, samples) } }));
  const rerecord = "llm-do test --calibrate --mode record";
  const budget = budgetOf(settings, host.files);
  const all = await calibrate({
    cases,
    settings: { ...settings, host, signal, budget, rerecord, keepsFailed: true },
    claim,
  });
  host.stdout.write(calibrationText(all, !isCi(host.env)));
  return calibrationExit(all);
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
