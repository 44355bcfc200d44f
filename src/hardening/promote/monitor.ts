import { dirname, join, relative, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { unwritable } from "../../errors/unwritable.ts";
import type { Host } from "../../host/host.ts";
import type { FoundLock } from "../../project/lock/lock-store.ts";
import { changeLock, withFunction } from "../../project/lock/lock-store.ts";
import { pageOf } from "../../report/page.ts";
import { terminalLines } from "../../report/terminal-lines.ts";
import { isAlarmed, isUnfit, monitorReport } from "./monitor-report.ts";
import type { MonitoredFunction } from "./monitored-function.ts";
import { monitoredFunctions } from "./monitored-functions.ts";
import { observeFunction } from "./observe-function.ts";
import { type ResetFunction, resetAlarms } from "./reset-alarms.ts";

/** The flags of `llm-do monitor`. */
export interface MonitorFlags {
  readonly reset?: true;
  /** Logs of other machines. */
  readonly log?: readonly string[];
  readonly monthlyCalls?: number;
  /** A file, or the usual one of each function. */
  readonly page?: string | true;
  readonly json?: true;
  readonly recordings?: readonly string[];
  readonly model?: string;
}

/**
 * `llm-do monitor [WORKER...]`: prints how functions with prompt and code are doing, or takes their
 * alarms back.
 *
 * @throws LlmDoError `alarm` when an alarm was raised, `configuration` when a certificate no longer
 * fits
 */
export async function monitor(
  workers: readonly string[],
  flags: MonitorFlags,
  host: Host,
): Promise<void> {
  if (flags.reset) {
    const reset = await resetAlarms(workers, { ...sourcesOf(flags), host });
    host.stdout.write(reset.map(resetText).join(""));
    return;
  }
  const { lock, top, functions } = monitoredFunctions(workers, host);
  const { log: logs = [], monthlyCalls } = flags;
  if (logs.length > 0 && functions.length !== 1) throw whoseLogs(functions.length);
  const scope = { lock, ...sourcesOf(flags), logs, monthlyCalls, host };
  const observed: MonitoredFunction[] = [];
  for (const one of functions) observed.push(await observeFunction(one, scope));
  for (const one of observed) revertMerged(one, lock, host);
  const text = flags.json
    ? JSON.stringify({ functions: observed }, null, 2)
    : terminalLines(monitorReport(observed, { isPage: false })).join("\n");
  host.stdout.write(`${text}\n`);
  if (flags.page !== undefined) writePages(observed, { page: flags.page, top }, host);
  // Advice is for the folder in which the person stands.
  const here = (path: string) => relative(host.cwd, resolve(top, path));
  const alarmed = observed.filter(isAlarmed);
  if (alarmed.length > 0) throw raised(alarmed, here);
  const unfit = observed.filter(isUnfit);
  if (unfit.length > 0) throw notFitting(unfit, here);
}

function sourcesOf({ recordings, model }: MonitorFlags) {
  return { recordings, model };
}

function resetText({ name, alarm, cut }: ResetFunction): string {
  if (!alarm) return `${name}: no alarm was raised; its comparisons are counted anew\n`;
  const moved =
    cut === undefined
      ? ""
      : `; the inputs listed so far in ${cut} have moved to train, and only those listed from now on are evidence`;
  return `${name}: the alarm of ${alarm.at} is taken back (${alarm.reason})${moved}\n`;
}

/** The alarm of all machines together gives the prompt its place back, like the one of each. */
function revertMerged({ worker, merged }: MonitoredFunction, lock: FoundLock, host: Host): void {
  const found = merged?.alarm.raised;
  if (!found) return;
  const change = (now: FoundLock) => {
    const locked = now.lock.functions.find((one) => one.worker === worker);
    if (!locked || locked.mode === "prompt" || locked.reverted) return now.lock;
    return withFunction(now.lock, { ...locked, mode: "prompt", reverted: found });
  };
  const onWarning = (text: string) => host.stderr.write(`warning: ${text}\n`);
  changeLock(dirname(lock.path), { change, onWarning }, host);
}

function writePages(
  functions: readonly MonitoredFunction[],
  { page, top }: { readonly page: string | true; readonly top: string },
  host: Host,
): void {
  const { cwd } = host;
  if (page !== true) writePage(resolve(cwd, page), functions, host);
  for (const one of page === true ? functions : []) {
    const beside = dirname(resolve(top, one.worker));
    writePage(join(beside, "hardening", one.name, "monitor.html"), [one], host);
  }
}

function writePage(path: string, functions: readonly MonitoredFunction[], host: Host): void {
  try {
    host.files.write(path, pageOf(monitorReport(functions, { isPage: true })));
  } catch (cause) {
    throw unwritable(cause, { path });
  }
  host.stderr.write(`wrote ${relative(host.cwd, path)}\n`);
}

type FromHere = (path: string) => string;

function raised(functions: readonly MonitoredFunction[], here: FromHere): LlmDoError {
  const names = joinedNames(functions);
  return new LlmDoError({
    code: "alarm",
    verb: "monitor",
    what: names,
    reason: "code and prompt disagreed more often than was certified, so the prompt answers",
    tries: [
      "find out why: the disagreements are listed above",
      `then take it back: llm-do monitor ${here(functions[0]?.worker ?? "")} --reset`,
    ],
  });
}

function notFitting(functions: readonly MonitoredFunction[], here: FromHere): LlmDoError {
  const [first] = functions;
  const worker = here(first?.worker ?? "");
  const tool = first?.tool === undefined ? "TOOL" : here(first.tool);
  return new LlmDoError({
    code: "configuration",
    verb: "monitor",
    what: joinedNames(functions),
    reason: "its certificate no longer fits",
    tries: [
      `make a new one: llm-do compare ${worker} ${tool}`,
      `and put the code in place by it: llm-do promote ${worker} --to code`,
    ],
  });
}

function joinedNames(functions: readonly MonitoredFunction[]): string {
  return functions.map(({ name }) => name).join(", ");
}

function whoseLogs(count: number): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "monitor",
    what: "--log",
    reason: `a log is of one function, and ${count} are asked about`,
    tries: ["name the worker: llm-do monitor main.worker --log FILE"],
  });
}
