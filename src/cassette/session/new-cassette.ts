import { canonicalJson } from "../../model/canonical.ts";
import type { AnswerPart } from "../../model/message.ts";
import type { BlobContents } from "../file/blob-reference.ts";
import { CassetteFile } from "../file/cassette-file.ts";
import { encodeParts } from "../file/encode-entry.ts";
import type { CopiedEntry } from "../file/entry-writer.ts";
import { counterpart, functionOf, type NearestRecording } from "../miss/nearest-recording.ts";
import { prunedText } from "../read/pruned-text.ts";
import { type ReadExchange, readExchanges } from "../read/read-exchanges.ts";
import type { TapeEntry } from "../read/tape.ts";
import type { Rewrite } from "../rules/rules.ts";
import type { SessionState } from "../state/session-state.ts";

/** An answer that was recorded in the place of an older one. */
export interface ReplacedAnswer {
  readonly call: string;
  readonly before: readonly AnswerPart[];
  readonly after: readonly AnswerPart[];
}

/** A cassette that was written anew. */
interface NewCassette {
  readonly before: CassetteFile;
  /** Where in its text entries begin that it did not hold. */
  readonly beforeUntil: number;
  readonly after: CassetteFile;
  /** Recordings of the old one that answered, in the order of the file. */
  readonly served: readonly TapeEntry[];
  /** Whether further samples are recordings of their own. */
  readonly draws: boolean;
  /** What the project's rules do to a request. */
  readonly rewrite: Rewrite | undefined;
  /** Whether answers that say the same as before are left out. */
  readonly onlyChanged: boolean;
}

/** The answers of models that are new in a cassette, each with the one whose place it took. */
export function replacedAnswers(cassette: NewCassette): readonly ReplacedAnswer[] {
  const { before, beforeUntil, after, draws, rewrite, onlyChanged } = cassette;
  const served = cassette.served.filter(({ slice }) => slice.start < beforeUntil);
  const kept = new Set(served.map(({ slice }) => slice.start));
  const old = readExchanges(before, rewrite)
    .filter(isRead)
    .filter(({ entry }) => isOwn(entry, draws) && !kept.has(entry.slice.start))
    .filter(({ entry }) => entry.slice.start < beforeUntil);
  if (old.length === 0) return [];
  const copies = countKeys(served);
  const made = readExchanges(after, rewrite)
    .filter(isRead)
    .filter(({ entry }) => isOwn(entry, draws) && !isCopy(entry, copies));
  const pairs = paired(old, made);
  return onlyChanged ? pairs.filter(isChanged) : pairs;
}

type Read = Extract<ReadExchange, { kind: "read" }>;

function isRead(read: ReadExchange): read is Read {
  return read.kind === "read";
}

function isOwn({ sample }: TapeEntry, draws: boolean): boolean {
  return draws || sample === 1;
}

function countKeys(entries: readonly TapeEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { slice } of entries) counts.set(slice.key, (counts.get(slice.key) ?? 0) + 1);
  return counts;
}

/** Whether an entry stands for one of the old file; each of these stands once in the new one. */
function isCopy({ slice }: TapeEntry, copies: Map<string, number>): boolean {
  const left = copies.get(slice.key) ?? 0;
  if (left === 0) return false;
  copies.set(slice.key, left - 1);
  return true;
}

function isChanged({ before, after }: ReplacedAnswer): boolean {
  return comparableAnswer(before) !== comparableAnswer(after);
}

/** What an answer says, without the ids that a provider draws anew each time. */
function comparableAnswer(parts: readonly AnswerPart[]): string {
  const said = parts.map((part) => (part.kind === "tool-call" ? { ...part, id: "" } : part));
  return canonicalJson(encodeParts(said.map(({ extra: _extra, ...rest }) => rest as AnswerPart)));
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

/** Entries that go on from the old cassette to the new one though nothing asked for them. */
interface CarriedSamples {
  readonly entries: readonly CopiedEntry[];
  readonly blobs: BlobContents;
}

/**
 * The further samples of requests that the new cassette still holds. A run that does not draw from
 * them leaves them where they were: behind its own entries.
 *
 * @param written the new cassette, as far as it is written
 */
export function carriedSamples(
  { file, tape, rewrites, options }: SessionState,
  written: CassetteFile,
): CarriedSamples {
  if (!file) return NOTHING;
  const keys = new Set(written.slices.map(({ key }) => key));
  const isCarried = ({ sample, slice, served }: (typeof tape.entries)[number]) =>
    sample > 1 && !served && keys.has(slice.key);
  if (!tape.entries.some(isCarried)) return NOTHING;
  const others = tape.entries.flatMap((entry, index) => (isCarried(entry) ? [] : [index]));
  const { text, blobs } = prunedText(file, new Set(others), rewrites.request);
  const carried = CassetteFile.ofText(options.path, text, options.host.files);
  const entries = carried.slices.map((slice) => ({
    fields: carried.fields(slice),
    text: carried.text.slice(slice.start, slice.end),
  }));
  return { entries, blobs };
}

const NOTHING: CarriedSamples = { entries: [], blobs: new Map() };
