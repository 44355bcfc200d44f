import type { CassetteFile } from "./cassette-file.ts";
import type { EntrySlice } from "./scan.ts";

/** One entry of a cassette as the matcher sees it. */
export interface TapeEntry {
  readonly slice: EntrySlice;
  /** The id of the call that it was recorded in. */
  readonly call: string;
  readonly source: string;
  /** 1 for what the run itself used; further samples of the same request count from 2. */
  readonly sample: number;
  served: boolean;
}

/**
 * The entries of a cassette by key. Equal keys are answered in recorded order, each recording once;
 * of several recordings of one key, the asking call's own goes first, so that equal requests of
 * parallel calls get their own answers back.
 */
export class Tape {
  readonly entries: readonly TapeEntry[];
  readonly #byKey = new Map<string, TapeEntry[]>();

  constructor(file: CassetteFile | undefined) {
    this.entries = file ? this.#index(file) : [];
  }

  /** The recording that answers a key, marked as served; undefined when none is left. */
  take(key: string, call: string): TapeEntry | undefined {
    const unserved = (this.#byKey.get(key) ?? []).filter(
      (entry) => !entry.served && entry.sample === 1,
    );
    const entry = unserved.find((candidate) => candidate.call === call) ?? unserved[0];
    if (entry) entry.served = true;
    return entry;
  }

  /** How many recordings a key has, samples included. */
  count(key: string): number {
    return this.#byKey.get(key)?.length ?? 0;
  }

  get unserved(): readonly TapeEntry[] {
    return this.entries.filter((entry) => !entry.served && entry.sample === 1);
  }

  #index(file: CassetteFile): TapeEntry[] {
    return file.slices.map((slice) => {
      const parent = this.#byKey.get(file.peek(slice, "after") ?? "")?.at(-1);
      const entry: TapeEntry = {
        slice,
        call: file.peek(slice, "call") ?? parent?.call ?? "",
        source: file.peek(slice, "source") ?? parent?.source ?? "live",
        sample: Number(file.peek(slice, "sample") ?? 1),
        served: false,
      };
      const equals = this.#byKey.get(slice.key);
      if (equals) equals.push(entry);
      else this.#byKey.set(slice.key, [entry]);
      return entry;
    });
  }
}
