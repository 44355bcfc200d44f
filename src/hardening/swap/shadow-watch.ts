import { dirname, resolve } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
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
import type { ShadowSample, ShadowVerdict, Watch } from "../../runtime/state/watch.ts";
import { roundedDown } from "../../words/rounded.ts";
import { formatPath } from "../../yaml/path.ts";
import type { Comparator } from "../agree/comparator.ts";
import { type Difference, differencesBetween } from "../agree/differences.ts";
import { readComparator } from "../agree/read-comparator.ts";
import { changeShadow, readShadow, type ShadowRecord } from "./alarm-file.ts";
import { ALARM_DEFAULTS, afterComparison, evidence } from "./shadow-alarm.ts";

/** Compares, keeps count between runs, and gives the prompt its place back when the alarm is raised. */
export class ShadowWatch implements Watch {
  readonly #folder: string;
  readonly #host: Host;

  constructor(folder: string, host: Host) {
    this.#folder = folder;
    this.#host = host;
  }

  problem(worker: WorkerFunction): string | undefined {
    try {
      comparatorOf(worker);
      const { raised, alarm } = this.#read(worker, this.#lock());
      if (!alarm.alarmed) return undefined;
      const why = raised ? ` on ${raised.at}: ${raised.reason}` : "";
      return `its alarm was raised${why}; llm-do guard tells, and guard --reset takes it back`;
    } catch (error) {
      // What cannot be watched is not answered by code.
      return isLlmDoError(error) ? error.reason : messageOf(error);
    }
  }

  compare(sample: ShadowSample): ShadowVerdict {
    const { worker, code, prompt } = sample;
    const differences = differencesBetween(code, prompt, comparatorOf(worker));
    const verdict = {
      agreed: differences.length === 0,
      differences: differences.map(differenceFields),
    };
    try {
      const lock = this.#lock();
      if (!sample.isNew) {
        const { alarm } = this.#read(worker, lock);
        return { ...verdict, evidence: evidence(alarm), alarm: undefined };
      }
      const warnings: string[] = [];
      const onWarning = (text: string) => warnings.push(text);
      const { before, after } = changeShadow(dirname(lock.path), this.#identity(worker, lock), {
        change: (record) => this.#counted(record, verdict.agreed, sample),
        onWarning,
        host: this.#host,
      });
      const isRaised = after.alarm.alarmed && !before.alarm.alarmed;
      if (isRaised) warnings.push(this.#revert(worker, lock, { after, onWarning }));
      const alarm = warnings.length === 0 ? undefined : warnings.join("; ");
      return { ...verdict, evidence: evidence(after.alarm), alarm };
    } catch (error) {
      const alarm = `the comparison of ${worker.name} could not be kept: ${messageOf(error)}`;
      return { ...verdict, evidence: undefined, alarm };
    }
  }

  /** Read anew each time: other processes count, too. */
  #lock(): FoundLock {
    return findLock(this.#folder, this.#host);
  }

  #read(worker: WorkerFunction, lock: FoundLock): ShadowRecord {
    return readShadow(dirname(lock.path), this.#identity(worker, lock), this.#host.files);
  }

  #identity({ file, name }: WorkerFunction, lock: FoundLock) {
    return { worker: lockPath(lock, resolve(this.#host.cwd, file)), name };
  }

  #counted(before: ShadowRecord, agreed: boolean, { source }: ShadowSample): ShadowRecord {
    const alarm = afterComparison(before.alarm, agreed);
    const isRaised = alarm.alarmed && !before.alarm.alarmed;
    const at = new Date(this.#host.clock.nowMs()).toISOString();
    const reason = `code and prompt disagreed on ${alarm.disagreed} of ${alarm.compared} compared calls (E ${shownEvidence(evidence(alarm))}, alarm at ${ALARM_DEFAULTS.alarmAt})`;
    return {
      ...before,
      alarm,
      compared: before.compared + 1,
      disagreed: before.disagreed + (agreed ? 0 : 1),
      scripted: before.scripted + (source === "script" ? 1 : 0),
      ...(isRaised ? { raised: { at, reason } } : {}),
    };
  }

  /** @returns what to say of it */
  #revert(
    { file, name }: WorkerFunction,
    lock: FoundLock,
    { after: { raised }, onWarning }: { after: ShadowRecord; onWarning: (text: string) => void },
  ): string {
    const path = resolve(this.#host.cwd, file);
    const said = `the alarm of ${name} is raised: ${raised?.reason}; from the next run on its prompt answers`;
    if (!lockedFunction(lock, path) || !raised) return said;
    const change = (found: FoundLock) => {
      const locked = lockedFunction(found, path);
      if (!locked) return found.lock;
      return withFunction(found.lock, { ...locked, mode: "prompt", reverted: raised });
    };
    changeLock(dirname(lock.path), { change, onWarning }, this.#host);
    return said;
  }
}

/**
 * E as a person reads it: below the alarm as long as none is raised. The product of its factors is
 * exact to some 12 digits: 24.999999999999996 is 25.
 */
export function shownEvidence(value: number): string {
  return value >= 1000 ? value.toExponential(1) : roundedDown(Number(value.toPrecision(12)), 2);
}

/** @throws LlmDoError `configuration` for a description that is none */
function comparatorOf({ name, alternative }: WorkerFunction): Comparator {
  return readComparator(alternative?.comparator ?? "exact", `the comparator of ${name}`);
}

function differenceFields({ path, left, right }: Difference) {
  return {
    path: formatPath(path),
    ...(left === undefined ? {} : { code: left }),
    ...(right === undefined ? {} : { prompt: right }),
  };
}
