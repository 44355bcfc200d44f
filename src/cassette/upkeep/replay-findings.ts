import type { MissCause } from "../../errors/codes.ts";
import { times } from "../../words/counted.ts";
import { showDifference } from "../miss/difference-lines.ts";
import { explainChange } from "../miss/explain-change.ts";
import { firstDifference } from "../read/first-difference.ts";
import {
  type RecordingPlace,
  recordingPlace,
  type TapeEntry,
  uncoveredEntries,
} from "../read/tape.ts";
import type { CassetteInUse } from "../state/stand-ins.ts";
import type { LenientMiss, LenientReplay } from "./lenient-replay.ts";

/** A recording that today's project would no longer ask for, since it asks something else instead. */
export interface StaleRecording extends RecordingPlace {
  readonly cause: MissCause;
  /** What changed, in one line. */
  readonly reason: string;
  /** Where it differs first and how, in a few lines. */
  readonly details: readonly string[];
  /** The model that is asked today; absent for an effect. */
  readonly model?: string;
}

/** What is asked for and has no recording, not even a stale one. */
export interface MissingRecording {
  readonly kind: "exchange" | "effect";
  readonly call: string;
  /** The model or the tool. */
  readonly asked: string;
  readonly reason: string;
}

/** What one or more runs say of their cassette. */
export interface ReplayFindings {
  /** Entries that may answer: without further samples, unless the runs draw from them. */
  readonly recordings: number;
  readonly stale: readonly StaleRecording[];
  readonly missing: readonly MissingRecording[];
  /** Recordings that no run asks for, not even in another form. */
  readonly unused: readonly RecordingPlace[];
}

/** What some runs of one cassette say of it together: what one of them asks for is used. */
export function findingsOf(replays: readonly LenientReplay[]): ReplayFindings {
  const [first] = replays;
  if (!first) return { recordings: 0, stale: [], missing: [], unused: [] };
  const used = new Set(replays.flatMap(({ cassette }) => servedIndexes(cassette)));
  const stale = new Map<number, StaleRecording>();
  const missing: MissingRecording[] = [];
  for (const replay of replays) {
    /** Calls that an old answer led on: what they ask then is not what they will ask. */
    const misled = new Set<string>();
    for (const miss of replay.misses) {
      const index = miss.recording && replay.cassette.tape.entries.indexOf(miss.recording.entry);
      if (index === undefined || used.has(index) || stale.has(index)) {
        if (isNeeded(miss, misled)) missing.push(missingOf(replay.cassette, miss));
      } else {
        stale.set(index, staleOf(replay.cassette, miss));
        if (miss.kind === "exchange") misled.add(miss.caller?.callId ?? "");
      }
    }
  }
  const { file, tape } = first.cassette;
  const own = tape.entries
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => replays.some(({ cassette }) => cassette.tape.answers(entry)));
  const unused = replays.reduce<readonly IndexedEntry[]>(
    uncovered,
    own.filter(({ index }) => !used.has(index) && !stale.has(index)),
  );
  return {
    recordings: own.length,
    stale: [...stale.values()].toSorted((left, right) => left.index - right.index),
    missing,
    unused: file ? unused.map(({ entry }) => recordingPlace(file, tape, entry)) : [],
  };
}

interface IndexedEntry {
  readonly entry: TapeEntry;
  readonly index: number;
}

/** Those that stand in no effect which answered in a replay. */
function uncovered(
  left: readonly IndexedEntry[],
  { cassette }: LenientReplay,
): readonly IndexedEntry[] {
  const entries = left.flatMap(({ index }) => cassette.tape.entries[index] ?? []);
  const reachable = new Set(uncoveredEntries(entries, cassette));
  return left.filter(({ index }) => {
    const entry = cassette.tape.entries[index];
    return entry !== undefined && reachable.has(entry);
  });
}

function servedIndexes({ tape }: CassetteInUse): readonly number[] {
  return tape.entries.flatMap(({ served }, index) => (served ? [index] : []));
}

/** What a replay performs needs no recording; that it has none is told where one is left over. */
function isNeeded(miss: LenientMiss, misled: ReadonlySet<string>): boolean {
  if (miss.kind === "effect") return !miss.isPerformed;
  return !misled.has(miss.caller?.callId ?? "");
}

function staleOf(cassette: CassetteInUse, miss: LenientMiss): StaleRecording {
  const { scanner, file, tape } = cassette;
  if (!miss.recording || !file) throw new TypeError("a stale recording without a recording");
  const place = recordingPlace(file, tape, miss.recording.entry);
  if (miss.kind === "exchange") {
    const { cause, reason, details } = explainChange(miss.recording.request, miss.request, scanner);
    const { model } = miss.request;
    return { ...place, cause, reason: scanner.mask(reason), details, model };
  }
  const { input } = miss.recording;
  const difference = firstDifference({ input }, { input: miss.asked["input"] ?? null });
  if (!difference) {
    const reason = `another call asks for it: ${miss.call}`;
    return { ...place, cause: "call", reason, details: [] };
  }
  const { summary, lines } = showDifference(difference, scanner);
  return { ...place, cause: "input", reason: `its input changed (${summary})`, details: lines };
}

function missingOf({ tape, scanner }: CassetteInUse, miss: LenientMiss): MissingRecording {
  const count = tape.entries.filter(({ slice, sample }) => slice.key === miss.key && sample === 1);
  const often = times(count.length);
  const [call, name] =
    miss.kind === "exchange"
      ? [miss.caller?.callId ?? "", miss.request.model]
      : [miss.call, miss.asked["tool"] ?? miss.asked["sample"]];
  const asked = typeof name === "string" ? name : "";
  const reason =
    count.length > 0
      ? `it was recorded ${often} and is asked once more`
      : `nothing that is left on record is like it`;
  return { kind: miss.kind, call: scanner.mask(call), asked: scanner.mask(asked), reason };
}
