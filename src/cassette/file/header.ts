import { dirname, relative, resolve, sep } from "node:path";
import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { conflictLines } from "../../yaml/conflict-lines.ts";
import { nameCassette, recordAnew } from "../advice.ts";
import { CASSETTE_VERSION, cassetteText, HEADER, headerLength } from "./format.ts";
import { readEditedYaml } from "./yaml/read-edited-yaml.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

/** Characters in which the header of any cassette says its version, comments before it included. */
const HEADER_CHARACTERS = 10_000;

const VERSION_LINE = /^["']?cassette["']?:[ \t]*(.*)$/m;

/** @throws LlmDoError `cassette-damaged` when a text is not a cassette of this version */
export function checkHeader(path: string, text: string): void {
  const version = versionOf(text);
  if (version === CASSETTE_VERSION) return;
  if (version === undefined) {
    throw damaged(path, `it is not a cassette: it does not begin with "${HEADER.trimEnd()}"`, {
      line: 1,
      tries: [nameCassette("a cassette, or a new file,")],
    });
  }
  const found = JSON.stringify(version);
  const reads = `this version of llm-do reads format ${CASSETTE_VERSION}`;
  throw damaged(path, `it has format ${found}, and ${reads}`, {
    line: 1,
    tries: [recordAnew(undefined, "use the version of llm-do that wrote it, or record it anew")],
  });
}

/**
 * Makes sure that a recording would replace nothing but a cassette, however old or damaged.
 *
 * @throws LlmDoError `cassette-refused` when something else stands there
 */
export function checkReplaceable(path: string, files: FileSystem): void {
  const stat = files.stat(path);
  if (!stat) return;
  const isCassette = stat.kind === "file" && versionOf(files.readText(path)) !== undefined;
  if (isCassette) return;
  const found = {
    file: "a file that is not a cassette",
    directory: "a directory",
    other: "a pipe, a socket or a device",
  }[stat.kind];
  throw new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: `${found} stands there`,
    place: { file: path },
    tries: [nameCassette("another file"), "or remove what stands there"],
  });
}

/** Returns true for the text of a cassette of any version, however its entries are. */
export function isCassetteText(raw: string): boolean {
  return raw !== "" && versionOf(raw) !== undefined;
}

/** The format that a text says it has; undefined when it is no cassette. */
function versionOf(raw: string): Json | undefined {
  // A crash may have cut the header itself; there is nothing to lose then.
  if (raw.startsWith(HEADER) || HEADER.startsWith(raw)) return CASSETTE_VERSION;
  const text = cassetteText(raw);
  // Most files that are no cassettes are known by this.
  const named = VERSION_LINE.exec(text.slice(0, HEADER_CHARACTERS));
  if (!named) return undefined;
  try {
    const header = readEditedYaml(text.slice(0, headerLength(text)));
    return isJsonObject(header) ? header["cassette"] : undefined;
  } catch {
    // A merge may have left its marks in it: it is a cassette that cannot be read as it is.
    return conflictLines(text) ? (named[1] ?? "") : undefined;
  }
}

/** What was run when a cassette was made, so that it can be run again. */
export interface RecordedRun {
  /** Absolute paths of the project's files, in the order in which they were named. */
  readonly files: readonly string[];
  /** The name of the entry. */
  readonly entry: string;
  readonly input: Json;
  /** `--model`. */
  readonly model?: string | undefined;
  /** `--set`, as given. */
  readonly set?: readonly string[] | undefined;
  /** Limits that were given for this run, as in `{ maxCalls: 3 }`. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Other flags that shaped it, as given: `--approve-all`, `--tools live`. */
  readonly flags?: readonly string[] | undefined;
}

/** A run as the header of a cassette says it: its files are relative to the cassette's folder. */
export function encodeRun(run: RecordedRun, cassettePath: string): JsonObject {
  const { files, entry, input, model, set = [], limits = {}, flags = [] } = run;
  const folder = dirname(resolve(cassettePath));
  return {
    files: files.map((file) => relative(folder, file).split(sep).join("/")),
    entry,
    input,
    ...(model === undefined ? {} : { model }),
    ...(set.length === 0 ? {} : { set: [...set] }),
    ...(Object.keys(limits).length === 0 ? {} : { limits: { ...limits } }),
    ...(flags.length === 0 ? {} : { flags: [...flags] }),
  };
}

/** The run that a cassette's header tells of; undefined when it tells of none that can be run. */
export function readRecordedRun(raw: string, cassettePath: string): RecordedRun | undefined {
  const run = headerRun(cassetteText(raw));
  if (!run) return undefined;
  const { files, entry, input, model, set, limits, flags } = run;
  if (!isTexts(files) || files.length === 0) return undefined;
  if (typeof entry !== "string" || input === undefined) return undefined;
  const folder = dirname(resolve(cassettePath));
  return {
    files: files.map((file) => resolve(folder, file)),
    entry,
    input,
    ...(typeof model === "string" ? { model } : {}),
    ...(isTexts(set) ? { set } : {}),
    ...(isNumbers(limits) ? { limits } : {}),
    ...(isTexts(flags) ? { flags } : {}),
  };
}

/** What the header of a cassette's text says of a run; undefined when nothing that can be read. */
export function headerRun(text: string): JsonObject | undefined {
  const header = text.slice(0, headerLength(text));
  if (header === HEADER) return undefined;
  try {
    const fields = readOwnYaml(header) ?? readEditedYaml(header);
    const run = isJsonObject(fields) ? fields["run"] : undefined;
    return isJsonObject(run) ? run : undefined;
  } catch {
    return undefined; // a person edited it; the entries do not need it
  }
}

function isNumbers(value: Json | undefined): value is Record<string, number> {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "number");
}

function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

interface Damage {
  readonly line?: number;
  readonly cause?: unknown;
  /** Default: get it back or record it anew. */
  readonly tries?: readonly (string | Advice)[];
}

/** The error for a file that is not, or no longer, a cassette that can be read. */
export function damaged(path: string, reason: string, damage: Damage = {}): LlmDoError {
  const { line, cause, tries } = damage;
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "read",
    what: path,
    reason,
    place: { file: path, ...(line === undefined ? {} : { line }) },
    tries: tries ?? [recordAnew(undefined, "restore it from version control, or record it anew")],
    cause,
  });
}
