import { canonicalJson } from "../../model/canonical.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { Caller } from "../../model/transport.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { encodeHead, encodeMessage } from "../file/encode-entry.ts";
import { reconstructRequests } from "../read/reconstruct.ts";
import type { TapeEntry } from "../read/tape.ts";
import type { SessionState } from "../state/session-state.ts";

export interface NearestRecording {
  readonly entry: TapeEntry;
  readonly request: ModelRequest;
}

/** The recording that is most like a request that no recording answers; undefined when none is. */
export function nearestRecording(
  state: SessionState,
  file: CassetteFile,
  asked: ModelRequest,
  caller: Caller | undefined,
): NearestRecording | undefined {
  return mostLike(recordedExchanges(state, file), asked, caller);
}

/** The exchanges of a cassette that may answer, with their whole requests. */
export function recordedExchanges(
  { tape, rewrites }: Pick<SessionState, "tape" | "rewrites">,
  file: CassetteFile,
): readonly NearestRecording[] {
  const bySlice = new Map(tape.entries.map((entry) => [entry.slice, entry]));
  return reconstructRequests(file, rewrites.request).flatMap((recorded) => {
    const entry = bySlice.get(recorded.slice);
    if (recorded.kind === "damaged" || !entry || !tape.answers(entry)) return [];
    return [{ entry, request: recorded.request }];
  });
}

/** The one of some recordings that is most like a request; the first of equals. */
export function mostLike(
  recorded: readonly NearestRecording[],
  asked: ModelRequest,
  caller: Caller | undefined,
): NearestRecording | undefined {
  const [first, second] = recorded;
  if (!second) return first;
  const likeness = new Likeness(asked, caller);
  let best: { score: number; nearest: NearestRecording } | undefined;
  for (const nearest of recorded) {
    const score = likeness.score(nearest.request, nearest.entry);
    if (!best || score > best.score) best = { score, nearest };
  }
  return best?.nearest;
}

/**
 * The recording that a request stands in the place of: of the same call, else of the same worker, and
 * the same turn where there is one; undefined when none is of that worker.
 */
export function counterpart(
  recorded: readonly NearestRecording[],
  asked: ModelRequest,
  caller: Caller | undefined,
): NearestRecording | undefined {
  const ofWorker = recorded.filter(({ entry }) => isOfCaller(entry, caller));
  const ofCall = ofWorker.filter(({ entry }) => entry.call === caller?.callId);
  const isSameTurn = ({ request }: NearestRecording) =>
    request.messages.length === asked.messages.length;
  const tiers = [ofCall.filter(isSameTurn), ofCall, ofWorker.filter(isSameTurn), ofWorker];
  return mostLike(tiers.find((tier) => tier.length > 0) ?? [], asked, caller);
}

/** Whether a recording is of the call that asks, or of another one of its worker. */
export function isOfCaller({ call }: TapeEntry, caller: Caller | undefined): boolean {
  return call === caller?.callId || isCallOf(call, caller?.worker ?? "");
}

/** Whether a call is one of this worker's: its own name is the last of its path. */
export function isCallOf(call: string, worker: string): boolean {
  return functionOf(call) === worker;
}

/** The name of the function that a call is of. */
export function functionOf(call: string): string {
  return (call.split("/").at(-1) ?? "").replace(/#\d+$/, "");
}

/** How like a request the recorded ones are. */
class Likeness {
  readonly #caller: Caller | undefined;
  readonly #head: JsonObject;
  readonly #messages: readonly string[];
  /** Texts of messages that several requests share, which are the same objects. */
  readonly #texts = new WeakMap<Message, string>();

  constructor(asked: ModelRequest, caller: Caller | undefined) {
    this.#caller = caller;
    this.#head = encodeHead(asked);
    this.#messages = asked.messages.map((message) => this.#textOf(message));
  }

  /** Larger is more like. The same call outweighs all; then equal fields, then equal messages. */
  score(recorded: ModelRequest, entry: TapeEntry): number {
    let score = 0;
    if (entry.call === this.#caller?.callId) score += 100;
    else if (isCallOf(entry.call, this.#caller?.worker ?? "")) score += 50;
    const head = encodeHead(recorded);
    for (const field of new Set([...Object.keys(head), ...Object.keys(this.#head)])) {
      if (isEqual(head[field], this.#head[field])) score += 10;
    }
    if (!entry.served) score += 5;
    const longest = Math.max(recorded.messages.length, this.#messages.length, 1);
    const lengthGap = Math.abs(recorded.messages.length - this.#messages.length);
    return (
      score + (9 * this.#equalBeginning(recorded.messages)) / longest - (4 * lengthGap) / longest
    );
  }

  #equalBeginning(messages: readonly Message[]): number {
    const shorter = Math.min(messages.length, this.#messages.length);
    let equal = 0;
    while (equal < shorter && this.#textOf(messages[equal]) === this.#messages[equal]) equal++;
    return equal;
  }

  #textOf(message: Message | undefined): string {
    if (!message) return "";
    const known = this.#texts.get(message);
    if (known !== undefined) return known;
    const text = canonicalJson(encodeMessage(message));
    this.#texts.set(message, text);
    return text;
  }
}

function isEqual(left: JsonObject[string] | undefined, right: JsonObject[string] | undefined) {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null);
}
