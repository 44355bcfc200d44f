import { LlmDoError } from "../errors/llm-do-error.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { Json, JsonObject } from "../model/json.ts";
import type { ModelRequest } from "../model/request.ts";
import type { Caller } from "../model/transport.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { encodeHead, encodeMessages } from "./encode-entry.ts";
import { type Difference, firstDifference } from "./first-difference.ts";
import { reconstructRequests } from "./reconstruct.ts";
import { lineOf } from "./scan.ts";
import type { SessionState } from "./session-state.ts";
import type { TapeEntry } from "./tape.ts";
import { changedWords, wordDiff } from "./word-diff.ts";

/** Why a recording does not answer a request. */
export type MissCause =
  | "instructions"
  | "tool schema"
  | "model or settings"
  | "earlier tool output"
  | "earlier answer"
  | "input"
  | "volatile text"
  | "asked more often than recorded"
  | "nothing recorded";

/** The error for a request in replay that no recording answers: what differs, and what to do. */
export function missOf(
  state: SessionState,
  request: ModelRequest,
  key: string,
  caller: Caller | undefined,
): LlmDoError {
  const asked = encodeRequest(request, state.rewriteRequest);
  const nearest = state.file && nearestRecording(state, state.file, asked, caller);
  const difference = nearest && firstDifference(nearest.recorded, asked);
  const cause = causeOf(nearest?.recorded, difference);
  const { path, rerecord } = state.options;
  return new LlmDoError({
    code: "cassette-miss",
    verb: "replay",
    what: caller?.worker ?? request.model,
    reason: `no recording answers its request (${describeCause(cause)})`,
    place: nearest && { file: path, line: nearest.line },
    details: [
      `  call: ${caller?.callId ?? "unknown"}, request ${key}`,
      ...(nearest ? [`  nearest recording: ${nearest.key}, recorded in ${nearest.call}`] : []),
      ...(difference ? differenceLines(difference) : []),
    ],
    tries: [
      ...(cause === "volatile text"
        ? ['add a pattern for it under "volatile" in llm-do.yaml, then record anew']
        : []),
      rerecord ? `record anew: ${rerecord}` : "record anew with --mode record",
      ...(cause === "nothing recorded" ? [] : ["or undo the change"]),
    ],
  });
}

function encodeRequest(request: ModelRequest, rewrite: SessionState["rewriteRequest"]): JsonObject {
  return {
    ...encodeHead(request, rewrite),
    messages: encodeMessages(request.messages, rewrite),
  };
}

interface Nearest {
  readonly key: string;
  readonly call: string;
  readonly line: number;
  readonly recorded: JsonObject;
}

function nearestRecording(
  state: SessionState,
  file: CassetteFile,
  asked: JsonObject,
  caller: Caller | undefined,
): Nearest | undefined {
  const bySlice = new Map(state.tape.entries.map((entry) => [entry.slice, entry]));
  let best: { score: number; nearest: Nearest } | undefined;
  for (const { slice, request } of reconstructRequests(file, state.keyer)) {
    const entry = bySlice.get(slice);
    if (!entry || entry.sample > 1) continue;
    const recorded = encodeRequest(request, state.rewriteRequest);
    const score = similarity(recorded, asked, entry, caller);
    if (best && best.score >= score) continue;
    const line = lineOf(file.text, slice.start);
    best = { score, nearest: { key: slice.key, call: entry.call, line, recorded } };
  }
  return best?.nearest;
}

/** Larger is nearer. The same call outweighs all; then equal fields, then equal first messages. */
function similarity(
  recorded: JsonObject,
  asked: JsonObject,
  entry: TapeEntry,
  caller: Caller | undefined,
): number {
  let score = 0;
  if (entry.call === caller?.callId) score += 100;
  else if (entry.call.split("/").at(-1) === caller?.worker) score += 50;
  for (const field of ["model", "system", "tools", "settings", "serverTools", "outputSchema"]) {
    if (canonicalJson(recorded[field] ?? null) === canonicalJson(asked[field] ?? null)) score += 10;
  }
  if (!entry.served) score += 5;
  const left = recorded["messages"] as readonly Json[]; // both sides were encoded above
  const right = asked["messages"] as readonly Json[];
  let equal = 0;
  while (equal < left.length && equal < right.length && isEqual(left[equal], right[equal])) equal++;
  const longest = Math.max(left.length, right.length, 1);
  return score + (9 * equal) / longest - (4 * Math.abs(left.length - right.length)) / longest;
}

function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null);
}

function causeOf(recorded: JsonObject | undefined, difference: Difference | undefined): MissCause {
  if (!recorded) return "nothing recorded";
  if (!difference) return "asked more often than recorded";
  if (isVolatile(difference)) return "volatile text";
  const { path } = difference;
  if (path.startsWith("system")) return "instructions";
  if (path.startsWith("tools")) return "tool schema";
  if (!path.startsWith("messages")) return "model or settings";
  const index = Number(/^messages\[(\d+)\]/.exec(path)?.[1] ?? -1);
  const messages = recorded["messages"] as readonly JsonObject[]; // encoded by encodeRequest
  const kind = Object.keys(messages[index] ?? {})[0];
  if (kind === "tool") return "earlier tool output";
  return kind === "assistant" ? "earlier answer" : "input";
}

function describeCause(cause: MissCause): string {
  switch (cause) {
    case "nothing recorded":
      return "the cassette holds no exchange";
    case "asked more often than recorded":
      return "the same request was recorded, but is asked more often now";
    case "volatile text":
      return "cause: volatile text, such as a date, an id or a temporary path";
    default:
      return `cause: ${cause}`;
  }
}

/** Dates, times, long numbers, ids and temporary paths: what differs in every run by itself. */
const VOLATILE =
  /^(?:\d{4}-\d{2}-\d{2}(?:[T ].*)?|\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?|\d{10,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\/(?:tmp|var\/folders)\/.*)$/i;

function isVolatile({ recorded, asked }: Difference): boolean {
  if (typeof recorded !== "string" || typeof asked !== "string") return false;
  const tokens = (text: string) => text.split(/[\s"'`,;()]+/);
  const left = tokens(recorded);
  const right = tokens(asked);
  if (left.length !== right.length) return false;
  const changed = left.flatMap((token, index) =>
    token === right[index] ? [] : [token, right[index] ?? ""],
  );
  return changed.length > 0 && changed.every((token) => VOLATILE.test(token.replace(/[.:]$/, "")));
}

function differenceLines({ path, recorded, asked }: Difference): readonly string[] {
  const lines = [`  first difference: ${path}`];
  if (typeof recorded === "string" && typeof asked === "string") {
    const words = changedWords(recorded, asked);
    lines.push(`    ${wordDiff(recorded, asked)}`);
    if (words.length > 0) lines.push(`    changed: ${words.slice(0, 8).map(quote).join(", ")}`);
    return lines;
  }
  lines.push(`    recorded: ${shown(recorded)}`, `    asked:    ${shown(asked)}`);
  return lines;
}

function quote(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return "(nothing)";
  const text = canonicalJson(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
