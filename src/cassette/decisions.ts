import type { Json, JsonObject } from "../model/json.ts";
import type { DecisionGate, DecisionQuestion, RecordedDecision } from "./decision-gate.ts";
import { decisionKey } from "./decision-key.ts";
import { MalformedEntry } from "./malformed-entry.ts";
import { rewriteJson } from "./rewrite-request.ts";
import type { SessionState } from "./session-state.ts";

/** The decisions of one session. */
export class CassetteDecisions implements DecisionGate {
  readonly #state: SessionState;
  #isClosed = false;

  constructor(state: SessionState) {
    this.#state = state;
  }

  find(question: DecisionQuestion): RecordedDecision | undefined {
    const { options, tape, later, book, file } = this.#state;
    const runsForReal = options.mode !== "replay" || options.tools === "live";
    if (runsForReal || !file) return undefined;
    const key = decisionKey(this.#asked(question));
    const recorded = tape.take(key, question.callId) ?? later.take(key, question.callId);
    if (!recorded) return undefined;
    const fields = file.fields(recorded.slice);
    const decision = file.decode(recorded.slice, () => decodeDecision(fields));
    book.decisions.served++;
    return decision;
  }

  record(question: DecisionQuestion, decision: RecordedDecision, totalMs: number): void {
    if (this.#isClosed) return;
    const { tape, later, book, writer, rewrites } = this.#state;
    const asked = this.#asked(question);
    const key = decisionKey(asked);
    book.decisions.live++;
    if (tape.take(key, question.callId) ?? later.take(key, question.callId)) return;
    if (!writer) return;
    const { allowed, reason, forSession, by } = decision;
    const { redact } = rewrites;
    const { runNumber } = this.#state;
    writer.append({
      decision: key,
      ...(runNumber > 1 ? { sample: runNumber } : {}),
      call: question.callId,
      ...asked,
      allowed,
      ...(reason === undefined ? {} : { reason: redact ? redact(reason) : reason }),
      ...(forSession ? { forSession } : {}),
      by,
      timing: { totalMs: Math.round(totalMs) },
    });
  }

  miss(): void {
    this.#state.book.decisions.missed++;
  }

  /** After this nothing is written: a person may answer when the run has ended without them. */
  close(): void {
    this.#isClosed = true;
  }

  /** What is asked, as the project's rules leave it: what the key is of. */
  #asked({ tool, input }: DecisionQuestion): { readonly tool: string; readonly input: Json } {
    const { request } = this.#state.rewrites;
    return request ? { tool: request(tool), input: rewriteJson(input, request) } : { tool, input };
  }
}

/** @throws MalformedEntry for a field that is not what the format says */
export function decodeDecision(fields: JsonObject): RecordedDecision {
  const { allowed, reason, forSession = false, by } = fields;
  if (typeof allowed !== "boolean") throw new MalformedEntry('"allowed" is not true or false');
  if (typeof by !== "string") throw new MalformedEntry('"by" is missing or not text');
  if (reason !== undefined && typeof reason !== "string") {
    throw new MalformedEntry('"reason" is not text');
  }
  if (typeof forSession !== "boolean")
    throw new MalformedEntry('"forSession" is not true or false');
  return { allowed, by, forSession, ...(reason === undefined ? {} : { reason }) };
}
