import { dirname, relative, resolve } from "node:path";
import { reasonOf } from "../../errors/reason-of.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import {
  changeLock,
  type FoundLock,
  findLock,
  lockedFunction,
  lockPath,
  withFunction,
} from "../../project/lock/lock-store.ts";
import type {
  ComparedSample,
  ComparedVerdict,
  KeptCall,
  Watch,
} from "../../runtime/state/watch.ts";
import { counted } from "../../words/counted.ts";
import { formatPath } from "../../yaml/path.ts";
import type { Comparator } from "../agree/comparator.ts";
import { type Difference, differencesBetween } from "../agree/differences.ts";
import { readComparator } from "../agree/read-comparator.ts";
import { splitInput } from "../recordings/distinct-inputs.ts";
import { formatEntry, type LogEntry } from "./log-entry.ts";
import { appendEntry, logPath } from "./log-file.ts";
import { LogTail, type RaisedAlarm } from "./log-state.ts";

/**
 * Compares, keeps a log of calls and comparisons, and gives the prompt its place back when the alarm is
 * raised, by this process or another. What cannot be kept is not answered by code.
 */
export class CodeWatch implements Watch {
  readonly #folder: string;
  readonly #host: Host;
  readonly #watched = new Map<string, WatchedWorker>();
  readonly #comparators = new Map<string, Comparator>();

  constructor(folder: string, host: Host) {
    this.#folder = folder;
    this.#host = host;
  }

  problem(worker: WorkerFunction): string | undefined {
    try {
      return this.#of(worker).problem();
    } catch (error) {
      return reasonOf(error);
    }
  }

  keep({ worker, ...call }: KeptCall): string | undefined {
    try {
      const [reason] = call.reason?.split(": ") ?? []; // details may be of the input
      this.#of(worker).append({ ...call, kind: "call", at: this.#now(), reason });
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  compare(sample: ComparedSample): ComparedVerdict {
    const { worker, alternative, input, code, prompt, source, promptMs: ms, isNew } = sample;
    try {
      const differences = differencesBetween(code, prompt, this.#comparatorOf(worker));
      const agreed = differences.length === 0;
      const verdict = { agreed, differences: differences.map(differenceFields) };
      if (!isNew) return { ...verdict, evidence: undefined, warning: undefined };
      const { mode } = alternative;
      const { key } = splitInput(input);
      const at = this.#now();
      return {
        ...verdict,
        ...this.#kept(worker, { kind: "compared", at, mode, key, agreed, source, ms }),
      };
    } catch (error) {
      const warning = `the answers of ${worker.name} could not be compared: ${reasonOf(error)}`;
      return { agreed: undefined, differences: [], evidence: undefined, warning };
    }
  }

  /** Keeps a comparison, which may raise the alarm. */
  #kept(worker: WorkerFunction, entry: LogEntry): Pick<ComparedVerdict, "evidence" | "warning"> {
    try {
      const watched = this.#of(worker);
      watched.append(entry);
      const { evidence, warnings } = watched.look();
      return { evidence, warning: warnings.length > 0 ? warnings.join("; ") : undefined };
    } catch (error) {
      const warning = `the prompt of ${worker.name} answers from now on, not its code: ${reasonOf(error)}`;
      return { evidence: undefined, warning };
    }
  }

  #of(worker: WorkerFunction): WatchedWorker {
    const path = resolve(this.#host.cwd, worker.file);
    const known = this.#watched.get(path);
    if (known) return known;
    this.#comparatorOf(worker);
    const watched = new WatchedWorker(worker, path, {
      lock: findLock(this.#folder, this.#host),
      host: this.#host,
    });
    this.#watched.set(path, watched);
    return watched;
  }

  /** @throws LlmDoError `configuration` for a description that is none */
  #comparatorOf({ name, alternative }: WorkerFunction): Comparator {
    const known = this.#comparators.get(name);
    const comparator =
      known ?? readComparator(alternative?.comparator ?? "exact", `the comparator of ${name}`);
    this.#comparators.set(name, comparator);
    return comparator;
  }

  #now(): string {
    return new Date(this.#host.clock.nowMs()).toISOString();
  }
}

/** One function with code beside its prompt. */
class WatchedWorker {
  readonly #name: string;
  /** Absolute path of its file. */
  readonly #path: string;
  readonly #log: string;
  /** The lock file's folder. */
  readonly #top: string;
  readonly #tail: LogTail;
  readonly #isLocked: boolean;
  readonly #host: Host;
  /** Why code may not answer any more in this process, whatever the log says. */
  #ended: string | undefined;
  #hasReverted = false;
  /** Whether no folder on the way to the log is a link: each line is one write and little else. */
  #isChecked = false;
  /** When the alarm was raised that a person was told of. */
  #toldAt: string | undefined;

  constructor(
    { name, alternative }: WorkerFunction,
    path: string,
    { lock, host }: { readonly lock: FoundLock; readonly host: Host },
  ) {
    this.#name = name;
    this.#path = path;
    this.#top = dirname(lock.path);
    this.#log = logPath(this.#top, lockPath(lock, path));
    this.#tail = new LogTail(this.#log, alternative?.alarm, host.files);
    this.#isLocked = lockedFunction(lock, path) !== undefined;
    this.#host = host;
  }

  problem(): string | undefined {
    if (this.#ended !== undefined) return this.#ended;
    const alarm = this.#alarm();
    if (!alarm) return undefined;
    // Another process has raised it, or was ended before it could say so.
    const problems = this.#raise(alarm);
    const said = `its alarm was raised on ${alarm.at}: ${alarm.reason}; llm-do monitor tells, and monitor --reset takes it back`;
    return [said, ...problems].join("; ");
  }

  /** @throws Error when the log cannot be read: it may hold an alarm */
  #alarm(): RaisedAlarm | undefined {
    try {
      return this.#tail.now().alarm;
    } catch (error) {
      const log = relative(this.#host.cwd, this.#log);
      throw new Error(`its log ${log} cannot be read: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** @throws Error when the log cannot be written; code may not answer then */
  append(entry: LogEntry): void {
    const { files } = this.#host;
    try {
      if (this.#isChecked) files.appendLine(this.#log, formatEntry(entry));
      else appendEntry({ path: this.#log, top: this.#top }, entry, files);
      this.#isChecked = true;
    } catch (error) {
      const log = relative(this.#host.cwd, this.#log);
      this.#ended = `its log ${log} cannot be written: ${reasonOf(error)}`;
      throw new Error(this.#ended, { cause: error });
    }
  }

  /** Reads what the log has come to. */
  look(): { readonly evidence: number; readonly warnings: readonly string[] } {
    const state = this.#tail.now();
    const damaged = this.#tail.takeDamaged();
    const warnings = damaged.count > 0 ? [this.#damageText(damaged)] : [];
    if (state.alarm && state.alarm.at !== this.#toldAt) {
      this.#toldAt = state.alarm.at;
      warnings.push(
        `the alarm of ${this.#name} is raised: ${state.alarm.reason}; its prompt answers from now on`,
        ...this.#raise(state.alarm),
      );
    }
    return { evidence: state.level, warnings };
  }

  /**
   * Says in the log and in the lock file that the prompt answers.
   *
   * @returns what could not be written
   */
  #raise({ at, reason, isKept }: RaisedAlarm): readonly string[] {
    if (this.#hasReverted) return [];
    this.#hasReverted = this.#isLocked;
    const problems: string[] = [];
    const { counted: compared, disagreed } = this.#tail.now();
    const attempt = (write: () => void) => {
      try {
        write();
      } catch (error) {
        problems.push(reasonOf(error));
      }
    };
    if (!isKept) attempt(() => this.append({ kind: "alarm", at, reason, compared, disagreed }));
    if (this.#isLocked) {
      attempt(() => this.#revert({ at, reason }, problems));
      // The lock file that this process has loaded says otherwise: it keeps to the alarm.
      this.#ended = `its alarm was raised on ${at}: ${reason}`;
    }
    return problems;
  }

  #revert(reverted: { readonly at: string; readonly reason: string }, problems: string[]): void {
    const change = (found: FoundLock) => {
      const locked = lockedFunction(found, this.#path);
      if (!locked || locked.reverted || locked.mode === "prompt") return found.lock;
      return withFunction(found.lock, { ...locked, mode: "prompt", reverted });
    };
    const onWarning = (text: string) => problems.push(text);
    changeLock(this.#top, { change, onWarning }, this.#host);
  }

  #damageText({ count, first }: ReturnType<LogTail["takeDamaged"]>): string {
    const more = count > first.length ? ", ..." : "";
    const log = relative(this.#host.cwd, this.#log);
    return `${log} has ${counted(count, "damaged line")}, which count nothing: ${first.join(", ")}${more}`;
  }
}

function differenceFields({ path, left, right }: Difference) {
  return {
    path: formatPath(path),
    ...(left === undefined ? {} : { code: left }),
    ...(right === undefined ? {} : { prompt: right }),
  };
}
