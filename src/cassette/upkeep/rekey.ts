import { isDeepStrictEqual } from "node:util";
import { isScalar, parse, parseDocument } from "yaml";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { Host } from "../../host/host.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { CassetteFile } from "../file/cassette-file.ts";
import { entryText } from "../file/encode-entry.ts";
import { type EntryFields, FIRST_LINES, SEPARATOR } from "../file/format.ts";
import { headerRun } from "../file/header.ts";
import { layOut, readLayout } from "../file/json-layout.ts";
import type { EntrySlice } from "../file/scan.ts";
import { readOwnYaml } from "../file/yaml/read-yaml.ts";
import { writeYaml } from "../file/yaml/write-yaml.ts";
import { reconstructRequests } from "../read/reconstruct.ts";
import { type Origin, Tape } from "../read/tape.ts";
import { TodaysEntries, todaysKeys } from "../read/todays-rules.ts";
import { rewriteJson } from "../rules/rewrite-request.ts";
import { type CassetteRules, rewritesOf } from "../rules/rules.ts";
import { replaceCassette } from "./replace-cassette.ts";

/** What today's rules changed in a cassette. */
export interface Rekeyed {
  readonly path: string;
  readonly entries: number;
  /** Entries in which something was replaced. */
  readonly rewritten: number;
  /** Entries that have another key. */
  readonly rekeyed: number;
  /** Whether something was replaced in what the header says of the run. */
  readonly header: boolean;
}

interface RekeyOptions {
  readonly host: Host;
  /** The project's. */
  readonly rules: CassetteRules;
  /** Whether it is only to be said what would change. */
  readonly dryRun?: boolean;
}

/**
 * Applies today's rules to what is on record and computes all keys anew, in one step and under the
 * cassette's lock. Where nothing changes, the file is not touched.
 *
 * @throws LlmDoError `cassette-damaged` when an entry cannot be read, `cassette-refused` when the
 * cassette cannot be written
 */
export function rekeyCassette(file: CassetteFile, options: RekeyOptions): Rekeyed {
  const { host, rules, dryRun = false } = options;
  if (file.tornTail !== "") throw torn(file);
  const { text, ...changed } = rekeyedText(file, rules, host.files);
  if (text !== file.text && !dryRun) {
    replaceCassette(file, { text, blobs: new Map(), blobsLeft: [], verb: "rekey" }, host);
  }
  return { path: file.path, entries: file.slices.length, ...changed };
}

function torn({ path, text, tornTail }: CassetteFile): LlmDoError {
  const line = text.slice(0, text.length - tornTail.length).split("\n").length;
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "rekey",
    what: path,
    reason: "its last entry was cut short, so it is left as it is",
    place: { file: path, line },
    tries: ["restore the file from version control, or remove what was cut short"],
  });
}

interface RekeyedText {
  readonly text: string;
  readonly rewritten: number;
  readonly rekeyed: number;
  /** Whether the header changed. */
  readonly header: boolean;
}

/**
 * The text of a cassette with today's rules applied and all keys computed anew. What they do not
 * change stands as it stood, comments among it.
 *
 * @throws LlmDoError `cassette-damaged` when an entry cannot be read
 */
function rekeyedText(file: CassetteFile, rules: CassetteRules, files: FileSystem): RekeyedText {
  const rewrites = rewritesOf(rules);
  const entries = new TodaysEntries(rewrites);
  let rewritten = 0;
  const texts = file.slices.map((slice) => {
    const text = file.text.slice(slice.start, slice.end);
    const before = file.fields(slice);
    const after = entries.fields(slice.kind, before);
    if (isDeepStrictEqual(before, after)) return text;
    rewritten++;
    return edited(text, after);
  });
  const keys = soundKeys(file, rules);
  const latest = new Map<string, Origin>();
  const tape = new Tape(file).entries;
  let rekeyed = 0;
  const made = texts.map((text, index) => {
    const entry = tape[index];
    const slice = file.slices[index];
    const today = slice && keys.get(slice);
    if (!entry || !slice) throw new TypeError("an entry without a place");
    if (!today)
      throw file.damage(slice, `entry ${slice.key} is malformed: it has no sound request`);
    if (today.key !== slice.key) rekeyed++;
    const after = today.parent && keys.get(today.parent)?.key;
    const inherited = latest.get(after ?? "");
    latest.set(today.key, entry);
    const { call, source } = entry;
    const own = (field: "call" | "source") => file.peek(slice, field) !== undefined;
    return withKeys(text, slice, {
      key: today.key,
      after,
      call: own("call") || (inherited?.call ?? "") === call ? undefined : call,
      source: own("source") || (inherited?.source ?? "live") === source ? undefined : source,
    });
  });
  const before = file.text.slice(0, headerEnd(file));
  const header = headerOf(file, rules);
  const text = [header, ...made].join(SEPARATOR);
  checkSound(CassetteFile.ofText(file.path, text, files), rules);
  return { text, rewritten, rekeyed, header: header !== before };
}

/** The keys of all entries. */
function soundKeys(file: CassetteFile, rules: CassetteRules) {
  const rewrites = rewritesOf(rules);
  const damaged = reconstructRequests(file, rewrites.request).find(
    ({ kind }) => kind === "damaged",
  );
  if (damaged?.kind === "damaged") throw damaged.error;
  return todaysKeys(file, rules, rewrites);
}

/** Makes sure that what is to be written replays: a cassette is replaced by nothing worse. */
function checkSound(next: CassetteFile, rules: CassetteRules): void {
  for (const found of reconstructRequests(next, rewritesOf(rules).request)) {
    if (found.kind === "damaged") throw found.error;
    if (found.kind !== "whole") throw next.damage(found.slice, "a new key does not fit its entry");
  }
}

interface NewKeys {
  readonly key: string;
  readonly after: string | undefined;
  /** Undefined where it stands in the entry, or is what it inherits. */
  readonly call: string | undefined;
  readonly source: string | undefined;
}

function withKeys(text: string, { kind, key }: EntrySlice, keys: NewKeys): string {
  const { after, call, source } = keys;
  const origin: EntryFields = { call, source };
  return text.replace(FIRST_LINES, (lines) => {
    const first = lines.slice(0, lines.indexOf("\n") + 1);
    const ownLine = keys.key === key ? first : writeYaml({ [kind]: keys.key });
    const others = lines
      .slice(first.length)
      .replace(/^after: "?([^"\s]+)"?.*\n/m, (line, old: string) =>
        after === undefined || old === after ? line : writeYaml({ after }),
      );
    return ownLine + others + writeYaml(origin);
  });
}

/** An entry with other values. One that a person wrote keeps its comments. */
function edited(text: string, after: JsonObject): string {
  if (readOwnYaml(text)) return entryText(after);
  const document = parseDocument(text, { logLevel: "error" });
  const put = (from: Json, to: Json, path: readonly (string | number)[]): void => {
    if (isDeepStrictEqual(from, to)) return;
    const steps = sharedSteps(from, to);
    const node = document.getIn(path, true);
    if (!steps && isScalar(node) && !Array.isArray(to) && !isJsonObject(to)) node.value = to;
    else if (!steps) document.setIn(path, document.createNode(to));
    else for (const step of steps) put(at(from, step), at(to, step), [...path, step]);
  };
  put(document.toJS() as Json, layOut(after) as JsonObject, []);
  const made = document.toString({ lineWidth: 0 });
  // What a person wrote in a way that cannot be kept is written as this program writes it.
  const read = readLayout(parse(made, { logLevel: "error" }) as JsonObject);
  return isDeepStrictEqual(read, after) ? made : entryText(after);
}

/** What leads to the items of two lists or maps that have the same; undefined otherwise. */
function sharedSteps(from: Json, to: Json): readonly (string | number)[] | undefined {
  if (Array.isArray(from) && Array.isArray(to)) {
    return from.length === to.length ? [...from.keys()] : undefined;
  }
  if (!isJsonObject(from) || !isJsonObject(to)) return undefined;
  const names = Object.keys(from);
  return isDeepStrictEqual(names, Object.keys(to)) ? names : undefined;
}

function at(value: Json, step: string | number): Json {
  return (value as Readonly<Record<string | number, Json>>)[step] ?? null; // a list or a map with it
}

/** Where the separator of the first entry stands. */
function headerEnd({ slices, text }: CassetteFile): number {
  return (slices[0]?.start ?? text.length + SEPARATOR.length) - SEPARATOR.length;
}

function headerOf(file: CassetteFile, rules: CassetteRules): string {
  const header = file.text.slice(0, headerEnd(file));
  const { request } = rewritesOf(rules);
  const run = headerRun(file.text);
  if (!run || !request) return header;
  const today = rewriteJson(run, request);
  if (isDeepStrictEqual(run, today)) return header;
  // A person may have put more into it.
  const fields = readOwnYaml(header) ?? (parse(header, { logLevel: "error" }) as JsonObject);
  return edited(header, { ...fields, run: today });
}
