import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import { answerSource } from "../../model/event.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { decodeAnswer } from "../file/decode-entry.ts";
import type { RecordedAnswer } from "../file/format.ts";
import type { EntrySlice } from "../file/scan.ts";
import type { Rewrite } from "../rules/rules.ts";
import { addAnswer, type Bill, NO_BILL } from "./bill.ts";
import { reconstructRequests } from "./reconstruct.ts";
import { type RecordingPlace, Tape, type TapeEntry } from "./tape.ts";

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
      const source = answerSource(entry.source);
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

/**
 * What the answers of some recordings took, further samples with them unless they are drawn from, at
 * the price of the model that is asked in their place, where one is named. Those that cannot be read
 * took nothing.
 */
export function billOf(
  file: CassetteFile,
  places: readonly (RecordingPlace & { readonly model?: string })[],
  draws: boolean,
): Bill {
  if (places.length === 0) return NO_BILL;
  const byKey = new Map(places.map((place) => [place.key, place]));
  const byStart = new Map(places.map((place) => [file.slices[place.index]?.start, place]));
  const meant = ({ slice }: TapeEntry) => (draws ? byStart.get(slice.start) : byKey.get(slice.key));
  return billWhere(
    file,
    (entry) => meant(entry) !== undefined,
    (entry) => meant(entry)?.model,
  );
}

/** What all answers of a cassette took, further samples among them. */
export function wholeBillOf(file: CassetteFile): Bill {
  return billWhere(file, () => true);
}

function billWhere(
  file: CassetteFile,
  isMeant: (entry: TapeEntry) => boolean,
  modelInstead: (entry: TapeEntry) => string | undefined = () => undefined,
): Bill {
  const models = new Models(file);
  let bill = NO_BILL;
  for (const entry of new Tape(file).entries) {
    const { slice, source } = entry;
    if (slice.kind !== "exchange") continue;
    const recorded = models.of(slice); // of each: later ones inherit it
    const model = modelInstead(entry) ?? recorded;
    const answer = isMeant(entry) ? readAnswer(file, slice, source) : undefined;
    if (answer && model !== undefined) bill = addAnswer(bill, model, answer);
  }
  return bill;
}

/** The answer of an exchange; undefined when it is damaged. */
function readAnswer(
  file: CassetteFile,
  slice: EntrySlice,
  source: string,
): RecordedAnswer | undefined {
  return unlessDamaged(() => {
    const fields = file.responseFields(slice);
    const from = answerSource(source);
    return file.decode(slice, (read) => decodeAnswer(fields, from, read));
  });
}

/** Knows which model each exchange asked: the one of the first exchange of its conversation. */
class Models {
  readonly #file: CassetteFile;
  readonly #byKey = new Map<string, string | undefined>();

  constructor(file: CassetteFile) {
    this.#file = file;
  }

  /** @param slice asked for in the order of the file */
  of(slice: EntrySlice): string | undefined {
    const after = this.#file.peek(slice, "after");
    const model = after === undefined ? this.#own(slice) : this.#byKey.get(after);
    this.#byKey.set(slice.key, model);
    return model;
  }

  #own(slice: EntrySlice): string | undefined {
    const model = unlessDamaged(() => this.#file.fields(slice)["model"]);
    return typeof model === "string" ? model : undefined;
  }
}

function unlessDamaged<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}
