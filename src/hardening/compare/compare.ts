import { defaultMode } from "../../cassette/state/default-mode.ts";
import type { ExitCode } from "../../errors/codes.ts";
import { wrongFlag } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import { cassetteOf } from "../../project/run/run-flags.ts";
import {
  type AdjudicatorChoice,
  COMPARE_DEFAULTS,
  type CompareRequest,
} from "./compare-request.ts";
import type { Compared } from "./report/report.ts";
import { reportLines } from "./report/report-lines.ts";
import { writeReports } from "./report/write-reports.ts";
import { runCompare } from "./run-compare.ts";

/** The flags of `llm-do compare`; `--timeout` is in milliseconds here. */
export interface CompareFlags {
  readonly claim?: number;
  readonly recordings?: readonly string[];
  readonly with?: readonly string[];
  readonly gold?: string;
  readonly generated?: number;
  readonly seed?: number;
  readonly comparator?: string;
  readonly model?: string;
  readonly out?: string;
  readonly adjudicate?: true;
  readonly strict?: true;
  readonly judge?: string;
  readonly cassette?: string;
  readonly mode?: string;
  readonly script?: string;
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
  writeReports(plain, host);
  const { compared, lines: strictLines } = flags.strict
    ? await strictly(plain, asked)
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
  const { checkStrictly } = await import("./strict-check.ts");
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
  if (!adjudicate) return { kind: "nobody" };
  if (host.stdin.isTerminal && host.stderr.isTerminal) return { kind: "person" };
  throw wrongFlag("--adjudicate", "it asks a person at a terminal, and there is none", [
    "run it in a terminal, or let a worker judge: --judge WORKER --cassette FILE",
  ]);
}
