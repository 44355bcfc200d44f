import type { Json } from "../../model/json.ts";
import {
  counterpart,
  isOfCaller,
  mostLike,
  type NearestRecording,
  recordedExchanges,
} from "../miss/nearest-recording.ts";
import type { TapeEntry } from "../read/tape.ts";
import type { AskedEffect, AskedExchange, CassetteInUse, MissAnswers } from "../state/stand-ins.ts";

/** Requests of a run that may go without a recording of their own; then it asks in circles. */
const MOST_WITHOUT_RECORDING = 200;

/** What a run asked for and nothing on record answers, with what answered in its place. */
export type LenientMiss =
  | (AskedExchange & {
      readonly kind: "exchange";
      /** Undefined where nothing is left of the worker that asks. */
      readonly recording: NearestRecording | undefined;
    })
  | (AskedEffect & {
      readonly kind: "effect";
      readonly recording: RecordedEffect | undefined;
      /** Whether a replay lets it happen, so that it needs no recording. */
      readonly isPerformed: boolean;
    });

interface RecordedEffect {
  readonly entry: TapeEntry;
  /** The tool's name, or which reading it is of. */
  readonly tool: Json;
  readonly input: Json;
}

interface Recordings {
  readonly exchanges: readonly NearestRecording[];
  readonly effects: readonly RecordedEffect[];
}

/**
 * Lets a replay go on where nothing is on record: the nearest recording answers instead, so that one
 * run finds all that is asked for and not recorded, in later turns and other calls as well. Nothing
 * is ever asked or written. For one session.
 */
export class LenientReplay implements MissAnswers {
  readonly #misses: LenientMiss[] = [];
  /** Recordings that answered a miss: none stands for two. */
  readonly #claimed = new Set<TapeEntry>();
  #cassette: CassetteInUse | undefined;
  /** What may answer a miss; read from the file at the first one. */
  #recordings: Recordings | undefined;
  #withoutRecording = 0;
  #settled: readonly LenientMiss[] | undefined;

  begin(cassette: CassetteInUse): void {
    this.#cassette = cassette;
    this.#recordings = undefined;
  }

  /** What the session knows; there when it was opened. */
  get cassette(): CassetteInUse {
    if (!this.#cassette) throw new TypeError("no session was opened with this replay");
    return this.#cassette;
  }

  get #recorded(): Recordings {
    const { cassette } = this;
    this.#recordings ??= {
      exchanges: cassette.file ? recordedExchanges(cassette, cassette.file) : [],
      effects: recordedEffects(cassette),
    };
    return this.#recordings;
  }

  exchange(asked: AskedExchange): TapeEntry | undefined {
    const recording = this.#nearestFree(asked);
    this.#misses.push({ kind: "exchange", ...asked, recording });
    if (recording) return this.#claim(recording.entry);
    // Any other answer of the same worker lets the caller go on.
    const ofWorker = this.#recorded.exchanges.filter(({ entry }) =>
      isOfCaller(entry, asked.caller),
    );
    const other = mostLike(ofWorker, asked.request, asked.caller);
    return ++this.#withoutRecording > MOST_WITHOUT_RECORDING ? undefined : other?.entry;
  }

  effect(asked: AskedEffect, isPerformed: boolean): TapeEntry | undefined {
    const recording = this.#freeEffect(asked);
    this.#misses.push({ kind: "effect", ...asked, recording, isPerformed });
    return recording && this.#claim(recording.entry);
  }

  /**
   * What was asked for and is not on record, in the order in which it was asked; for when the run
   * has ended. A recording that was asked for itself after it had answered another request is not
   * that one's: what asked takes the next nearest.
   */
  get misses(): readonly LenientMiss[] {
    this.#settled ??= this.#misses.map((miss) => this.#settle(miss));
    return this.#settled;
  }

  #settle(miss: LenientMiss): LenientMiss {
    if (miss.recording && !miss.recording.entry.served) return miss;
    const settled: LenientMiss =
      miss.kind === "exchange"
        ? { ...miss, recording: this.#nearestFree(miss) }
        : { ...miss, recording: this.#freeEffect(miss) };
    if (settled.recording) this.#claim(settled.recording.entry);
    return settled;
  }

  #nearestFree({ request, caller }: AskedExchange): NearestRecording | undefined {
    const free = this.#recorded.exchanges.filter(({ entry }) => this.#isFree(entry));
    return counterpart(free, request, caller);
  }

  #freeEffect({ asked, call }: AskedEffect): RecordedEffect | undefined {
    const tool = toolOrReading(asked);
    const free = this.#recorded.effects.filter(
      ({ entry, tool: recorded }) => recorded === tool && this.#isFree(entry),
    );
    return free.find(({ entry }) => entry.call === call) ?? free[0];
  }

  #isFree(entry: TapeEntry): boolean {
    const answers = this.cassette.tape.answers(entry);
    return answers && !entry.served && !this.#claimed.has(entry);
  }

  #claim(entry: TapeEntry): TapeEntry {
    this.#claimed.add(entry);
    return entry;
  }
}

function recordedEffects({ file, tape }: CassetteInUse): readonly RecordedEffect[] {
  if (!file) return [];
  return tape.entries
    .filter(({ slice }) => slice.kind === "effect")
    .map((entry) => {
      const fields = file.fields(entry.slice);
      return { entry, tool: toolOrReading(fields), input: fields["input"] ?? null };
    });
}

/** The tool of an effect; of a reading, which one it is, in a form that no tool's name has. */
function toolOrReading(fields: Readonly<Record<string, Json>>): Json {
  const sample = fields["sampled"] ?? fields["sample"];
  return sample === undefined ? (fields["tool"] ?? null) : `ctx.${String(sample)}()`;
}
