import { copiedEntry } from "../file/entry-writer.ts";
import type { EntryFields } from "../file/format.ts";
import { type AskedDecision, decisionKey, decodeDecision } from "../file/gate-entries.ts";
import type { AllowedForRun, DecisionGate, DecisionQuestion, RecordedDecision } from "../gates.ts";
import type { TapeEntry } from "../read/tape.ts";
import { rewriteJson } from "../rules/rewrite-request.ts";
import type { SessionState } from "../state/session-state.ts";

/** The decisions of one session. */
export class CassetteDecisions implements DecisionGate {
  readonly #state: SessionState;
  #isClosed = false;

  constructor(state: SessionState) {
    this.#state = state;
  }

  find(question: DecisionQuestion, allowed: AllowedForRun = new Map()) {
    const { options, book, file } = this.#state;
    const runsForReal = options.mode !== "replay" || options.tools === "live";
    if (runsForReal || !file) return undefined;
    const keys = keysOf(this.#asked(question));
    const own = this.#takeOwn(keys, question.callId);
    const always = own ? undefined : first(keys, (key) => allowed.get(key));
    if (always) return always;
    const recorded = own ?? this.#take(keys, question.callId);
    if (!recorded) return undefined;
    const fields = file.fields(recorded.slice);
    const decision = file.decode(recorded.slice, () => decodeDecision(fields));
    book.decisions.served++;
    const key = fields["worker"] === undefined ? keys[1] : keys[0];
    if (decision.allowed && decision.forSession) allowed.set(key, decision);
    return decision;
  }

  record(question: DecisionQuestion, decision: RecordedDecision, totalMs: number): void {
    if (this.#isClosed) return;
    const { book, writer, rewrites, replaces } = this.#state;
    const asked = this.#asked(question);
    const keys = keysOf(asked);
    book.decisions.live++;
    const recorded = this.#takeOwn(keys, question.callId) ?? this.#take(keys, question.callId);
    if (!writer || (recorded && !replaces)) return;
    const { allowed, reason, forSession, by } = decision;
    const { redact } = rewrites;
    const { runNumber, calls } = this.#state;
    this.#write(recorded, {
      decision: keys[0],
      ...(runNumber > 1 ? { sample: runNumber } : {}),
      call: calls.written(question.callId),
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
  #asked({ tool, input, worker }: DecisionQuestion): AskedDecision {
    const { request = (text: string) => text } = this.#state.rewrites;
    return {
      tool: request(tool),
      ...(worker === undefined ? {} : { worker: request(worker) }),
      input: rewriteJson(input, request),
    };
  }

  #takeOwn(keys: Keys, call: string): TapeEntry | undefined {
    const { tape, calls } = this.#state;
    const own = calls.own(call);
    return (
      first(keys, (key) => tape.takeOwn(key, own)) ??
      (own === call ? undefined : first(keys, (key) => tape.takeOwn(key, call)))
    );
  }

  #take(keys: Keys, call: string): TapeEntry | undefined {
    const { tape, later } = this.#state;
    return (
      first(keys, (key) => tape.take(key, call)) ?? first(keys, (key) => later.take(key, call))
    );
  }
}

type Keys = readonly [key: string, olderKey: string];

/** The key of a decision, and the one that it had before workers were written down. */
function keysOf({ tool, input, worker }: AskedDecision): Keys {
  const older = decisionKey({ tool, input });
  return worker === undefined ? [older, older] : [decisionKey({ tool, input, worker }), older];
}

function first<Found>(keys: Keys, find: (key: string) => Found | undefined): Found | undefined {
  return find(keys[0]) ?? find(keys[1]);
}
