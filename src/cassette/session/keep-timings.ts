import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import { CassetteFile } from "../file/cassette-file.ts";
import type { EntrySlice } from "../file/scan.ts";
import { readOwnYaml } from "../file/yaml/read-yaml.ts";
import { Tape, type TapeEntry } from "../read/tape.ts";

/** A time that differs by less than this factor did not change. */
const FACTOR = 2;

/**
 * Milliseconds below which times are alike: a first request loads its provider's library, which alone
 * took 0.4 s on an idle machine and 1.4 s on a busy one.
 */
const FLOOR_MS = 1000;

/**
 * The text of a new recording in which every timing that did not change stands as it stood in the old
 * one, and what happened at once in the same order, so that a review shows only what changed. An entry is compared with the old one of its key,
 * else with the one that was as early in its call.
 *
 * @param old what stood there before
 * @param made what was recorded anew
 */
export function keepTimings(old: CassetteFile, made: CassetteFile): string {
  const { entries } = new Tape(made);
  const oldEntries = new Tape(old).entries;
  const before = counterparts(oldEntries, entries);
  const settledText = (entry: TapeEntry): string => {
    const { start, end } = entry.slice;
    const line = timingOf(made, entry.slice);
    const counterpart = before.get(entry);
    const oldLine = counterpart && timingOf(old, counterpart.slice);
    if (!line || !oldLine || !isAlike(oldLine.timing, line.timing)) {
      return made.text.slice(start, end);
    }
    const rest = made.text.slice(line.start + line.text.length, end);
    return made.text.slice(start, line.start) + oldLine.text + rest;
  };
  const places = new Map(oldEntries.map((entry, index) => [entry, index]));
  const ordered = inOldOrder(entries, (entry) => {
    const counterpart = before.get(entry);
    return counterpart && places.get(counterpart);
  });
  let text = "";
  let from = 0;
  for (const [index, entry] of entries.entries()) {
    const { slice } = entry;
    text += made.text.slice(from, slice.start) + settledText(ordered[index] ?? entry);
    from = slice.end;
  }
  return text + made.text.slice(from);
}

/**
 * Puts what tools and people said between two answers of models in the order in which the old
 * recording has it: calls that run at once end in another order each time.
 *
 * @param placeOf where the old one stood; undefined for what is new, which stays where it is
 */
function inOldOrder(
  entries: readonly TapeEntry[],
  placeOf: (entry: TapeEntry) => number | undefined,
): readonly TapeEntry[] {
  const ordered = [...entries];
  let start = 0;
  for (let end = 0; end <= entries.length; end++) {
    if (end < entries.length && entries[end]?.slice.kind !== "exchange") continue;
    sortPlaced(ordered, { start, end }, placeOf);
    start = end + 1;
  }
  return ordered;
}

function sortPlaced(
  entries: TapeEntry[],
  { start, end }: { readonly start: number; readonly end: number },
  placeOf: (entry: TapeEntry) => number | undefined,
): void {
  const placed = entries.slice(start, end).flatMap((entry, index) => {
    const place = placeOf(entry);
    return place === undefined ? [] : [{ entry, place, index: start + index }];
  });
  // Equal keys are answered in their order, which stays.
  const byName = Map.groupBy(placed, ({ entry }) => byKey(entry));
  const sound = [...byName.values()].flatMap((group) => {
    const ascending = group.map(({ place }) => place).toSorted((left, right) => left - right);
    return group.map(({ entry }, index) => ({ entry, place: ascending[index] ?? 0 }));
  });
  const sorted = sound.toSorted((left, right) => left.place - right.place);
  for (const [index, { index: at }] of placed.entries()) {
    const next = sorted[index];
    if (next) entries[at] = next.entry;
  }
}

/**
 * What a new recording is to be, with {@link keepTimings}.
 *
 * @param path the cassette whose place it is to take
 * @param recording the new recording's file
 * @returns its text; undefined where there was nothing to keep
 */
export function settledRecording(
  path: string,
  recording: string,
  { files }: Pick<Host, "files">,
): string | undefined {
  const old = readIfCassette(path, files);
  if (!old) return undefined;
  const made = CassetteFile.read(recording, files);
  const text = keepTimings(old, made);
  return text === made.text ? undefined : text;
}

/** The cassette that stood there; undefined where there was none, or one that cannot be read. */
function readIfCassette(path: string, files: Host["files"]): CassetteFile | undefined {
  if (!files.stat(path)) return undefined;
  try {
    return CassetteFile.read(path, files);
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}

interface TimingLine {
  /** Offset in the cassette's text. */
  readonly start: number;
  readonly text: string;
  readonly timing: JsonObject;
}

/** The last line of an entry, as the format writes it; undefined where a person wrote it otherwise. */
function timingOf(file: CassetteFile, slice: EntrySlice): TimingLine | undefined {
  const entry = file.text.slice(slice.start, slice.end);
  const start = entry.lastIndexOf("\ntiming: {") + 1;
  if (start === 0) return undefined;
  const end = entry.indexOf("\n", start);
  const text = end < 0 ? entry.slice(start) : entry.slice(start, end);
  const timing = readOwnYaml(`${text}\n`)?.["timing"];
  return isJsonObject(timing) ? { start: slice.start + start, text, timing } : undefined;
}

function isAlike(old: JsonObject, made: JsonObject): boolean {
  const names = Object.keys(made);
  if (names.length !== Object.keys(old).length) return false;
  return names.every((name) => isAlikeMs(old[name], made[name]));
}

function isAlikeMs(old: unknown, made: unknown): boolean {
  if (typeof old !== "number" || typeof made !== "number") return false;
  const [less, more] = [old, made].map((ms) => Math.max(ms, FLOOR_MS)).toSorted((a, b) => a - b);
  return (more ?? 0) <= FACTOR * (less ?? 0);
}

/** Finds for each new entry the old one that it stands in the place of; each old one once. */
function counterparts(
  old: readonly TapeEntry[],
  made: readonly TapeEntry[],
): ReadonlyMap<TapeEntry, TapeEntry> {
  const found = new Map<TapeEntry, TapeEntry>();
  const taken = new Set<TapeEntry>();
  for (const nameOf of [byKey, byPlace]) {
    const left = namedInOrder(old, nameOf);
    for (const [name, entry] of namedInOrder(made, nameOf)) {
      const counterpart = left.get(name);
      if (!counterpart || found.has(entry) || taken.has(counterpart)) continue;
      found.set(entry, counterpart);
      taken.add(counterpart);
    }
  }
  return found;
}

type NameOf = (entry: TapeEntry) => string;

/** Entries by what they are called and how many of that name came before. */
function namedInOrder(
  entries: readonly TapeEntry[],
  nameOf: NameOf,
): ReadonlyMap<string, TapeEntry> {
  const counts = new Map<string, number>();
  return new Map(
    entries.map((entry) => {
      const name = nameOf(entry);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [`${count} ${name}`, entry];
    }),
  );
}

const byKey: NameOf = ({ slice, sample }) => `${slice.kind} ${slice.key} ${sample}`;
const byPlace: NameOf = ({ slice, sample, call }) => `${slice.kind} ${sample} ${call}`;
