import type { Json, JsonObject } from "../model/json.ts";
import { copiedEntry } from "./copied-entry.ts";
import type { DecisionGate, DecisionQuestion, RecordedDecision } from "./decision-gate.ts";
import { decisionKey } from "./decision-key.ts";
import type { EntryFields } from "./entry.ts";
import { MalformedEntry } from "./malformed-entry.ts";
import { rewriteJson } from "./rewrite-request.ts";
import type { SessionState } from "./session-state.ts";
import type { TapeEntry } from "./tape.ts";

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
    const { tape, later, book, writer, rewrites, replaces } = this.#state;
    const asked = this.#asked(question);
    const key = decisionKey(asked);
    book.decisions.live++;
    const recorded = tape.take(key, question.callId) ?? later.take(key, question.callId);
    if (!writer || (recorded && !replaces)) return;
    const { allowed, reason, forSession, by } = decision;
    const { redact } = rewrites;
    const { runNumber } = this.#state;
    this.#write(recorded, {
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

  /** Writes a decision down; one that says what the old recording says stays as it stands there. */
  #write(recorded: TapeEntry | undefined, fields: EntryFields): void {
    const { writer, file, unfinishedFrom } = this.#state;
    if (!recorded || !file) {
      writer?.append(fields);
      return;
    }
    const before = file.fields(recorded.slice);
    const said = ["allowed", "reason", "forSession", "by"].every(
      (field) => before[field] === fields[field],
    );
    const { timing = null } = said ? before : fields;
    writer?.copy(copiedEntry({ file, unfinishedFrom }, recorded.slice, { ...fields, timing }));
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
