import { isLlmDoError, type LlmDoError } from "../errors/llm-do-error.ts";
import type { ModelRequest } from "../model/request.ts";
import { addAnswer, type Bill, NO_BILL } from "./bill.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { decodeAnswer } from "./decode-entry.ts";
import type { RecordedAnswer } from "./entry.ts";
import { reconstructRequests } from "./reconstruct.ts";
import type { RecordingPlace } from "./recording-place.ts";
import type { Rewrite } from "./rules.ts";
import { Tape, type TapeEntry } from "./tape.ts";

/** One exchange of a cassette, whole, or why it cannot be read. */
export type ReadExchange =
  | {
      readonly kind: "read";
      readonly entry: TapeEntry;
      readonly request: ModelRequest;
      /** As it stands in the file. */
      readonly answer: RecordedAnswer;
      /** How many messages of the request are new in it. */
      readonly newMessages: number;
    }
  | { readonly kind: "damaged"; readonly entry: TapeEntry; readonly error: LlmDoError };

/**
 * The exchanges of a cassette in recorded order, further samples among them.
 *
 * @param rewrite what the project's rules do to a request; needed where keys are to be found
 */
export function readExchanges(file: CassetteFile, rewrite?: Rewrite): readonly ReadExchange[] {
  const { entries } = new Tape(file);
  const bySlice = new Map(entries.map((entry) => [entry.slice, entry]));
  return reconstructRequests(file, rewrite).flatMap((found): ReadExchange[] => {
    const entry = bySlice.get(found.slice);
    if (!entry) return [];
    if (found.kind === "damaged") return [{ kind: "damaged", entry, error: found.error }];
    try {
      const fields = file.fields(found.slice);
      const source = entry.source === "script" ? "script" : "live";
      const answer = file.decode(found.slice, (read) => decodeAnswer(fields, source, read));
      const isFirst = fields["after"] === undefined;
      const said = Array.isArray(fields["messages"]) ? fields["messages"].length : 0;
      const { request } = found;
      const newMessages = isFirst ? request.messages.length : said;
      return [{ kind: "read", entry, request, answer, newMessages }];
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      return [{ kind: "damaged", entry, error }];
    }
  });
}

/** What the answers of some recordings took, further samples with them unless they are drawn from. */
export function billOf(
  file: CassetteFile,
  places: readonly RecordingPlace[],
  draws: boolean,
): Bill {
  const keys = new Set(places.map(({ key }) => key));
  const starts = new Set(places.map(({ index }) => file.slices[index]?.start));
  return billOfExchanges(
    readExchanges(file).filter(({ entry: { slice } }) =>
      draws ? starts.has(slice.start) : keys.has(slice.key),
    ),
  );
}

/** What all answers of a cassette took, further samples among them. */
export function wholeBillOf(file: CassetteFile): Bill {
  return billOfExchanges(readExchanges(file));
}

function billOfExchanges(exchanges: readonly ReadExchange[]): Bill {
  return exchanges.reduce((bill, read) => {
    if (read.kind === "damaged") return bill;
    return addAnswer(bill, read.request.model, read.answer);
  }, NO_BILL);
}
