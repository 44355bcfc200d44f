import { isAscii } from "node:buffer";
import { dirname, join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { formatEntry, type LogEntry, parseEntry } from "./log-entry.ts";

const FOLDER = ".llm-do/hardening";

const ENDING = ".log.jsonl";

/**
 * Where the log of a worker is kept, on this machine: below `.llm-do/hardening` beside the lock file.
 *
 * @param top the lock file's folder, absolute
 * @param worker path of the worker's file, relative to it, with `/`
 */
export function logPath(top: string, worker: string): string {
  // A worker that is outside of the folder has its dots spelt out.
  const inside = worker.replace(/\.worker$/, "").replaceAll("../", "up/");
  return join(top, FOLDER, `${inside}${ENDING}`);
}

/** A log that is there. */
interface FoundLog {
  /** Absolute. */
  readonly path: string;
  /** The worker's file, relative to the lock file. */
  readonly worker: string;
}

/** All logs beside a lock file, sorted by path; what is below a link is not looked at. */
export function findLogs(top: string, files: FileSystem): readonly FoundLog[] {
  const folder = join(top, FOLDER);
  if (linkAbove(join(folder, "log"), top, files) !== undefined) return [];
  return filesIn(folder, files)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => ({
      path: join(folder, name),
      worker: `${name.slice(0, -ENDING.length).replaceAll("up/", "../")}.worker`,
    }));
}

/**
 * What the version before remembered of shadowed functions. It is not read: its test and its settings
 * were others. Absolute paths.
 */
export function oldRecords(top: string, files: FileSystem): readonly string[] {
  const folder = join(top, FOLDER);
  if (linkAbove(join(folder, "record"), top, files) !== undefined) return [];
  return filesIn(folder, files)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name));
}

/** Files below a folder, as relative paths with `/`. */
function filesIn(folder: string, files: FileSystem): readonly string[] {
  if (files.kindAt(folder) !== "directory") return [];
  return files.list(folder).flatMap((name) => {
    const kind = files.kindAt(join(folder, name));
    if (kind === "directory")
      return filesIn(join(folder, name), files).map((one) => `${name}/${one}`);
    return kind === "file" ? [name] : [];
  });
}

/** The first folder between `top` and a file in it that is a link; undefined where none is. */
function linkAbove(path: string, top: string, files: FileSystem): string | undefined {
  const folder = dirname(path);
  if (folder.length <= top.length) return undefined;
  return linkAbove(folder, top, files) ?? (files.kindAt(folder) === "link" ? folder : undefined);
}

/**
 * Appends an entry to a log, which is made where it is not there. Any number of processes may do so at
 * once.
 *
 * @param top the lock file's folder: no folder below it may be a link
 * @throws LlmDoError `file` when it cannot be written
 */
export function appendEntry(
  { path, top }: { readonly path: string; readonly top: string },
  entry: LogEntry,
  files: FileSystem,
): void {
  const link = linkAbove(path, top, files);
  if (link !== undefined) {
    throw new LlmDoError({
      code: "file",
      verb: "write",
      what: path,
      reason: `${link} is a symbolic link, and llm-do writes through none`,
      tries: ["find out who made the link, then remove it"],
    });
  }
  files.appendLine(path, formatEntry(entry));
}

/** A line of a log. */
type LogLine = {
  /** Bytes before the line that follows: where to read on. */
  readonly end: number;
} & (
  | { readonly kind: "entry"; readonly entry: LogEntry }
  | {
      readonly kind: "damaged";
      /** 1-based; counted when it is asked for. */
      readonly line: number;
      /** Whether it has no end: its process was ended, or is still writing it. */
      readonly isLast: boolean;
    }
);

const CHUNK_BYTES = 4 * 1024 ** 2;

interface LogSource {
  readonly path: string;
  readonly files: FileSystem;
  /** Bytes to leave out; where a line begins. Default: none. */
  readonly from?: number | undefined;
  /** Returns true for kinds that are of no interest. Default: all are. */
  readonly skips?: ((kind: string) => boolean) | undefined;
}

/**
 * Reads the lines of a log in their order; nothing where there is no log. A million lines take no more
 * memory than a chunk of them.
 *
 * @example
 * for (const line of readLog({ path, files })) {
 *   if (line.kind === "entry" && line.entry.kind === "alarm") console.log(line.entry.reason);
 * }
 *
 * @returns the bytes that were read, without a line that has no end
 * @throws the platform's error when it cannot be read
 */
export function* readLog(source: LogSource): Generator<LogLine, number> {
  const { path, files, skips } = source;
  let at = source.from ?? 0;
  if (files.kindAt(path) === undefined) return at;
  for (;;) {
    const chunk = Buffer.from(files.readPart(path, { from: at, bytes: CHUNK_BYTES }));
    const end = chunk.lastIndexOf("\n") + 1;
    if (end === 0) {
      const isLast = chunk.length < CHUNK_BYTES;
      if (chunk.length > 0) yield damagedAt(source, at, { end: at, isLast });
      if (isLast) return at;
      at += chunk.length; // a line of 4 MB is no entry: its rest is damaged, too
      continue;
    }
    // One character a byte, so that places in the text are places in the file.
    const text = chunk.toString("latin1", 0, end);
    const isPlain = isAscii(chunk);
    for (let begin = 0; begin < end; ) {
      const lineEnd = text.indexOf("\n", begin);
      const line = text.slice(begin, lineEnd);
      const place = at + begin;
      begin = lineEnd + 1;
      if (line === "" || (skips && isSkipped(line, skips))) continue;
      const entry = parseEntry(isPlain ? line : Buffer.from(line, "latin1").toString());
      if (entry) yield { kind: "entry", entry, end: at + begin };
      else yield damagedAt(source, place, { end: at + begin, isLast: false });
    }
    at += end;
  }
}

const KIND = '"kind":"';

/** Lines as `formatEntry` makes them tell their kind without being parsed. */
function isSkipped(line: string, skips: (kind: string) => boolean): boolean {
  const begin = line.indexOf(KIND) + KIND.length;
  return line.endsWith("}") && skips(line.slice(begin, line.indexOf('"', begin)));
}

function damagedAt(
  { path, files }: LogSource,
  from: number,
  { end, isLast }: { readonly end: number; readonly isLast: boolean },
): LogLine {
  return {
    kind: "damaged",
    get line() {
      return 1 + countLines(path, from, files);
    },
    isLast,
    end,
  };
}

function countLines(path: string, until: number, files: FileSystem): number {
  let count = 0;
  for (let from = 0; from < until; from += CHUNK_BYTES) {
    const bytes = files.readPart(path, { from, bytes: Math.min(CHUNK_BYTES, until - from) });
    for (const byte of bytes) if (byte === 10) count++;
  }
  return count;
}
