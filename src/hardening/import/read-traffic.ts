import { hash } from "node:crypto";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json, type JsonObject, tryParseJson } from "../../model/json.ts";
import { countIn, type Usage } from "../../model/usage.ts";
import { spanCall, spansIn } from "./span-call.ts";
import type { ReadCall, TrafficCall } from "./traffic.ts";

interface TrafficFile {
  /** Absolute. */
  readonly path: string;
  /** The path as a person knows it. */
  readonly what: string;
  readonly files: FileSystem;
}

/** What one line holds; of a file that is one JSON value, all of it is at line 1. */
interface TrafficLine {
  readonly line: number;
  readonly calls: readonly ReadCall[];
}

/**
 * Reads a file of traffic as a stream: OpenTelemetry spans (OTLP in JSON, an export a line or one file)
 * or JSON lines of input and output.
 *
 * @throws LlmDoError `file` with the line of what cannot be read
 */
export function* readTraffic(file: TrafficFile): Generator<TrafficLine> {
  const rows = new RowReader();
  let line = 0;
  let isFirst = true;
  for (const text of file.files.readLines(file.path)) {
    line++;
    const trimmed = (line === 1 ? text.replace(/^\ufeff/, "") : text).trim();
    if (trimmed === "") continue;
    const value = tryParseJson(trimmed);
    if (value === undefined && isFirst)
      return yield { line: 1, calls: wholeFile(file, line, rows) };
    isFirst = false;
    const calls = value === undefined ? undefined : callsIn(value, rows);
    if (!calls) throw badLine(file, line, value);
    yield { line, calls };
  }
}

/** The calls of a file that is one JSON value over several lines. */
function wholeFile(file: TrafficFile, line: number, rows: RowReader): readonly ReadCall[] {
  const value = tryParseJson(file.files.readText(file.path).replace(/^\ufeff/, ""));
  const calls = value === undefined ? undefined : callsIn(value, rows);
  if (!calls) throw badLine(file, line, value);
  return calls;
}

/** The calls of a value; undefined for one that is no traffic. */
function callsIn(value: Json, rows: RowReader): readonly ReadCall[] | undefined {
  if (Array.isArray(value)) {
    const all = value.map((item) => callsIn(item, rows));
    return all.includes(undefined) ? undefined : all.flatMap((calls) => calls ?? []);
  }
  if (!isJsonObject(value)) return undefined;
  const spans = spansIn(value);
  if (spans) return spans.flatMap((span) => withHash(spanCall(span)) ?? []);
  const row = rows.call(value);
  return row && [row];
}

/** Digits of an id: 64 bits tell the calls of any file apart. */
const ID_DIGITS = 16;

function withHash(call: ReadCall | undefined): ReadCall | undefined {
  if (call === undefined || typeof call === "string") return call;
  return { ...call, id: hash("sha256", call.id).slice(0, ID_DIGITS) };
}

/** Reads rows of input and output, which have no ids of their own. */
class RowReader {
  /** How many rows say the same. */
  readonly #seen = new Map<string, number>();

  call(row: JsonObject): ReadCall | undefined {
    const { input = row["prompt"], output = row["completion"] } = row;
    if (input === undefined) return undefined;
    if (output === undefined || output === null || output === "") return "unanswered";
    const { model, usage, at, id, ms } = row;
    const instructions = row["instructions"] ?? row["system"];
    const same = hash("sha256", canonicalJson({ input, output, model, at, id })).slice(
      0,
      ID_DIGITS,
    );
    const count = this.#seen.get(same) ?? 0;
    this.#seen.set(same, count + 1);
    const call: TrafficCall = {
      id: count === 0 ? same : hash("sha256", `${same} ${count}`).slice(0, ID_DIGITS),
      instructions: typeof instructions === "string" ? instructions : undefined,
      model: typeof model === "string" ? model : undefined,
      input,
      output,
      usage: usageOf(usage),
      totalMs: countIn(ms),
    };
    return call;
  }
}

function usageOf(usage: Json | undefined): Usage {
  if (!isJsonObject(usage)) return { inputTokens: 0, outputTokens: 0 };
  const first = (...names: readonly string[]) =>
    countIn(names.map((name) => usage[name]).find((count) => count !== undefined));
  return {
    inputTokens: first("inputTokens", "input_tokens", "prompt_tokens"),
    outputTokens: first("outputTokens", "output_tokens", "completion_tokens"),
  };
}

function badLine({ what }: TrafficFile, line: number, value: Json | undefined): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "import",
    what,
    reason: value === undefined ? "a line is not JSON" : "a line is neither spans nor a call",
    place: { file: what, line },
    tries: [
      'write a call a line: {"input": "...", "output": "..."}',
      "or export spans as OTLP in JSON, an object with resourceSpans a line",
    ],
  });
}
