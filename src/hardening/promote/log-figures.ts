import { NOT_DRAWN } from "../../cassette/gates.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import {
  DEFAULT_FALSE_ALARM_EVERY,
  type DetectorSettings,
  UNCERTIFIED_TOLERATED,
} from "../../statistics/detector.ts";
import type { LogEntry } from "../watch/log-entry.ts";
import { readLog } from "../watch/log-file.ts";
import { LogState, type RaisedAlarm } from "../watch/log-state.ts";

/** What the log of a function with prompt and code comes to. */
export interface LogFigures {
  /** How code was put in place last; undefined where the log does not say. */
  readonly began: (Extract<LogEntry, { kind: "began" }> & LogEntry) | undefined;
  /** Calls since then. */
  readonly calls: CallCounts;
  /** Fallbacks by their reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
  /** By day in UTC, in order, since then. */
  readonly days: readonly DayFigures[];
  /** Keys of inputs on which code and prompt disagreed since then, each once, in order. */
  readonly disagreed: readonly string[];
  /** Comparisons since then in which a script stood in for the model. */
  readonly scripted: number;
  /** Comparisons of answers that code gave: each cost a call of the prompt. */
  readonly checks: number;
  /** Of the alarm. */
  readonly settings: DetectorSettings;
  readonly state: LogState;
  /** Calls of the whole log, and the time of the first. */
  readonly all: { readonly calls: number; readonly firstMs: number | undefined };
  /** Lines that could not be read. */
  readonly damaged: number;
}

interface CallCounts {
  /** Answered by code; in a shadow: that code would have answered. */
  readonly code: number;
  /** Left to the prompt by code, its guard or its schema. */
  readonly fallbacks: number;
  /** The prompt's by lot, in a canary. */
  readonly undrawn: number;
  /** Calls whose caller got code's answer. */
  readonly answeredByCode: number;
}

export interface DayFigures extends CallCounts {
  /** `2026-05-04`. */
  readonly day: string;
  readonly compared: number;
  readonly agreed: number;
  readonly checks: number;
}

/** For logs that begin without a word of how. */
const SETTINGS: DetectorSettings = {
  tolerated: UNCERTIFIED_TOLERATED,
  falseAlarmEvery: DEFAULT_FALSE_ALARM_EVERY,
};

/**
 * Reads a log whole; a log that is not there is empty.
 *
 * @throws the platform's error when it cannot be read
 */
export function readLogFigures(path: string, files: FileSystem): LogFigures {
  const reader = new FigureReader();
  for (const line of readLog({ path, files })) {
    if (line.kind === "entry") reader.add(line.entry);
    else if (!line.isLast) reader.damaged++;
  }
  return reader.figures();
}

/** The alarm that a log tells of; undefined where none was raised. */
export function alarmOf({ state }: Pick<LogFigures, "state">): RaisedAlarm | undefined {
  return state.alarm;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Comparisons a day where so large a share of the calls is compared; undefined where the log does not
 * cover a day yet.
 */
export function comparisonsADay(
  { all }: Pick<LogFigures, "all">,
  nowMs: number,
  compared: number,
): number | undefined {
  if (all.firstMs === undefined) return undefined;
  const days = (nowMs - all.firstMs) / DAY_MS;
  return days < 1 ? undefined : (all.calls / days) * compared;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const NO_CALLS: CallCounts = { code: 0, fallbacks: 0, undrawn: 0, answeredByCode: 0 };

class FigureReader {
  damaged = 0;
  #began: LogFigures["began"];
  #settings = SETTINGS;
  #state = new LogState(SETTINGS);
  #calls: Mutable<CallCounts> = { ...NO_CALLS };
  #reasons = new Map<string, number>();
  #days = new Map<string, Mutable<DayFigures>>();
  #disagreed = new Set<string>();
  #scripted = 0;
  #checks = 0;
  #allCalls = 0;
  #firstMs: number | undefined;

  add(entry: LogEntry): void {
    if (entry.kind === "began") this.#begin(entry);
    this.#state.add(entry);
    if (entry.kind === "call") this.#call(entry);
    else if (entry.kind === "compared") this.#compared(entry);
    else if (entry.kind === "reset") this.#disagreed.clear();
  }

  figures(): LogFigures {
    return {
      began: this.#began,
      calls: this.#calls,
      reasons: [...this.#reasons].sort(
        ([one, left], [other, right]) => right - left || (one < other ? -1 : 1),
      ),
      days: [...this.#days.values()].sort((one, other) => (one.day < other.day ? -1 : 1)),
      disagreed: [...this.#disagreed],
      scripted: this.#scripted,
      checks: this.#checks,
      settings: this.#settings,
      state: this.#state,
      all: { calls: this.#allCalls, firstMs: this.#firstMs },
      damaged: this.damaged,
    };
  }

  #begin(entry: NonNullable<LogFigures["began"]>): void {
    this.#began = entry;
    const { tolerated, falseAlarmEvery } = entry;
    this.#settings = { tolerated, falseAlarmEvery };
    this.#state = new LogState(this.#settings);
    this.#calls = { ...NO_CALLS };
    this.#reasons = new Map();
    this.#days = new Map();
    this.#disagreed = new Set();
    this.#scripted = 0;
    this.#checks = 0;
  }

  #call({ at, mode, by, reason }: Extract<LogEntry, { kind: "call" }>): void {
    const atMs = Date.parse(at);
    this.#allCalls++;
    if (Number.isFinite(atMs)) this.#firstMs = Math.min(this.#firstMs ?? atMs, atMs);
    const day = this.#day(at);
    const counts = [this.#calls, day];
    if (reason === NOT_DRAWN) for (const each of counts) each.undrawn++;
    else if (by === "code" || (mode === "shadow" && reason === undefined)) {
      for (const each of counts) {
        each.code++;
        if (by === "code") each.answeredByCode++;
      }
    } else {
      for (const each of counts) each.fallbacks++;
      const why = reason ?? "no reason is on record";
      this.#reasons.set(why, (this.#reasons.get(why) ?? 0) + 1);
    }
  }

  #compared({ at, mode, key, agreed, source }: Extract<LogEntry, { kind: "compared" }>): void {
    const day = this.#day(at);
    day.compared++;
    if (agreed) day.agreed++;
    else this.#disagreed.add(key);
    if (source === "script") this.#scripted++;
    if (mode === "shadow") return;
    this.#checks++;
    day.checks++;
  }

  #day(at: string): Mutable<DayFigures> {
    const day = at.slice(0, 10);
    const known = this.#days.get(day);
    if (known) return known;
    const made = { day, ...NO_CALLS, compared: 0, agreed: 0, checks: 0 };
    this.#days.set(day, made);
    return made;
  }
}
