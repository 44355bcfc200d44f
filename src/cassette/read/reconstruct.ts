import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import { headState, keyOfState, nextState } from "../../model/key.ts";
import type { Message } from "../../model/message.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { decodeMessages, decodeParts, decodeRequest, type ReadBlob } from "../file/decode-entry.ts";
import { MalformedEntry } from "../file/format.ts";
import type { EntrySlice } from "../file/scan.ts";
import { rewriteParts } from "../rules/rewrite-request.ts";
import type { Rewrite } from "../rules/rules.ts";

/** One exchange of a cassette with its whole request, or why there is none. */
export type Reconstructed =
  /**
   * `older`: the key is that of the request under other rules than today's; `edited`: the key is not
   * that of the request.
   */
  | {
      readonly kind: "whole" | "older" | "edited";
      readonly slice: EntrySlice;
      readonly request: ModelRequest;
      /** The entry that it goes on from. */
      readonly parent: EntrySlice | undefined;
    }
  | { readonly kind: "damaged"; readonly slice: EntrySlice; readonly error: LlmDoError };

interface Known extends Candidate {
  readonly slice: EntrySlice;
  readonly answers: Answers;
}

/** An answer as a later request carries it. */
interface Answers {
  readonly today: Message;
  /** As rules of another day would leave it. */
  readonly older: () => readonly Message[];
}

/** What a request may have been. */
interface Candidate {
  readonly kind: "whole" | "older";
  readonly request: ModelRequest;
  /** The last state of its chain. */
  readonly state: string;
  /** The entry that it would go on from. */
  readonly parent: EntrySlice | undefined;
}

/**
 * The whole requests of a cassette's exchanges, in recorded order: `after` stands for an earlier
 * request with its answer. Where that key has several answers, the one that makes the entry's key
 * fit is the one that was meant.
 *
 * @param rewrite what the project's rules do to a request; the file holds answers unlike that, with
 * all that is volatile in them
 * @param older what the rules may have done when the cassette was recorded, where it was not that
 */
export function reconstructRequests(
  file: CassetteFile,
  rewrite: Rewrite | undefined,
  older: readonly (Rewrite | undefined)[] = [],
): readonly Reconstructed[] {
  const byKey = new Map<string, Known[]>();
  return file.slices
    .filter(({ kind }) => kind === "exchange")
    .map((slice) => {
      const entry = reconstruct(file, slice, { byKey, rewrite, older });
      if (entry.kind === "damaged") return entry;
      const { candidates, others, answers } = entry;
      const fits = ({ state }: Candidate) => keyOfState(state) === slice.key;
      const fitting = candidates.find(fits) ?? others().find(fits);
      const candidate = fitting ?? candidates[0];
      const known = byKey.get(slice.key);
      if (known) known.push({ ...candidate, slice, answers });
      else byKey.set(slice.key, [{ ...candidate, slice, answers }]);
      const { request, parent } = candidate;
      return { kind: fitting?.kind ?? "edited", slice, request, parent };
    });
}

interface Found {
  readonly kind: "found";
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** What it may have been by other rules. */
  readonly others: () => readonly Candidate[];
  readonly answers: Answers;
}

interface Context {
  readonly byKey: ReadonlyMap<string, readonly Known[]>;
  readonly rewrite: Rewrite | undefined;
  readonly older: readonly (Rewrite | undefined)[];
}

function reconstruct(
  file: CassetteFile,
  slice: EntrySlice,
  context: Context,
): Found | Extract<Reconstructed, { kind: "damaged" }> {
  try {
    return file.decode(slice, (read) => decodeWhole(file, slice, read, context));
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { kind: "damaged", slice, error };
  }
}

function decodeWhole(
  file: CassetteFile,
  slice: EntrySlice,
  read: ReadBlob,
  { byKey, rewrite, older }: Context,
): Found {
  const fields = file.fields(slice);
  const said = decodeParts(fields["response"], read);
  const answerBy = (by: Rewrite | undefined): Message => ({
    kind: "assistant",
    parts: rewriteParts(said, by),
  });
  const answers = { today: answerBy(rewrite), older: () => older.map(answerBy) };
  const after = fields["after"];
  if (after === undefined) {
    const request = decodeRequest(fields, read);
    const state = request.messages.reduce(nextState, headState(request));
    const whole: Candidate = { kind: "whole", request, state, parent: undefined };
    return { kind: "found", candidates: [whole], others: () => [], answers };
  }
  const messages = decodeMessages(fields["messages"], read);
  const [first, ...others] = byKey.get(String(after)) ?? [];
  if (!first) {
    throw new MalformedEntry(`"after" names ${String(after)}, which no sound entry before it has`);
  }
  return {
    kind: "found",
    candidates: [continued(first, messages), ...others.map((one) => continued(one, messages))],
    others: () =>
      [first, ...others].flatMap((one) =>
        one.answers.older().map((answer) => continued(one, messages, answer)),
      ),
    answers,
  };
}

/** @param older the answer by other rules, of which the key may be; the request has today's */
function continued(known: Known, messages: readonly Message[], older?: Message): Candidate {
  const { slice: parent, request, state, answers } = known;
  return {
    kind: older ? "older" : "whole",
    request: { ...request, messages: [...request.messages, answers.today, ...messages] },
    state: [older ?? answers.today, ...messages].reduce(nextState, state),
    parent,
  };
}
