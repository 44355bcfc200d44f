import { LlmDoError } from "../errors/llm-do-error.ts";
import { canonicalJson } from "../model/canonical.ts";
import type { ModelRequest } from "../model/request.ts";
import type { Caller } from "../model/transport.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { showDifference } from "./difference-lines.ts";
import { type Difference, firstDifference } from "./first-difference.ts";
import {
  causeOf,
  comparable,
  endsAt,
  isAttachmentHash,
  isTextual,
  otherDifferences,
  subjectOf,
  toolListChange,
} from "./miss-cause.ts";
import { isCallOf, type NearestRecording, nearestRecording } from "./nearest-recording.ts";
import { lineOf } from "./scan.ts";
import type { SessionState } from "./session-state.ts";
import { type VolatileKind, volatileDifference } from "./volatile-text.ts";

/** A request in replay that no recording answers. */
export interface Miss {
  /** As the project's rules leave it. */
  readonly request: ModelRequest;
  readonly key: string;
  readonly caller: Caller | undefined;
}

/** What a report says beside who asked. */
interface Findings {
  readonly reason: string;
  readonly details: readonly string[];
  readonly volatile?: VolatileKind | undefined;
}

/** The error for a miss: what differs from the nearest recording, and what to do. */
export function missOf(state: SessionState, miss: Miss): LlmDoError {
  const { file, options, scanner } = state;
  const { request, key, caller } = miss;
  const nearest = file && nearestRecording(state, file, request, caller);
  const findings = findingsOf(state, miss, nearest);
  const mask = (text: string) => scanner.mask(text);
  return new LlmDoError({
    code: "cassette-miss",
    verb: "replay",
    what: caller?.worker ?? request.model,
    reason: mask(`no recording answers its request: ${findings.reason}`),
    place: file && nearest ? placeOf(file, nearest) : { file: options.path },
    details: [
      `  call: ${caller?.callId ?? "unknown"}, request ${key}`,
      ...(nearest ? [`  nearest recording: ${nearest.entry.slice.key}, ${callOf(nearest)}`] : []),
      ...findings.details,
    ].map(mask),
    tries: [...volatileTry(findings.volatile), rerecordTry(state), ...undoTry(findings)],
  });
}

function findingsOf(
  state: SessionState,
  { request, key, caller }: Miss,
  nearest: NearestRecording | undefined,
): Findings {
  if (!nearest) return { reason: "the cassette holds no exchange", details: [] };
  const recorded = comparable(nearest.request);
  const asked = comparable(request);
  const difference = firstDifference(recorded, asked);
  if (!difference) return { reason: askedTooOften(state, key), details: [] };
  if (caller && isOfAnother(state, caller)) return ofAnother(state, caller);
  const cause = causeOf(difference, request, nearest.request);
  const subject = subjectOf(cause, difference, request, nearest.request);
  const others = otherDifferences(
    recorded,
    asked,
    difference,
    (left, right) => canonicalJson(left ?? null) !== canonicalJson(right ?? null),
  );
  const details = others.length > 0 ? [`  differs as well: ${others.join(", ")}`] : [];
  return changed(state, { subject, difference, nearest, request, details });
}

interface Change {
  readonly subject: string;
  readonly difference: Difference;
  readonly nearest: NearestRecording;
  readonly request: ModelRequest;
  readonly details: readonly string[];
}

function changed(
  { scanner }: SessionState,
  { subject, difference, nearest, request, details }: Change,
): Findings {
  const { summary, lines } = showDifference(difference, scanner);
  const all = [...lines, ...details];
  const end = endsAt(difference);
  if (end) return { reason: endReason(end), details: all };
  if (isAttachmentHash(difference.path)) return { reason: `${subject} changed`, details };
  const volatile = isTextual(difference)
    ? volatileDifference(difference.recorded, difference.asked)
    : undefined;
  if (volatile) {
    return { reason: `${subject} changed by ${volatile.name} only`, details: all, volatile };
  }
  const isToolList = difference.path[0] === "tools" && subject === "its list of tools";
  const words = (isToolList && toolListChange(nearest.request, request)) || summary;
  return { reason: `${subject} changed (${words})`, details: all };
}

function endReason(end: "recorded" | "asked"): string {
  return end === "recorded"
    ? "the conversation goes on where the recording ends"
    : "the conversation ends where the recording goes on";
}

function askedTooOften({ tape }: SessionState, key: string): string {
  const times = tape.entries.filter(({ slice, sample }) => slice.key === key && sample === 1);
  const often = times.length === 1 ? "once" : `${times.length} times`;
  return `it was recorded ${often} and is asked once more`;
}

/** Whether nothing that the cassette holds was asked by this worker. */
function isOfAnother({ tape }: SessionState, caller: Caller): boolean {
  return !tape.entries.some(
    ({ call, slice }) =>
      slice.kind === "exchange" && (call === caller.callId || isCallOf(call, caller.worker)),
  );
}

/** Calls that are named in a report. */
const MOST_CALLS = 8;

function ofAnother({ tape }: SessionState, { worker }: Caller): Findings {
  const exchanges = tape.entries.filter(({ slice }) => slice.kind === "exchange");
  const calls = [...new Set(exchanges.map(({ call }) => call))];
  const shown = calls.slice(0, MOST_CALLS).join(", ") + (calls.length > MOST_CALLS ? ", …" : "");
  return {
    reason: `nothing is recorded for "${worker}"`,
    details: [`  recorded calls: ${shown}`],
  };
}

function placeOf(file: CassetteFile, { entry }: NearestRecording) {
  return { file: file.path, line: lineOf(file.text, entry.slice.start) };
}

function callOf({ entry }: NearestRecording): string {
  return entry.call === "" ? "of no call" : `call ${entry.call}`;
}

function volatileTry(volatile: VolatileKind | undefined): readonly string[] {
  if (!volatile) return [];
  return [`add it to llm-do.yaml, then record anew: volatile: ['${volatile.pattern}']`];
}

function rerecordTry({ options }: SessionState): string {
  return options.rerecord ? `record anew: ${options.rerecord}` : "record anew with --mode record";
}

function undoTry({ details }: Findings): readonly string[] {
  return details.length > 0 ? ["or undo the change"] : [];
}
