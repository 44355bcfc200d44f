import { join } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { mapOf } from "../../yaml/map-reader.ts";
import { wholeNumber } from "../../yaml/number-reader.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { fieldError } from "../../yaml/reader.ts";
import { filledText, text } from "../../yaml/scalar-reader.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import { type AlarmState, alarmState, CALM } from "../shadow-alarm.ts";

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
    shadow: wholeNumber(),
    worker: filledText,
    name: filledText,
    alarm: alarmState,
    compared: count,
    disagreed: count,
    scripted: count,
    raised: mapOf(
      { at: filledText, reason: text },
      { expects: "a map with at and reason", needed: { at: "say when", reason: "say why" } },
    ),
  },
  {
    expects: "the record of a shadowed function",
    needed: {
      shadow: `add shadow: ${VERSION}`,
      worker: "name the worker's file",
      name: "name the worker",
      alarm: "add the alarm's state",
      compared: "add compared: 0",
      disagreed: "add disagreed: 0",
      scripted: "add scripted: 0",
    },
  },
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

/** Replaces what is remembered, in one step. */
export function writeShadow(folder: string, record: ShadowRecord, files: FileSystem): void {
  const path = shadowPath(folder, record.worker);
  files.write(`${path}.tmp`, `${JSON.stringify({ shadow: VERSION, ...record }, null, 2)}\n`);
  files.rename(`${path}.tmp`, path);
}

/** Forgets what is remembered. */
export function removeShadow(folder: string, worker: string, files: FileSystem): void {
  files.remove(shadowPath(folder, worker));
}

/** All that is remembered below a folder, and paths of what cannot be read. */
export function allShadows(
  folder: string,
  files: FileSystem,
): { readonly records: readonly ShadowRecord[]; readonly unreadable: readonly string[] } {
  const records: ShadowRecord[] = [];
  const unreadable: string[] = [];
  for (const path of jsonFilesIn(join(folder, FOLDER), files)) {
    try {
      records.push(parseShadow(files.readText(path), path));
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      unreadable.push(path);
    }
  }
  return { records, unreadable };
}

function jsonFilesIn(folder: string, files: FileSystem): readonly string[] {
  if (files.stat(folder)?.kind !== "directory") return [];
  return files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (files.stat(path)?.kind === "directory") return jsonFilesIn(path, files);
    return name.endsWith(".json") ? [path] : [];
  });
}
