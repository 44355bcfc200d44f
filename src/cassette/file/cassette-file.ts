import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { isJsonObject, type JsonObject } from "../../model/json.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { conflictLines } from "../../yaml/conflict-lines.ts";
import { recordAnew } from "../advice.ts";
import { BlobFolder, DamagedBlob } from "./blob-folder.ts";
import type { ReadBlob } from "./decode-entry.ts";
import {
  cassetteText,
  MalformedEntry,
  MOST_CASSETTE_BYTES,
  rawLength,
  withoutNothingAtEnd,
} from "./format.ts";
import { checkHeader, damaged } from "./header.ts";
import { mayHaveLayout, readLayout } from "./json-layout.ts";
import { type EntrySlice, LineIndex, lineOf, type Scan, scan, UnknownDocument } from "./scan.ts";
import { readEditedYaml, UnreadableYaml } from "./yaml/read-edited-yaml.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

/** One-line fields that stand before the messages. */
type PeekedField = "after" | "call" | "source" | "sample";

/** The text of a cassette and where its entries stand. */
export class CassetteFile {
  readonly path: string;
  /** With `\n` at the ends of lines and without a byte order mark, whatever the file has. */
  readonly text: string;
  readonly slices: readonly EntrySlice[];
  /** Size of the whole file. */
  readonly fileBytes: number;
  /** Bytes of the file that hold whole entries. */
  readonly wholeBytes: number;
  /** Whether the last whole entry ends with a line break. */
  readonly endsInLine: boolean;
  /** What a crash left behind the last whole entry; empty when nothing. */
  readonly tornTail: string;
  readonly #blobs: BlobFolder;
  readonly #lines: LineIndex;

  private constructor(path: string, raw: string, files: FileSystem, fileBytes: number) {
    this.path = path;
    this.text = cassetteText(raw);
    checkConflict(path, this.text);
    checkHeader(path, this.text);
    const { slices, wholeLength } = scanned(path, this.text);
    this.slices = slices;
    this.fileBytes = fileBytes;
    this.wholeBytes = Buffer.byteLength(raw.slice(0, rawLength(raw, wholeLength)));
    this.endsInLine = wholeLength === 0 || this.text[wholeLength - 1] === "\n";
    this.tornTail = this.text.slice(wholeLength);
    this.#blobs = new BlobFolder(path, files);
    this.#lines = new LineIndex(this.text);
  }

  /**
   * Reads and indexes a cassette.
   *
   * @param replay how it would be recorded, where it is to be replayed; default: it is only looked at
   * @throws LlmDoError `cassette-miss` when there is no such file, `cassette-damaged` when it is not
   * a cassette of this version
   */
  static read(path: string, files: FileSystem, replay?: Replayed): CassetteFile {
    const stat = files.stat(path);
    if (!stat) throw missingFile(path, replay);
    if (stat.kind !== "file") throw notAFile(path, stat.kind);
    if (stat.bytes > MOST_CASSETTE_BYTES) {
      const most = MOST_CASSETTE_BYTES / 1024 ** 2;
      throw damaged(path, `it is larger than ${most} MB, and this program writes none that is`);
    }
    return new CassetteFile(path, files.readText(path), files, stat.bytes);
  }

  /** What a cassette would be if its file held this text. */
  static ofText(path: string, text: string, files: FileSystem): CassetteFile {
    return new CassetteFile(path, text, files, Buffer.byteLength(text));
  }

  /** The 1-based line of an entry. */
  line({ start }: EntrySlice): number {
    return this.lineAt(start);
  }

  /** The 1-based line of an offset of the text. */
  lineAt(offset: number): number {
    return this.#lines.lineAt(offset);
  }

  /** All fields of an entry. */
  fields(slice: EntrySlice): JsonObject {
    return this.#parse(slice, slice.start);
  }

  /** The fields of an exchange from `response` on; its request side is not parsed. */
  responseFields(slice: EntrySlice): JsonObject {
    const text = this.text.slice(slice.start, slice.end);
    const response = text.indexOf("\nresponse:");
    if (response < 0) return this.fields(slice);
    const fields = this.#parse(slice, slice.start + response + 1);
    // A person may have put the fields in another order.
    const isAll = ["stop", "usage", "timing"].every((name) => fields[name] !== undefined);
    return isAll ? fields : this.fields(slice);
  }

  /** The value of a one-line field before the messages, by its text alone. */
  peek(slice: EntrySlice, field: PeekedField): string | undefined {
    let at = slice.start;
    while (at < slice.end) {
      const end = this.text.indexOf("\n", at);
      if (this.text.startsWith(`${field}: `, at)) {
        return plainOrQuoted(this.text.slice(at + field.length + 2, end));
      }
      if (this.text.startsWith("messages:", at) || this.text.startsWith("response:", at)) return;
      if (end < 0) return;
      at = end + 1;
    }
    return undefined;
  }

  /**
   * Decodes something of an entry, which may name blobs.
   *
   * @throws LlmDoError `cassette-damaged` with the entry's place when it is malformed
   */
  decode<Value>(slice: EntrySlice, decode: (read: ReadBlob) => Value): Value {
    try {
      return decode((name) => this.#blobs.read(name));
    } catch (error) {
      if (error instanceof DamagedBlob) {
        throw this.damage(slice, `its blob ${error.path}: ${error.message}`, error);
      }
      if (!(error instanceof MalformedEntry)) throw error;
      throw this.damage(slice, `entry ${slice.key} is malformed: ${error.message}`, error);
    }
  }

  /** An error about one entry, with its line. */
  damage(slice: EntrySlice, reason: string, cause?: unknown): LlmDoError {
    return damaged(this.path, reason, { line: this.line(slice), cause });
  }

  #parse(slice: EntrySlice, start: number): JsonObject {
    const text = this.text.slice(start, slice.end);
    const fields = this.#parseText(text, slice, start);
    return mayHaveLayout(text) ? readLayout(fields) : fields;
  }

  #parseText(text: string, slice: EntrySlice, start: number): JsonObject {
    const own = readOwnYaml(asWritten(text));
    if (own) return own;
    try {
      const value = readEditedYaml(text);
      if (isJsonObject(value)) return value;
    } catch (error) {
      if (!(error instanceof UnreadableYaml)) throw error;
      // Its line counts from where the text begins that was parsed.
      const line = this.lineAt(start) + error.line - 1;
      const reason = `entry ${slice.key} is not YAML: ${error.message}`;
      throw damaged(this.path, reason, { line, cause: error });
    }
    throw this.damage(slice, `entry ${slice.key} is not a map`);
  }
}

function scanned(path: string, text: string): Scan {
  try {
    return scan(text);
  } catch (error) {
    if (!(error instanceof UnknownDocument)) throw error;
    throw damaged(path, error.message, { line: lineOf(text, error.offset), cause: error });
  }
}

/** @throws LlmDoError `cassette-damaged` when a merge left its marks in the text */
function checkConflict(path: string, text: string): void {
  const lines = conflictLines(text);
  if (!lines) return;
  const { first, last } = lines;
  throw damaged(path, `a merge left conflict marks in it, from line ${first} to ${last}`, {
    line: first,
    tries: [
      `take one side: git checkout --theirs -- ${shellQuote(path)} (or --ours)`,
      "then record what is stale: llm-do test --mode auto",
      recordAnew(undefined, "or record it anew"),
    ],
  });
}

/** An entry without what people put behind its last field, so that it is read fast. */
function asWritten(entry: string): string {
  const text = withoutNothingAtEnd(entry);
  const last = text.lastIndexOf("\n", text.length - 2) + 1;
  // Behind a field of lines, blank lines may be part of its text.
  if (!text.startsWith("timing:", last)) return entry;
  return text.endsWith("\n") ? text : `${text}\n`;
}

function plainOrQuoted(written: string): string {
  const value = written.trimEnd();
  if (!value.startsWith('"') && !value.startsWith("'")) return value.replace(/[ \t]+#.*$/, "");
  try {
    // What this program wrote is JSON, which is read some hundred times faster.
    if (/^"[^\\]*"$/.test(value)) return String(JSON.parse(value));
    return String(readEditedYaml(value));
  } catch {
    return value; // whoever needs the entry's fields will say what is wrong with them
  }
}

/** Who replays a cassette. */
interface Replayed {
  /** The command that would record it. */
  readonly rerecord?: string | undefined;
}

function missingFile(path: string, replay: Replayed | undefined): LlmDoError {
  const command = replay?.rerecord;
  return new LlmDoError({
    code: "cassette-miss",
    call: undefined,
    cause: "not-recorded",
    differsAt: undefined,
    verb: replay ? "replay" : "read",
    what: path,
    reason: "there is no such cassette",
    tries: [command === undefined ? recordIt(path) : `record it: ${command}`, "check the path"],
  });
}

function notAFile(path: string, kind: "directory" | "other"): LlmDoError {
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "read",
    what: path,
    reason: kind === "directory" ? "it is a directory" : "it is a device, not a file",
    tries: [NAME_A_FILE],
  });
}

const NAME_A_FILE: Advice = {
  flags: "name a file, as in --cassette cassettes/main.yaml",
  options: 'name a file, as in cassette: { path: "cassettes/main.yaml" }',
};

function recordIt(path: string): Advice {
  return {
    flags: `record it: --cassette ${path} --mode record`,
    options: `record it: cassette: { path: ${JSON.stringify(path)}, mode: "record" }`,
  };
}
