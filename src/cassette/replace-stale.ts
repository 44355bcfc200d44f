import type { Host } from "../host/host.ts";
import type { AnswerPart } from "../model/message.ts";
import { CassetteFile } from "./cassette-file.ts";
import { counterpart, functionOf, type NearestRecording } from "./nearest-recording.ts";
import { pruneCassette } from "./prune.ts";
import { type ReadExchange, readExchanges } from "./read-exchanges.ts";
import type { RecordingPlace } from "./recording-place.ts";
import { type CassetteRules, rewritesOf } from "./rules.ts";
import { Tape, type TapeEntry } from "./tape.ts";

/** An answer that was recorded in the place of an older one. */
export interface ReplacedAnswer {
  readonly call: string;
  readonly before: readonly AnswerPart[];
  readonly after: readonly AnswerPart[];
}

export interface Replacement {
  /** The recordings that the new ones replaced. */
  readonly removed: readonly RecordingPlace[];
  readonly answers: readonly ReplacedAnswer[];
}

/** A cassette after a run that recorded to it what was missing. */
export interface GrownCassette {
  /** As it was when the run began. */
  readonly before: CassetteFile;
  /** What of it the run did not ask for. */
  readonly unused: readonly TapeEntry[];
  /** Whether further samples answered like any other recording. */
  readonly draws: boolean;
  readonly rules: CassetteRules;
}

/**
 * Removes the recordings that new ones replaced: those that the run did not ask for, of calls in
 * which it recorded something, and of the calls that these had made.
 *
 * @throws LlmDoError `cassette-refused` when the cassette cannot be written
 */
export function replaceStale(
  { before, unused, draws, rules }: GrownCassette,
  host: Host,
): Replacement {
  const file = CassetteFile.read(before.path, host.files);
  const { entries } = new Tape(file);
  const old = before.slices.length;
  const calls = new Set(entries.slice(old).map(({ call }) => call));
  const starts = new Set(unused.map(({ slice }) => slice.start));
  const places = entries.flatMap(({ slice, call }, index) =>
    index < old && starts.has(slice.start) && isWithin(call, calls) ? [index] : [],
  );
  if (places.length === 0) return { removed: [], answers: [] };
  const exchanges = readExchanges(file, rewritesOf(rules).request).filter(isRead);
  const isNew = ({ entry }: Read) =>
    (draws || entry.sample === 1) && entry.slice.start >= (entries[old]?.slice.start ?? 0);
  const replaced = new Set(places.map((index) => entries[index]?.slice.start));
  const answers = paired(
    exchanges.filter(({ entry }) => replaced.has(entry.slice.start)),
    exchanges.filter(isNew),
  );
  return { removed: pruneCassette(file, places, { host, rules, draws }).removed, answers };
}

type Read = Extract<ReadExchange, { kind: "read" }>;

function isRead(read: ReadExchange): read is Read {
  return read.kind === "read";
}

/** Whether a call is one of some calls, or was made by one. */
function isWithin(call: string, calls: ReadonlySet<string>): boolean {
  for (let at = call.length; at > 0; at = call.lastIndexOf("/", at - 1)) {
    if (calls.has(call.slice(0, at))) return true;
  }
  return false;
}

/** New exchanges with the old ones that they stand in the place of, each old one once. */
function paired(old: readonly Read[], made: readonly Read[]): readonly ReplacedAnswer[] {
  const left = new Map<NearestRecording, Read>(
    old.map((read) => [{ entry: read.entry, request: read.request }, read]),
  );
  return made.flatMap(({ entry, request, answer }) => {
    const caller = { callId: entry.call, worker: functionOf(entry.call) };
    const found = counterpart([...left.keys()], request, caller);
    const before = found && left.get(found);
    if (!found || !before) return [];
    left.delete(found);
    return [{ call: entry.call, before: before.answer.parts, after: answer.parts }];
  });
}
