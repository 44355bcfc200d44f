import type { MissCause } from "../../errors/codes.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace, type Place } from "../../errors/place.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller } from "../../model/transport.ts";
import { times } from "../../words/counted.ts";
import { recordAnew } from "../advice.ts";
import type { SessionState } from "../state/session-state.ts";
import { explainChange, type VolatileKind } from "./explain-change.ts";
import { isCallOf, type NearestRecording, nearestRecording } from "./nearest-recording.ts";
import { checkTries } from "./unrepeatable.ts";

/** A request in replay that no recording answers. */
interface Miss {
  /** As the project's rules leave it. */
  readonly request: ModelRequest;
  readonly key: string;
  readonly caller: Caller | undefined;
}

/** What a report says beside who asked and how to record anew. */
interface Findings {
  readonly reason: string;
  readonly cause: MissCause;
  /** The path of the first difference. */
  readonly differsAt?: string | undefined;
  readonly details?: readonly string[];
  /** What to try before recording anew. */
  readonly triesFirst?: readonly string[];
  readonly triesLast?: readonly string[];
  readonly summary?: string;
  readonly volatile?: VolatileKind;
  /** The recording that the request was compared with. */
  readonly nearest?: NearestRecording;
}

/** The error for a miss: what differs from the nearest recording, and what to do. */
export function missOf(state: SessionState, miss: Miss): LlmDoError {
  const { options, scanner } = state;
  const { request, key, caller } = miss;
  const found = findingsOf(state, miss);
  const { details = [], triesFirst = [], triesLast = [], nearest } = found;
  const mask = (text: string) => scanner.mask(text);
  const rerecord = recordAnew(options.rerecord);
  return new LlmDoError({
    code: "cassette-miss",
    call: caller?.callId,
    cause: found.cause,
    differsAt: found.differsAt,
    ...(options.checking === undefined
      ? { verb: "replay", reason: mask(`no recording answers its request: ${found.reason}`) }
      : { verb: "record", reason: mask(`its recording cannot be replayed: ${inFull(found)}`) }),
    what: mask(caller?.worker ?? request.model),
    place: placeOfNearest(state, nearest),
    details: [
      `  call: ${caller?.callId ?? "unknown"}, request ${key}`,
      ...(caller?.place ? [`  its worker: ${formatPlace(caller.place)}`] : []),
      ...(nearest ? [`  nearest recording: ${nearest.entry.slice.key}, ${callOf(nearest)}`] : []),
      ...details,
    ].map(mask),
    tries:
      options.checking === undefined
        ? [...triesFirst, rerecord, ...triesLast]
        : checkTries(found.volatile, state),
  });
}

/** What differs each time is named, be it of a known kind. */
function inFull({ reason, summary }: Findings): string {
  return summary === undefined ? reason : `${reason} (${summary})`;
}

function findingsOf(state: SessionState, { request, key, caller }: Miss): Findings {
  const nearest = state.file && nearestRecording(state, state.file, request, caller);
  if (!nearest) return { reason: "the cassette holds no exchange", cause: "not-recorded" };
  if (state.tape.count(key) > 0) {
    return { reason: askedTooOften(state, key), cause: "asked-again", nearest };
  }
  if (caller && isOfAnother(state, caller)) return ofAnother(state, caller);
  return { ...explainChange(nearest.request, request, state.scanner), nearest };
}

function askedTooOften({ tape }: SessionState, key: string): string {
  const recorded = tape.entries.filter(({ slice, sample }) => slice.key === key && sample === 1);
  return `it was recorded ${times(recorded.length)} and is asked once more`;
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
    cause: "not-recorded",
    details: [`  recorded calls: ${shown}`],
  };
}

function placeOfNearest(
  { file, options }: SessionState,
  nearest: NearestRecording | undefined,
): Place {
  if (!file || !nearest) return { file: options.path };
  return { file: file.path, line: file.line(nearest.entry.slice) };
}

function callOf({ entry }: NearestRecording): string {
  return entry.call === "" ? "of no call" : `call ${entry.call}`;
}
