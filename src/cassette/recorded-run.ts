import { dirname, relative, resolve, sep } from "node:path";
import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { cassetteText, headerLength } from "./cassette-text.ts";
import { HEADER } from "./entry.ts";
import { readEditedYaml } from "./yaml/read-edited-yaml.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

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
