import { defaultMode } from "../../cassette/state/default-mode.ts";
import { CERTIFICATE_FILE } from "../../certificate/certificate.ts";
import type { ExitCode } from "../../errors/codes.ts";
import { wrongFlag } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import { cassetteOf } from "../../project/run/run-flags.ts";
import { terminalLines } from "../../report/terminal-lines.ts";
import { percent } from "../../words/percent.ts";
import {
  COMPARE_DEFAULTS,
  type CompareQuestion,
  type CompareRequest,
  type LabelSource,
} from "./compare-request.ts";
import type { Compared } from "./report/compare-report.ts";
import { writeReports } from "./report/write-reports.ts";
import { runCompare } from "./run-compare.ts";

/** The flags of `llm-do compare`; `--timeout` is in milliseconds here. */
export interface CompareFlags {
  readonly claim?: number;
  readonly worse?: boolean;
  readonly open?: true;
  readonly label?: true;
  readonly adjudicate?: true;
  readonly gold?: string;
  readonly judge?: string;
  readonly cassette?: string;
  readonly mode?: string;
  readonly script?: string;
  readonly since?: string;
  readonly fresh?: true;
  readonly monthlyCalls?: number;
  readonly holdout?: number;
  readonly referenceSamples?: number;
  readonly recordings?: readonly string[];
  readonly with?: readonly string[];
  readonly generated?: number;
  readonly seed?: number;
  readonly comparator?: string;
  readonly model?: string;
  readonly out?: string;
  readonly strict?: true;
  readonly timeout?: number;
  readonly json?: true;
}

interface CompareCommand {
  readonly worker: string;
  readonly tool: string;
  readonly flags: CompareFlags;
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
export async function compare(asked: CompareCommand): Promise<ExitCode> {
  const { host, signal, flags } = asked;
  const onWarning = (message: string) => host.stderr.write(`warning: ${message}\n`);
  const plain = await runCompare(requestOf(asked), { host, signal, onWarning });
  const { tree, report: shownReport, certificate } = writeReports(plain, host);
  const { compared, lines: strictLines } = flags.strict
    ? await strictly(plain, asked)
    : { compared: plain, lines: [] };
  const { report, out } = compared;
  if (flags.json) {
    host.stdout.write(`${JSON.stringify(shownReport)}\n`);
    for (const line of strictLines) host.stderr.write(`${line}\n`);
  } else {
    const reports = `reports: ${shown(out.path, host)}`;
    const lines = [
      ...terminalLines(tree),
      ...strictLines,
      "",
      reports,
      ...beside(asked, certificate),
    ];
    host.stdout.write(`${lines.join("\n")}\n`);
  }
  return report.exitCode;
}

/** A certificate that code does not answer by unless it is named, which nobody would see otherwise. */
function beside(
  { worker, host }: CompareCommand,
  certificate: ReturnType<typeof writeReports>["certificate"],
): readonly string[] {
  if (!certificate?.standing) return [];
  const path = shown(certificate.path, host);
  const { standing } = certificate;
  const says =
    standing.kind === "agreement"
      ? `at least ${percent(standing.claim, "given")} agreement`
      : "no worse than the prompt";
  return [
    `certificate: ${path}; code answers by ${CERTIFICATE_FILE} (${standing.tool}, ${says}) unless this one is named`,
    `Try: llm-do promote ${worker} --to shadow --certificate ${path}`,
  ];
}

/** Takes minutes: what the comparison found is written before it. */
async function strictly(plain: Compared, { tool, host, signal }: CompareCommand) {
  host.stderr.write(
    `mutation testing of ${tool.split("#")[0]} takes a second or more for each fault\n`,
  );
  const { checkStrictly } = await import("./strict-check.ts");
  const checked = await checkStrictly(plain, tool, { host, signal });
  writeReports(checked.compared, host);
  return checked;
}

function requestOf(command: CompareCommand): CompareRequest {
  const { worker, tool, flags } = command;
  return {
    worker,
    tool,
    question: questionOf(command),
    since: sinceOf(flags.since),
    fresh: flags.fresh ?? false,
    monthlyCalls: flags.monthlyCalls,
    holdout: shareOf("--holdout", flags.holdout),
    reference: samplesOf(flags.referenceSamples),
    recordings: flags.recordings,
    others: flags.with ?? [],
    generated: flags.generated ?? 0,
    seed: flags.seed,
    comparator: flags.comparator,
    model: flags.model,
    out: flags.out,
    timeoutMs: flags.timeout ?? COMPARE_DEFAULTS.timeoutMs,
  };
}

/** Labels are asked for where they are needed: a flag of theirs asks "no worse than the prompt". */
function questionOf(command: CompareCommand): CompareQuestion {
  const { flags } = command;
  const { claim = COMPARE_DEFAULTS.claim } = flags;
  const labels = labelSourceOf(command);
  const isNoWorse = flags.worse === false || labels.kind !== "kept";
  if (flags.open) {
    if (!isNoWorse) return { kind: "open", claim };
    throw wrongFlag("--open", "it shows held-out inputs instead of asking something of them", [
      "open first, then ask: leave out --no-worse and the flags of labels",
    ]);
  }
  if (!isNoWorse) return { kind: "agreement", claim };
  if (flags.claim === undefined) return { kind: "no-worse", labels };
  throw wrongFlag(`--claim ${flags.claim}`, "it is about agreement, and labels are not", [
    "leave out --claim: no worse means up to one point",
  ]);
}

function labelSourceOf({ flags, host, command }: CompareCommand): LabelSource {
  const { judge: file, cassette, script, gold, label, adjudicate } = flags;
  if (file !== undefined) {
    if (cassette === undefined) {
      throw wrongFlag(`--judge ${file}`, "a judge has a cassette of its own, and none is named", [
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
    throw wrongFlag(`--${stray}`, "it is about a judge, and none is named", ["add --judge WORKER"]);
  }
  if (gold !== undefined) return { kind: "gold", file: gold };
  if (!(label || adjudicate)) return { kind: "kept" };
  if (host.stdin.isTerminal && host.stderr.isTerminal) return { kind: "person" };
  throw wrongFlag("--label", "it asks a person at a terminal, and there is none", [
    "run it in a terminal, or give labels: --gold FILE",
  ]);
}

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** A day begins at midnight UTC, so that it is the same version on each machine. */
function sinceOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = DATE.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  throw wrongFlag(`--since ${text}`, "it must be a date", [
    "--since 2026-03-31",
    "--since 2026-03-31T12:00Z",
  ]);
}

/** JavaScript takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(day);
}

function shareOf(flag: string, share: number | undefined): number | undefined {
  if (share === undefined || (share > 0 && share < 1)) return share;
  throw wrongFlag(`${flag} ${share}`, "it must be above 0 and below 1", [`${flag} 0.5`]);
}

function samplesOf(samples: number | undefined): number | undefined {
  if (samples === undefined || samples > 0) return samples;
  throw wrongFlag("--reference-samples 0", "a reference takes at least one answer", [
    "--reference-samples 3",
  ]);
}
