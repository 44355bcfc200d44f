import { dirname, join } from "node:path";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { mapOf, required } from "../../format/map.ts";
import { fieldError } from "../../format/reader.ts";
import { filledText, text, wholeNumber } from "../../format/scalars.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { withLock } from "../../host/locks/file-lock.ts";
import type { LockHost } from "../../host/locks/lock-holder.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import { type AlarmState, alarmState, CALM } from "./shadow-alarm.ts";

/**
 * What is remembered of a shadowed function between runs, on this machine. Kept below
 * `.llm-do/hardening`, beside the lock file.
 */
export interface ShadowRecord {
  /** Path of the worker's file, relative to the lock file. */
  readonly worker: string;
  readonly name: string;
  readonly alarm: AlarmState;
  /** Comparisons since the function was swapped or the alarm was reset, all windows together. */
  readonly compared: number;
  readonly disagreed: number;
  /** Those in which a script stood in for the model. */
  readonly scripted: number;
  readonly raised?: { readonly at: string; readonly reason: string } | undefined;
}

const FOLDER = ".llm-do/hardening";

const VERSION = 1;

const count = wholeNumber({ least: 0 });

const RECORD = mapOf(
  {
    shadow: required(wholeNumber(), `add shadow: ${VERSION}`),
    worker: required(filledText, "name the worker's file"),
    name: required(filledText, "name the worker"),
    alarm: required(alarmState, "add the alarm's state"),
    compared: required(count, "add compared: 0"),
    disagreed: required(count, "add disagreed: 0"),
    scripted: required(count, "add scripted: 0"),
    raised: mapOf(
      { at: required(filledText, "say when"), reason: required(text, "say why") },
      { expects: "a map with at and reason" },
    ),
  },
  { expects: "the record of a shadowed function" },
);

/** A record in which nothing has been compared. */
function calmRecord({ worker, name }: Pick<ShadowRecord, "worker" | "name">): ShadowRecord {
  return { worker, name, alarm: CALM, compared: 0, disagreed: 0, scripted: 0 };
}

/** Where the record of a worker is kept. A worker that is outside of the folder has its dots spelt out. */
function shadowPath(folder: string, worker: string): string {
  const inside = worker.replace(/\.worker$/, "").replaceAll("../", "up/");
  return join(folder, FOLDER, `${inside}.json`);
}

/**
 * What is remembered of a worker; a calm record where nothing is.
 *
 * @throws LlmDoError `configuration` when it cannot be read or is wrong
 */
export function readShadow(
  folder: string,
  of: Pick<ShadowRecord, "worker" | "name">,
  files: FileSystem,
): ShadowRecord {
  const path = shadowPath(folder, of.worker);
  return files.stat(path) ? parseShadow(files.readText(path), path) : calmRecord(of);
}

function parseShadow(json: string, file: string): ShadowRecord {
  const source: YamlSource = { file, code: "configuration", verb: "read", noun: "the record" };
  const field = { source, path: [], tree: parseYamlTree(json, source) };
  const { shadow, ...record } = RECORD.read(field);
  if (shadow === VERSION) return record;
  throw fieldError(field, `is of version ${shadow}, and this version of llm-do reads ${VERSION}`, [
    "llm-do guard --reset begins it anew",
  ]);
}

/**
 * Changes what is remembered, as it is at that moment: processes that count at once do so one after
 * the other.
 *
 * @returns what was remembered before and what is now
 * @throws LlmDoError as {@link readShadow} does, and `file` when it cannot be written
 */
export function changeShadow(
  folder: string,
  of: Pick<ShadowRecord, "worker" | "name">,
  {
    change,
    onWarning,
    host,
  }: {
    readonly change: (before: ShadowRecord) => ShadowRecord;
    readonly onWarning: (text: string) => void;
    readonly host: LockHost;
  },
): { readonly before: ShadowRecord; readonly after: ShadowRecord } {
  const path = shadowPath(folder, of.worker);
  const { files } = host;
  if (isLinked(folder, files)) throw linked(join(folder, FOLDER));
  return withLock(path, host, {
    onWarning,
    change: () => {
      const before = readShadow(folder, of, files);
      const after = change(before);
      files.write(path, `${JSON.stringify({ shadow: VERSION, ...after }, null, 2)}\n`);
      return { before, after };
    },
  });
}

/** Forgets what is remembered. */
export function removeShadow(folder: string, worker: string, host: LockHost): void {
  const path = shadowPath(folder, worker);
  if (!host.files.kindAt(path)) return;
  withLock(path, host, { change: () => host.files.remove(path) });
}

/** All that is remembered below a folder, and paths of what cannot be read. */
export function allShadows(
  folder: string,
  files: FileSystem,
): { readonly records: readonly ShadowRecord[]; readonly unreadable: readonly string[] } {
  const records: ShadowRecord[] = [];
  const unreadable: string[] = [];
  // What is found may be removed: never through a link.
  const paths = isLinked(folder, files) ? [] : jsonFilesIn(join(folder, FOLDER), files);
  for (const path of paths) {
    try {
      records.push(parseShadow(files.readText(path), path));
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      unreadable.push(path);
    }
  }
  return { records, unreadable };
}

function isLinked(folder: string, files: FileSystem): boolean {
  const own = join(folder, FOLDER);
  return [own, dirname(own)].some((path) => files.kindAt(path) === "link");
}

function linked(what: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "write",
    what,
    reason: "it is below a symbolic link, and llm-do writes through none",
    tries: ["find out who made the link, then remove it"],
  });
}

function jsonFilesIn(folder: string, files: FileSystem): readonly string[] {
  if (files.kindAt(folder) !== "directory") return [];
  return files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    const kind = files.kindAt(path);
    if (kind === "directory") return jsonFilesIn(path, files);
    return kind === "file" && name.endsWith(".json") ? [path] : [];
  });
}
