import { parse } from "yaml";
import { LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import type { FileSystem } from "../host/file-system.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import { CASSETTE_VERSION, HEADER, SEPARATOR } from "./entry.ts";
import { type EntrySlice, lineOf, type Scan, scan, UnknownDocument } from "./scan.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

/** Cassettes need no aliases; a warning on the terminal helps nobody. */
const YAML_OPTIONS = { maxAliasCount: 0, logLevel: "error" } as const;

/** The text of a cassette and where its entries stand. */
export class CassetteFile {
  readonly path: string;
  readonly text: string;
  readonly slices: readonly EntrySlice[];
  /** Bytes of the file that hold whole entries. */
  readonly wholeBytes: number;
  /** What a crash left behind the last whole entry; empty when nothing. */
  readonly tornTail: string;

  private constructor(path: string, text: string, found: Scan) {
    this.path = path;
    this.text = text;
    this.slices = found.slices;
    this.wholeBytes = Buffer.byteLength(text.slice(0, found.wholeLength));
    this.tornTail = text.slice(found.wholeLength);
  }

  /**
   * Reads and indexes a cassette.
   *
   * @throws LlmDoError `cassette-miss` when there is no such file, `cassette-damaged` when it is not
   * a cassette of this version
   */
  static read(path: string, files: FileSystem): CassetteFile {
    const stat = files.stat(path);
    if (!stat) throw missingFile(path);
    if (stat.kind !== "file") throw damaged(path, `it is a ${stat.kind}`);
    // Version control may have put in carriage returns; the format writes none.
    return CassetteFile.of(path, files.readText(path).replaceAll("\r\n", "\n"));
  }

  /** Indexes a text as the cassette at `path`. */
  static of(path: string, text: string): CassetteFile {
    checkHeader(path, text);
    try {
      return new CassetteFile(path, text, scan(text));
    } catch (error) {
      if (!(error instanceof UnknownDocument)) throw error;
      throw damaged(path, error.message, lineOf(text, error.offset), error);
    }
  }

  /** All fields of an entry. */
  fields(slice: EntrySlice): JsonObject {
    return this.#parse(slice, this.text.slice(slice.start, slice.end));
  }

  /** The fields of an exchange from `response` on; its request side is not parsed. */
  responseFields(slice: EntrySlice): JsonObject {
    const response = this.text.indexOf("\nresponse:", slice.start);
    const start = response < 0 || response >= slice.end ? slice.start : response + 1;
    return this.#parse(slice, this.text.slice(start, slice.end));
  }

  /** The value of a one-line field before the messages, by its text alone. */
  peek(slice: EntrySlice, field: "after" | "call" | "source" | "sample"): string | undefined {
    let at = slice.start;
    while (at < slice.end) {
      const end = this.text.indexOf("\n", at);
      if (this.text.startsWith(`${field}: `, at)) {
        return this.text.slice(at + field.length + 2, end).replace(/^"(.*)"$/, "$1");
      }
      if (this.text.startsWith("messages:", at) || this.text.startsWith("response:", at)) return;
      if (end < 0) return;
      at = end + 1;
    }
    return undefined;
  }

  /** An error about one entry, with its line. */
  damage(slice: EntrySlice, reason: string, cause?: unknown): LlmDoError {
    return damaged(this.path, reason, lineOf(this.text, slice.start), cause);
  }

  #parse(slice: EntrySlice, text: string): JsonObject {
    const own = readOwnYaml(text);
    if (own) return own;
    try {
      const value: unknown = parse(text, YAML_OPTIONS);
      if (isJsonObject(value)) return value;
    } catch (error) {
      throw this.damage(slice, `entry ${slice.key} is not YAML: ${firstLine(error)}`, error);
    }
    throw this.damage(slice, `entry ${slice.key} is not a map`);
  }
}

function checkHeader(path: string, text: string): void {
  // A crash may have cut the header itself; there is nothing to lose then.
  if (text.startsWith(HEADER) || HEADER.startsWith(text)) return;
  const separator = text.indexOf(`\n${SEPARATOR}`);
  const header = parseHeader(separator < 0 ? text : text.slice(0, separator + 1));
  if (!isJsonObject(header) || header["cassette"] === undefined) {
    throw damaged(path, `it is not a cassette: it does not begin with "${HEADER.trimEnd()}"`, 1);
  }
  if (header["cassette"] !== CASSETTE_VERSION) {
    const found = JSON.stringify(header["cassette"]);
    throw new LlmDoError({
      code: "cassette-damaged",
      verb: "read",
      what: path,
      reason: `it has format ${found}, and this version of llm-do reads format ${CASSETTE_VERSION}`,
      place: { file: path, line: 1 },
      tries: ["use the version of llm-do that wrote it, or record it anew with --mode record"],
    });
  }
}

function parseHeader(text: string): unknown {
  try {
    return parse(text, YAML_OPTIONS);
  } catch {
    return undefined; // not YAML, so not a cassette; the caller says so
  }
}

function missingFile(path: string): LlmDoError {
  return new LlmDoError({
    code: "cassette-miss",
    verb: "replay",
    what: path,
    reason: "there is no such cassette",
    tries: [`record it: --cassette ${path} --mode record`, "check the path"],
  });
}

function damaged(path: string, reason: string, line?: number, cause?: unknown): LlmDoError {
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "read",
    what: path,
    reason,
    place: { file: path, ...(line === undefined ? {} : { line }) },
    tries: ["restore it from version control, or record it anew with --mode record"],
    cause,
  });
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n", 1)[0] ?? "";
}
