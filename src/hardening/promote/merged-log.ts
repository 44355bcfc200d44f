import { hash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { listOf } from "../../format/combine.ts";
import { mapOf, required } from "../../format/map.ts";
import type { Field } from "../../format/reader.ts";
import { filledText, wholeNumber } from "../../format/scalars.ts";
import type { Host } from "../../host/host.ts";
import { withLock } from "../../host/locks/file-lock.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import { formatEntry, type LogEntry } from "../watch/log-entry.ts";
import { logPath, readLog } from "../watch/log-file.ts";

/** Where logs of a worker from several machines are merged. It is not a log of a worker by its name. */
export function mergedPath(top: string, worker: string): string {
  const beside = logPath(top, join("merged", worker.replaceAll("../", "up/")));
  return beside.replace(/\.log\.jsonl$/, ".jsonl");
}

/** What has been merged, beside the merged log. */
interface Offsets {
  /** Bytes of the merged log; what is beyond them was being written when a process ended. */
  readonly merged: number;
  readonly logs: readonly MergedPart[];
}

interface MergedPart {
  /** Path of the log, relative to the lock file. */
  readonly log: string;
  /** Bytes that were read. */
  readonly read: number;
  /** SHA-256 of the first line: another log under the name is read from its beginning. */
  readonly first: string;
}

const count = wholeNumber({ least: 0 });

const ANEW = "remove the file and the merged log beside it: they are made anew";

const OFFSETS = mapOf(
  {
    merged: required(count, ANEW),
    logs: required(
      listOf(
        mapOf(
          {
            log: required(filledText, ANEW),
            read: required(count, ANEW),
            first: required(filledText, ANEW),
          },
          { expects: "a log" },
        ),
        { expects: "a list of logs" },
      ),
      ANEW,
    ),
  },
  { expects: "what has been merged" },
);

interface Merging {
  /** The lock file's folder, absolute. */
  readonly top: string;
  /** The worker's file, relative to it. */
  readonly worker: string;
  /** Logs of other machines, from the current folder. */
  readonly logs: readonly string[];
}

/**
 * Merges what logs of several machines, and this one's, have that was not merged before: by time,
 * behind what was merged before, which stays as it is.
 *
 * @returns path of the merged log, absolute
 * @throws LlmDoError `file` for a log that is not there or cannot be merged
 */
export function mergeLogs({ top, worker, logs }: Merging, host: Host): string {
  const { files, cwd } = host;
  const named = logs.map((log) => resolve(cwd, log));
  const missing = named.find((path) => files.stat(path)?.kind !== "file");
  if (missing !== undefined) throw noLog(relative(cwd, missing));
  const own = logPath(top, worker);
  const merged = mergedPath(top, worker);
  const sources = [...new Set([...(files.stat(own) ? [own] : []), ...named])];
  return withLock(merged, host, {
    change: () => {
      const offsetsPath = `${merged}.offsets`;
      const before = readOffsets(offsetsPath, host);
      const kept = keptText(merged, before.merged, host);
      const read = sources.map((path) => readNew(path, before, { top, host }));
      // A reset is written into the merged log at once; the line of this machine's log comes later.
      const isKnown = (one: LogEntry) => one.kind === "reset" && kept.includes(formatEntry(one));
      const entries = read.flatMap((one) => one.entries).filter((one) => !isKnown(one));
      // Stable, so that lines of one log with one time stay in order.
      const sorted = entries.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
      const text = kept + sorted.map((entry) => `${formatEntry(entry)}\n`).join("");
      files.write(merged, text);
      const parts = read.map(({ part }) => part);
      const others = before.logs.filter(({ log }) => !parts.some((part) => part.log === log));
      const offsets: Offsets = { merged: Buffer.byteLength(text), logs: [...others, ...parts] };
      files.write(offsetsPath, `${JSON.stringify(offsets, null, 2)}\n`);
      return merged;
    },
  });
}

function readOffsets(path: string, { files }: Host): Offsets {
  if (!files.stat(path)) return { merged: 0, logs: [] };
  const source: YamlSource = { file: path, code: "file", verb: "read", noun: "what was merged" };
  const field: Field = { source, path: [], tree: parseYamlTree(files.readText(path), source) };
  return OFFSETS.read(field);
}

/** What was merged before; a reset that was appended since is a line of it. */
function keptText(path: string, bytes: number, { files }: Host): string {
  if (!files.stat(path)) return "";
  const all = Buffer.from(files.readText(path));
  const rest = all.subarray(bytes).toString();
  const resets = rest.split("\n").filter((line) => line.includes('"kind":"reset"'));
  return all.subarray(0, bytes).toString() + resets.map((line) => `${line}\n`).join("");
}

interface NewLines {
  readonly part: MergedPart;
  readonly entries: readonly LogEntry[];
}

function readNew(
  path: string,
  before: Offsets,
  { top, host }: { readonly top: string; readonly host: Host },
): NewLines {
  const { files } = host;
  const log = relative(top, path);
  const first = firstLineHash(path, host);
  const known = before.logs.find((one) => one.log === log);
  const isSame = known?.first === first && known.read <= (files.stat(path)?.bytes ?? 0);
  const entries: LogEntry[] = [];
  const lines = readLog({ path, files, from: isSame ? known.read : 0 });
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done) return { part: { log, read: next.value, first }, entries };
    if (next.value.kind === "entry") entries.push(next.value.entry);
  }
}

/** Bytes that hold the first line of any log. */
const FIRST_BYTES = 4096;

function firstLineHash(path: string, { files }: Host): string {
  const begin = Buffer.from(files.readPart(path, { from: 0, bytes: FIRST_BYTES })).toString();
  return hash("sha256", begin.split("\n", 1)[0] ?? "");
}

function noLog(what: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what,
    reason: "there is no such log",
    tries: ["name a log that a machine kept: .llm-do/hardening/NAME.log.jsonl"],
  });
}
