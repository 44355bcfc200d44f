import { dirname, relative } from "node:path";
import type { Certificate } from "../../certificate/certificate.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import {
  ANSWER_MODES,
  type AnswerMode,
  DEFAULT_CHECK,
  DEFAULT_SHARE,
  readAnswerMode,
} from "../../functions/answer-mode.ts";
import type { Host } from "../../host/host.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import { isWorkerFile } from "../../project/project-files.ts";
import type { DetectorSettings } from "../../statistics/detector.ts";
import { counted } from "../../words/counted.ts";
import { nearest } from "../../words/nearest.ts";
import { percent } from "../../words/percent.ts";
import { logPath } from "../watch/log-file.ts";
import { alarmMeaning, toleratedText } from "./alarm-meaning.ts";
import { claimText } from "./check-certificate.ts";
import { comparisonsADay, readLogFigures } from "./log-figures.ts";
import { type Promoted, promoteFunction } from "./promote-function.ts";
import type { PromoteRequest } from "./promote-plan.ts";

/** The flags of `llm-do promote`. */
export interface PromoteFlags extends Omit<PromoteRequest, "worker" | "mode"> {
  readonly to?: string;
  /** As `llm-do swap`, an alias, has it. */
  readonly mode?: string;
}

/**
 * `llm-do promote WORKER --to MODE`: says in the lock file who answers.
 *
 * @throws LlmDoError `usage` for an unknown mode, `configuration` when it is refused
 */
export async function promote(worker: string, flags: PromoteFlags, host: Host): Promise<void> {
  const { to: _to, mode: _mode, ...rest } = flags;
  const promoted = await promoteFunction({ ...rest, ...toOf(worker, flags), worker }, host);
  const { entry, lock } = promoted;
  if (!entry) {
    host.stdout.write(
      `${worker}: no lock file names it: its prompt answers, unless hardened() puts code beside it\n`,
    );
    return;
  }
  const lines = [
    `${entry.name}: ${who(entry, lock, host)}`,
    ...certificateLines(promoted, host),
    ...alarmLines(promoted, entry, host),
    `wrote ${relative(host.cwd, lock)}`,
  ];
  host.stdout.write(`${lines.join("\n")}\n`);
}

function who({ mode, tool, share = DEFAULT_SHARE }: LockedFunction, lock: string, host: Host) {
  const code = relative(host.cwd, `${dirname(lock)}/${tool}`);
  const rest = "wherever it cannot, the prompt does";
  switch (mode) {
    case "prompt":
      return "its prompt answers";
    case "shadow":
      return `its prompt answers; ${code} is tried beside it on every call${isWorkerFile(tool) ? ", and paid for" : ""}, and each pair is evidence`;
    case "canary":
      return `${code} answers ${percent(share, "given")} of calls; ${rest}`;
    case "code":
      return `${code} answers; ${rest}`;
  }
}

function certificateLines(
  { certificate, entry, isRenewed, lock }: Promoted,
  { cwd }: Host,
): readonly string[] {
  if (!certificate || !entry || entry.mode === "prompt" || entry.mode === "shadow") return [];
  const path = relative(cwd, `${dirname(lock)}/${entry.certificate}`);
  const inputs = counted(certificate.inputs, "input");
  return [
    `certificate: ${claimText(certificate)}`,
    ...(isRenewed
      ? [
          `its code was changed and gives the certified answers to all ${inputs}: ${path} now names today's code`,
        ]
      : []),
  ];
}

function alarmLines(
  { alarm, certificate, lock }: Promoted,
  entry: LockedFunction,
  { files, clock }: Host,
): readonly string[] {
  if (entry.mode === "prompt") return [];
  if (!alarm) return ["no alarm watches it: no certificate fits yet, so it only counts and shows"];
  const figures = readLogFigures(logPath(dirname(lock), entry.worker), files);
  const { mode, check = DEFAULT_CHECK[entry.mode], share = DEFAULT_SHARE } = entry;
  const compared = mode === "shadow" ? 1 : mode === "canary" ? check * share : check;
  const rate = { callsEach: 1 / compared, aDay: comparisonsADay(figures, clock.nowMs(), compared) };
  return [...alarmMeaning(alarm, rate), ...wideLines(alarm, certificate)];
}

/** Beyond twice what the claim leaves open, an alarm would come too late for the claim. */
function wideLines(
  { tolerated }: DetectorSettings,
  certificate: Certificate | undefined,
): readonly string[] {
  if (certificate?.kind !== "agreement") return [];
  const { claim, single } = certificate;
  if (single.upper <= 2 * (1 - claim)) return [];
  return [
    `the alarm cannot watch the claim of ${percent(claim, "given")} yet: single answers of the prompt may disagree in ${toleratedText(tolerated)}, by ${counted(single.n, "comparison")}; a shadow narrows that at no cost`,
  ];
}

/** Who is to answer: a mode, or the file of another worker, which then answers inside the guard. */
function toOf(
  worker: string,
  { to, mode, tool }: PromoteFlags,
): Pick<PromoteRequest, "mode"> & Partial<Pick<PromoteRequest, "tool">> {
  if (to === undefined || !isWorkerFile(to)) {
    const option = to === undefined && mode !== undefined ? "--mode" : "--to";
    return { mode: modeOf(worker, option, to ?? mode) };
  }
  if (tool === undefined || tool === to) {
    return { mode: mode === undefined ? "code" : modeOf(worker, "--mode", mode), tool: to };
  }
  throw new LlmDoError({
    code: "usage",
    verb: "promote",
    what: worker,
    reason: `--to names ${to} and --tool names ${tool}, and only one of them can answer`,
    tries: [`llm-do promote ${worker} --to canary --tool ${to}`],
  });
}

function modeOf(worker: string, option: string, mode: string | undefined): AnswerMode {
  const known = mode === undefined ? undefined : readAnswerMode(mode);
  if (known) return known;
  const near = mode === undefined ? undefined : nearest(mode, ANSWER_MODES);
  throw new LlmDoError({
    code: "usage",
    verb: "promote",
    what: worker,
    reason: `${option} must be one of ${ANSWER_MODES.join(", ")}${mode === undefined ? "" : `, not ${mode}`}`,
    tries: [`${option} ${near ?? "shadow"}`],
  });
}
