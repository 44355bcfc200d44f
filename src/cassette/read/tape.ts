import type { CassetteFile } from "../file/cassette-file.ts";
import type { EntryKind } from "../file/format.ts";
import type { EntrySlice } from "../file/scan.ts";

/** Who asked for an entry and what answered; an entry inherits both from the one it goes on from. */
export interface Origin {
  /** The id of the call that it was recorded in. */
  readonly call: string;
  readonly source: string;
}

/** One entry of a cassette as the matcher sees it. */
export interface TapeEntry extends Origin {
  readonly slice: EntrySlice;
  /** 1 for what the run itself used; further samples of the same request count from 2. */
  readonly sample: number;
  served: boolean;
}

/**
 * The entries of a cassette by key. Equal keys are answered in recorded order, each recording once;
 * of several recordings of one key, the asking call's own goes first, so that equal requests of
 * parallel calls get their own answers back. What was recorded in one turn of a conversation answers
 * no other turn.
 */
export class Tape {
  readonly entries: readonly TapeEntry[];
  readonly #byKey = new Map<string, EqualEntries>();
  /** The last entry of each key in the file, as it grows. */
  readonly #latest = new Map<string, Origin>();
  readonly #counts = new Map<string, number>();
  readonly #draws: boolean;

  /** @param draws whether further samples answer, too */
  constructor(file: CassetteFile | undefined, draws = false) {
    this.#draws = draws;
    this.entries = file ? this.#index(file) : [];
  }

  /**
   * The recording that answers a key, marked as served; undefined when none is left.
   *
   * @param own what the call is named by where several runs share the cassette; goes first
   */
  take(key: string, call: string, own = call): TapeEntry | undefined {
    const equals = this.#byKey.get(key);
    const isLeft = (entry: TapeEntry) => this.#isLeft(entry);
    const entry =
      equals?.ofCall.get(own)?.next(isLeft) ??
      equals?.ofCall.get(call)?.next(isLeft) ??
      equals?.ofTurn.get(turnOf(call))?.next(isLeft);
    if (entry) entry.served = true;
    return entry;
  }

  /** The recording of a key that the asking call itself made, marked as served. */
  takeOwn(key: string, call: string): TapeEntry | undefined {
    const entry = this.#byKey
      .get(key)
      ?.ofCall.get(call)
      ?.next((one) => this.#isLeft(one));
    if (entry) entry.served = true;
    return entry;
  }

  /** How many recordings a key has or is getting, samples included. */
  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Counts a recording that is being made. */
  begin(key: string): void {
    this.#counts.set(key, this.count(key) + 1);
  }

  /** Takes back {@link Tape.begin} for a recording that came to nothing. */
  abandon(key: string): void {
    this.#counts.set(key, this.count(key) - 1);
  }

  /** Says that an entry now stands at the end of the file. */
  appended(key: string, origin: Origin): void {
    this.#latest.set(key, origin);
  }

  /** What an entry that goes on from this key inherits when it is written next. */
  latest(key: string): Origin | undefined {
    return this.#latest.get(key);
  }

  get unserved(): readonly TapeEntry[] {
    return this.entries.filter((entry) => this.#isLeft(entry));
  }

  /**
   * Whether an entry may answer a request: further samples do where they are drawn from, what was
   * imported never does.
   */
  answers({ sample, source }: TapeEntry): boolean {
    return (this.#draws || sample === 1) && source !== "imported";
  }

  #isLeft(entry: TapeEntry): boolean {
    return !entry.served && this.answers(entry);
  }

  #index(file: CassetteFile): TapeEntry[] {
    return file.slices.map((slice) => {
      const parent = this.#latest.get(file.peek(slice, "after") ?? "");
      const entry: TapeEntry = {
        slice,
        call: file.peek(slice, "call") ?? parent?.call ?? "",
        source: file.peek(slice, "source") ?? parent?.source ?? "live",
        sample: Number(file.peek(slice, "sample") ?? 1),
        served: false,
      };
      this.#latest.set(slice.key, entry);
      // A run that wants several samples of an answer asks for each of them.
      if (entry.source !== "imported") this.begin(slice.key);
      this.#add(entry);
      return entry;
    });
  }

  #add(entry: TapeEntry): void {
    const { slice, call } = entry;
    let equals = this.#byKey.get(slice.key);
    if (!equals) {
      equals = { ofTurn: new Map(), ofCall: new Map() };
      this.#byKey.set(slice.key, equals);
    }
    addTo(equals.ofTurn, turnOf(call), entry);
    addTo(equals.ofCall, call, entry);
  }
}

function addTo(queues: Map<string, Queue>, name: string, entry: TapeEntry): void {
  const queue = queues.get(name);
  if (queue) queue.push(entry);
  else queues.set(name, new Queue(entry));
}

/**
 * The number of the turn that a call is made in, as in `main#2/analyzer`; empty in the first one. A
 * number of more digits is that of a run, of those that share a cassette.
 */
export function turnOf(call: string): string {
  return /^[^/#]*#(\d{1,6})(?!\d)/.exec(call)?.[1] ?? "";
}

/** The entries of one key, in recorded order. */
interface EqualEntries {
  readonly ofTurn: Map<string, Queue>;
  readonly ofCall: Map<string, Queue>;
}

/** Entries of which the first ones have been served: each is looked at once until it is. */
class Queue {
  readonly #entries: TapeEntry[];
  /** No entry before it is left. */
  #first = 0;

  constructor(...entries: TapeEntry[]) {
    this.#entries = entries;
  }

  push(entry: TapeEntry): void {
    this.#entries.push(entry);
  }

  /** Returns the first entry that is left; what was served once is not left again. */
  next(isLeft: (entry: TapeEntry) => boolean): TapeEntry | undefined {
    while (this.#first < this.#entries.length) {
      const entry = this.#entries[this.#first];
      if (entry && isLeft(entry)) return entry;
      this.#first++;
    }
    return undefined;
  }
}

interface ReplayedTape {
  readonly file: CassetteFile | undefined;
  readonly tape: Tape;
  /** As in the options of a session. */
  readonly tools?: "live" | "recorded" | undefined;
}

/**
 * The entries that a replay could come to, of those that it has not asked for. What was recorded
 * within an effect that the cassette answers is left out: calls that the tool made, its readings of
 * the clock. It is of use where a recording is taken up again, and with `--tools live`.
 */
export function uncoveredEntries(
  left: readonly TapeEntry[],
  { file, tape, tools }: ReplayedTape,
): readonly TapeEntry[] {
  if (left.length === 0 || !file || tools === "live") return left;
  const answered = new Set<string>();
  for (const { slice, call, served } of tape.entries) {
    if (!served || slice.kind !== "effect") continue;
    const { kind } = file.fields(slice);
    if (kind === "external" || (kind === "local" && tools === "recorded")) answered.add(call);
  }
  if (answered.size === 0) return left;
  return left.filter((entry) => !isWithinCalls(entry, answered, file));
}

/** Whether an entry is of one of these calls, but not its effect, or of a call that one made. */
function isWithinCalls(
  { slice, call }: TapeEntry,
  calls: ReadonlySet<string>,
  file: CassetteFile,
): boolean {
  if (calls.has(call)) return slice.kind === "effect" && "sampled" in file.fields(slice);
  for (let end = call.lastIndexOf("/"); end > 0; end = call.lastIndexOf("/", end - 1)) {
    if (calls.has(call.slice(0, end))) return true;
  }
  return false;
}

/** An entry of a cassette, as findings name it. */
export interface RecordingPlace {
  readonly kind: EntryKind;
  readonly key: string;
  /** The id of the call that it was recorded in. */
  readonly call: string;
  /** 1, or which further sample it is. */
  readonly sample: number;
  /** Its place among the entries of the file, from 0. */
  readonly index: number;
  /** From 1. */
  readonly line: number;
}

export function recordingPlace(file: CassetteFile, tape: Tape, entry: TapeEntry): RecordingPlace {
  const { kind, key, start } = entry.slice;
  const index = tape.entries.indexOf(entry);
  const { call, sample } = entry;
  return { kind, key, call, sample, index, line: file.lineAt(start) };
}
