import type { FileSystem } from "../../host/files/file-system.ts";
import {
  afterComparison,
  alarmLevel,
  CALM_DETECTOR,
  CountedOnce,
  type DetectorSettings,
  type DetectorState,
  isAlarm,
} from "../../statistics/detector.ts";
import { grouped } from "../../words/counted.ts";
import type { LogEntry } from "./log-entry.ts";
import { readLog } from "./log-file.ts";

/** What the entries of a log come to, in their order: the same in every process that reads them. */
export class LogState {
  readonly #settings: DetectorSettings | undefined;
  #once = new CountedOnce();
  #detector: DetectorState = CALM_DETECTOR;
  #compared = 0;
  #counted = 0;
  #disagreed = 0;
  #alarm: RaisedAlarm | undefined;
  #isWatched: boolean;

  /** @param settings undefined where nothing is certified that an alarm could watch: it only counts */
  constructor(settings: DetectorSettings | undefined) {
    this.#settings = settings;
    this.#isWatched = settings !== undefined;
  }

  /** Comparisons since code was put in place or the alarm was reset. */
  get compared(): number {
    return this.#compared;
  }

  /** Comparisons that counted: an input counts once in 1,000. */
  get counted(): number {
    return this.#counted;
  }

  /** Those of them in which the answers differed. */
  get disagreed(): number {
    return this.#disagreed;
  }

  /** The detector's R, which an alarm is raised at when it reaches `falseAlarmEvery`. */
  get level(): number {
    return alarmLevel(this.#detector);
  }

  /** When and why the alarm was raised; it stays until code is put in place anew or it is reset. */
  get alarm(): RaisedAlarm | undefined {
    return this.#alarm;
  }

  add(entry: LogEntry): void {
    switch (entry.kind) {
      case "call":
        return;
      case "began":
        // A shadow without a certificate gathers evidence, however bad the code is.
        this.#isWatched = entry.mode !== "shadow" || entry.certificate !== undefined;
        this.#begin();
        return;
      case "reset":
        this.#begin();
        return;
      case "alarm":
        this.#alarm = { at: entry.at, reason: entry.reason, isKept: true };
        return;
      case "compared":
        this.#count(entry);
    }
  }

  #begin(): void {
    this.#once = new CountedOnce();
    this.#detector = CALM_DETECTOR;
    this.#compared = 0;
    this.#counted = 0;
    this.#disagreed = 0;
    this.#alarm = undefined;
  }

  #count({ key, agreed, at }: Extract<LogEntry, { kind: "compared" }>): void {
    this.#compared++;
    if (!this.#once.counts(key)) return;
    this.#counted++;
    if (!agreed) this.#disagreed++;
    if (!this.#isWatched || !this.#settings) return;
    this.#detector = afterComparison(this.#detector, !agreed, this.#settings);
    if (this.#alarm || !isAlarm(this.#detector, this.#settings)) return;
    const [disagreed, counted] = [this.#disagreed, this.#counted].map(grouped);
    const reason = `code and prompt disagreed on ${disagreed} of ${counted} compared inputs`;
    this.#alarm = { at, reason, isKept: false };
  }
}

export interface RaisedAlarm {
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
  /** Whether the log has a line that says so. */
  readonly isKept: boolean;
}

/** The state of a log that grows: each look reads only what was appended since the one before. */
export class LogTail {
  readonly #path: string;
  readonly #files: FileSystem;
  readonly #settings: DetectorSettings | undefined;
  #state: LogState;
  #read = 0;
  #damaged: DamagedLines = NONE_DAMAGED;

  constructor(path: string, settings: DetectorSettings | undefined, files: FileSystem) {
    this.#path = path;
    this.#files = files;
    this.#settings = settings;
    this.#state = new LogState(settings);
  }

  /**
   * The state of the log as it is now.
   *
   * @throws the platform's error, or LlmDoError `file`, when it cannot be read
   */
  now(): LogState {
    const bytes = this.#files.stat(this.#path)?.bytes ?? 0;
    if (bytes === this.#read) return this.#state;
    if (bytes < this.#read) {
      this.#state = new LogState(this.#settings); // the file is another one
      this.#read = 0;
    }
    const skips = (kind: string) => kind === "call"; // most lines are of calls, which decide nothing
    const source = { path: this.#path, files: this.#files, from: this.#read, skips };
    const lines = readLog(source);
    for (let next = lines.next(); ; next = lines.next()) {
      if (next.done) {
        this.#read = next.value;
        return this.#state;
      }
      const line = next.value;
      if (line.kind === "entry") this.#state.add(line.entry);
      else if (!line.isLast) this.#damage(line);
    }
  }

  /** A line's number takes a reading of all before it: only the first ones are asked for theirs. */
  #damage(line: { readonly line: number }): void {
    const { count, first } = this.#damaged;
    const shown = first.length < NAMED_LINES ? [...first, line.line] : first;
    this.#damaged = { count: count + 1, first: shown };
  }

  /** The damaged lines that were found since this was asked for. */
  takeDamaged(): DamagedLines {
    const found = this.#damaged;
    this.#damaged = NONE_DAMAGED;
    return found;
  }
}

interface DamagedLines {
  readonly count: number;
  /** The numbers of the first of them. */
  readonly first: readonly number[];
}

const NONE_DAMAGED: DamagedLines = { count: 0, first: [] };

const NAMED_LINES = 3;
