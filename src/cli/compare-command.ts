import { defaultMode } from "../cassette/state/default-mode.ts";
import type { ExitCode } from "../errors/codes.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import {
  type AdjudicatorChoice,
  COMPARE_DEFAULTS,
  type CompareRequest,
} from "../hardening/compare/compare-request.ts";
import type { Compared } from "../hardening/compare/report/report.ts";
import { reportLines } from "../hardening/compare/report/report-lines.ts";
import { writeReports } from "../hardening/compare/report/write-reports.ts";
import { runCompare } from "../hardening/compare/run-compare.ts";
import type { Host } from "../host/host.ts";
import { shown } from "../project/project-paths.ts";
import type { CompareFlags, CompareWords } from "./compare-flags.ts";
import { cassetteOf } from "./run-flags.ts";

interface CompareCommand extends CompareWords {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The command line as given, for advice. */
  readonly command: readonly string[];
}

/**
 * `llm-do compare WORKER TOOL`: writes the reports and prints what they say.
 *
 * @throws LlmDoError for what keeps the comparison from being made
 */
export async function compareCommand(compare: CompareCommand): Promise<ExitCode> {
  const { host, signal, flags } = compare;
  const onWarning = (message: string) => host.stderr.write(`warning: ${message}\n`);
  const plain = await runCompare(requestOf(compare), { host, signal, onWarning });
  writeReports(plain, host);
  const { compared, lines: strictLines } = flags.strict
    ? await strictly(plain, compare)
    : { compared: plain, lines: [] };
  const { report, out } = compared;
  if (flags.json) {
    host.stdout.write(`${JSON.stringify(report)}\n`);
    for (const line of strictLines) host.stderr.write(`${line}\n`);
  } else {
    const lines = [...reportLines(report), ...strictLines, "", `reports: ${shown(out.path, host)}`];
    host.stdout.write(`${lines.join("\n")}\n`);
  }
  return report.exitCode;
}

/** Takes minutes: what the comparison found is written before it. */
async function strictly(plain: Compared, { tool, host, signal }: CompareCommand) {
  host.stderr.write(
    `mutation testing of ${tool.split("#")[0]} takes a second or more for each fault\n`,
  );
  const { checkStrictly } = await import("../hardening/compare/strict-check.ts");
  const checked = await checkStrictly(plain, tool, { host, signal });
  writeReports(checked.compared, host);
  return checked;
}

function requestOf({ worker, tool, flags, host, command }: CompareCommand): CompareRequest {
  const { claim, timeoutMs } = COMPARE_DEFAULTS;
  return {
    worker,
    tool,
    claim: flags.claim ?? claim,
    recordings: flags.recordings,
    others: flags.with ?? [],
    gold: flags.gold,
    generated: flags.generated ?? 0,
    seed: flags.seed,
    comparator: flags.comparator,
    model: flags.model,
    out: flags.out,
    timeoutMs: flags.timeout ?? timeoutMs,
    adjudicator: adjudicatorOf(flags, host, command),
  };
}

function adjudicatorOf(
  flags: CompareFlags,
  host: Host,
  command: readonly string[],
): AdjudicatorChoice {
  const { judge: file, cassette, script, adjudicate } = flags;
  if (file !== undefined) {
    if (cassette === undefined) {
      throw badFlag(`--judge ${file}`, "a judge has a cassette of its own, and none is named", [
        "add --cassette judge.yaml",
      ]);
    }
    const mode =
      cassetteOf({ ...flags, cassette }, host.env, command)?.mode ?? defaultMode(host.env);
    return { kind: "judge", file, cassette, mode, script };
  }
  const judges = Object.entries({ cassette, mode: flags.mode, script });
  const stray = judges.find(([, value]) => value !== undefined)?.[0];
  if (stray !== undefined) {
    throw badFlag(`--${stray}`, "it is about a judge, and none is named", ["add --judge WORKER"]);
  }
  if (!adjudicate) return { kind: "nobody" };
  if (host.stdin.isTerminal && host.stderr.isTerminal) return { kind: "person" };
  throw badFlag("--adjudicate", "it asks a person at a terminal, and there is none", [
    "run it in a terminal, or let a worker judge: --judge WORKER --cassette FILE",
  ]);
}

function badFlag(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use", what, reason, tries });
}
