import { resolve } from "node:path";
import { EXIT, type ExitCode } from "../../../errors/codes.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import { terminalLines } from "../../../report/terminal-lines.ts";
import { counted, grouped } from "../../../words/counted.ts";
import { shellQuote } from "../../../words/shell-quote.ts";
import { describeComparator } from "../../agree/comparator.ts";
import { COMPARATOR_FILE } from "../../agree/declared-comparator.ts";
import { loadWorker, workersOf } from "../../load-worker.ts";
import { type ProjectWorkers, projectWorkers, workerFilesOf } from "./project-workers.ts";
import { byCost, type Monthly } from "./scan-cost.ts";
import { scanJson, scanReport, scansReport } from "./scan-report.ts";
import { type Scan, type ScanRequest, scanWorkers } from "./scan-workers.ts";

/** What `llm-do harden --scan` is asked. */
export interface ScanCommand extends ScanRequest {
  /** Files of workers, and folders of them; none: all of the project. */
  readonly files: readonly string[];
  /** `--with`. */
  readonly others: readonly string[];
  /** `--monthly-calls`. */
  readonly monthlyCalls: number | undefined;
  readonly isJson: boolean;
}

/**
 * `llm-do harden --scan`: prints what is on record of the named workers, else of all workers of the
 * project, the dearest first.
 *
 * @returns 0 where one is worth trying, else 6
 * @throws LlmDoError what is wrong with a named worker, or with the recordings
 */
export async function runScan(command: ScanCommand): Promise<ExitCode> {
  const { host, monthlyCalls, isJson } = command;
  const { workers, unloaded } = await askedWorkers(command);
  const scans = [...(await scanWorkers(workers, command))].sort(byCost);
  const recorded = scans.reduce((sum, { figures }) => sum + figures.calls, 0);
  const monthly =
    monthlyCalls === undefined || recorded === 0 ? undefined : { calls: monthlyCalls, recorded };
  const lines = isJson
    ? scans.map((scan) => scanJson(scan, monthly))
    : shownLines(scans, { command, unloaded, monthly });
  host.stdout.write(lines.map((line) => `${line}\n`).join(""));
  const isWorth = scans.some(({ verdict }) => verdict.kind === "worth-trying");
  return isWorth ? EXIT.done : EXIT.inconclusive;
}

async function askedWorkers({ files, others, host }: ScanCommand): Promise<ProjectWorkers> {
  const isFolder = (file: string) => host.files.stat(resolve(host.cwd, file))?.kind === "directory";
  if (files.length > 0 && !files.some(isFolder)) return await namedWorkers(files, others, host);
  const found = (files.length > 0 ? files : [undefined]).flatMap((file) => {
    if (file !== undefined && !isFolder(file)) return [file];
    const inside = workerFilesOf(file, host);
    if (inside.length === 0) throw noWorkers(file);
    return inside;
  });
  return await projectWorkers([...new Set(found)], others, host);
}

/** Workers that are named are one project, and what is wrong with one is an error. */
async function namedWorkers(files: readonly string[], others: readonly string[], host: Host) {
  const [first = "", ...rest] = files;
  const { project } = await loadWorker(first, [...rest, ...others], host);
  const named = workersOf(project).filter(({ file }) => files.includes(file));
  return { workers: named, unloaded: [] };
}

function noWorkers(folder: string | undefined): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "scan",
    what: folder ?? "this project",
    reason: "it has no .worker file",
    tries: ["llm-do harden main.worker --scan", "or go to the folder of a project"],
  });
}

interface Shown {
  readonly command: ScanCommand;
  readonly unloaded: ProjectWorkers["unloaded"];
  readonly monthly: Monthly | undefined;
}

function shownLines(scans: readonly Scan[], { command, unloaded, monthly }: Shown) {
  const [only, ...others] = scans;
  if (only && others.length === 0 && unloaded.length === 0) {
    const lines = terminalLines(scanReport(only, monthly));
    return [...lines, ...triesAfter(only, command).map(asTry)];
  }
  const recorded = scans.filter(({ figures }) => figures.calls > 0);
  const silent = scans.filter(({ figures }) => figures.calls === 0);
  const notes: string[] = [];
  const scripted = recorded.filter(({ figures }) => figures.scripted > 0);
  if (scripted.length > 0) {
    const names = scripted.map(
      ({ worker, figures }) =>
        `${grouped(figures.scripted)} of ${counted(figures.calls, "call")} of ${worker.name}`,
    );
    notes.push(`a script stood in for the model: ${firstOf(names)}`);
  }
  if (silent.length > 0) {
    const names = firstOf(silent.map(({ worker }) => worker.name));
    notes.push(
      `no recordings of ${counted(silent.length, "worker")} as ${silent.length === 1 ? "it is" : "they are"} today: ${names}`,
    );
  }
  for (const { file, error } of unloaded.slice(0, MOST_TOLD)) {
    notes.push(`${file} was left out: ${error.reason}`);
  }
  if (unloaded.length > MOST_TOLD) {
    notes.push(`${counted(unloaded.length - MOST_TOLD, "more file")} left out: see llm-do check`);
  }
  const tries = [
    ...nextScans(recorded, silent).flatMap((scan) => triesAfter(scan, command)),
    ...unloaded.slice(0, 1).map(({ file, error }) => loadTry(shellQuote(file), error)),
  ];
  const lines = terminalLines(scansReport(recorded, { monthly, notes }));
  return [...lines, ...new Set(tries.map(asTry))];
}

/** How many files and workers a note names. */
const MOST_TOLD = 10;

function firstOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_TOLD).join(", ");
  const more = names.length - MOST_TOLD;
  return more > 0 ? `${shown} and ${counted(more, "other")}` : shown;
}

/** Those of which it is said what to do: the dearest that is worth trying, and the dearest that is unknown. */
function nextScans(recorded: readonly Scan[], silent: readonly Scan[]): readonly Scan[] {
  const next = recorded.find(({ verdict }) => verdict.kind === "worth-trying");
  const unknown = recorded.find(({ verdict }) => verdict.kind === "unknown");
  const shown = [next, unknown].filter((scan) => scan !== undefined);
  return shown.length > 0 ? shown : [...recorded, ...silent].slice(0, 1);
}

/** What a file lacks that does not load: files beside it, else something of its own. */
function loadTry(file: string, { code }: LlmDoError): string {
  return code === "project" ? `llm-do harden --scan ${file} --with FILE` : `llm-do check ${file}`;
}

function asTry(hint: string): string {
  return `Try: ${hint}`;
}

/** What to do after a scan. */
function triesAfter(scan: Scan, command: ScanRequest): readonly string[] {
  const { verdict, worker } = scan;
  const file = shellQuote(worker.file);
  switch (verdict.kind) {
    case "worth-trying":
      return [...comparatorTries(scan, command), `llm-do harden ${file}`];
    case "unknown":
    case "too-few":
    case "no-recordings":
      return recordTries(scan);
    case "noise":
    case "no-pattern":
      return ["keep the prompt"];
  }
}

function comparatorTries({ worker, figures }: Scan, { folderOf, host }: ScanRequest) {
  if (!figures.suggested) return [];
  const folder = folderOf(worker);
  const text = JSON.stringify(describeComparator(figures.suggested.comparator));
  const path = folder.startsWith(host.cwd) ? folder.slice(host.cwd.length + 1) : folder;
  return [
    `mkdir -p ${shellQuote(path)} && echo ${shellQuote(text)} > ${shellQuote(`${path}/${COMPARATOR_FILE}`)}`,
  ];
}

/** How recordings come about, or a second sample of those that are there. */
export function recordTries(scan: Scan): readonly string[] {
  return [recordTry(scan), "or name other cassettes, or folders of them, with --recordings"];
}

function recordTry({ worker, inputs, cassettes, verdict }: Scan): string {
  // What another program recorded cannot be run again, and its cassette is not for runs.
  const last = inputs.flatMap(({ calls }) => calls).findLast(({ origin }) => origin !== "imported");
  const known = cassettes.find((cassette) => last?.cassette.endsWith(cassette));
  if (verdict.kind === "unknown" && known !== undefined) {
    return `record a second sample of each input: run again what recorded ${known}, with --samples 2`;
  }
  const cassette = shellQuote(known ?? `cassettes/${worker.name}.yaml`);
  const what = known === undefined ? "some" : "more";
  return `record ${what}: llm-do ${shellQuote(worker.file)} "..." --cassette ${cassette} --samples 2`;
}
