import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import type { JsonObject } from "../../model/json.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { type ReadExchange, readExchanges } from "./read-exchanges.ts";
import { Tape, type TapeEntry } from "./tape.ts";

/** One call of a recorded run, with what it asked and the calls that it made. */
export interface RecordedCall {
  /** Path of functions from the entry; empty for what no call is known of. */
  readonly id: string;
  readonly steps: readonly RecordedStep[];
}

/** Something in a call, in the order in which the cassette has it. */
export type RecordedStep =
  | { readonly kind: "exchange"; readonly exchange: Extract<ReadExchange, { kind: "read" }> }
  /** An effect or a decision, by its fields in the file. */
  | { readonly kind: "effect" | "decision"; readonly fields: JsonObject }
  | { readonly kind: "call"; readonly call: RecordedCall }
  | { readonly kind: "damaged"; readonly entry: TapeEntry; readonly error: LlmDoError };

/** The calls that a cassette tells of, those at the top first. A call that it only implies is there. */
export function recordedCalls(file: CassetteFile): readonly RecordedCall[] {
  const exchanges = new Map(readExchanges(file).map((read) => [read.entry.slice, read]));
  const tree = new CallTree();
  for (const entry of new Tape(file).entries) {
    const { slice, call } = entry;
    const exchange = exchanges.get(slice);
    if (exchange?.kind === "read") tree.add(call, { kind: "exchange", exchange });
    else if (exchange) tree.add(call, { ...exchange, entry });
    else if (slice.kind !== "exchange") tree.add(call, fieldsStep(file, entry, slice.kind));
  }
  return tree.tops;
}

function fieldsStep(
  file: CassetteFile,
  entry: TapeEntry,
  kind: "effect" | "decision",
): RecordedStep {
  try {
    return { kind, fields: file.fields(entry.slice) };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { kind: "damaged", entry, error };
  }
}

class CallTree {
  readonly tops: RecordedCall[] = [];
  readonly #steps = new Map<string, RecordedStep[]>();

  add(call: string, step: RecordedStep): void {
    this.#stepsOf(call).push(step);
  }

  /** A call stands in its caller's steps where it is first told of. */
  #stepsOf(id: string): RecordedStep[] {
    const known = this.#steps.get(id);
    if (known) return known;
    const steps: RecordedStep[] = [];
    this.#steps.set(id, steps);
    const call = { id, steps };
    const slash = id.lastIndexOf("/");
    if (slash < 0) this.tops.push(call);
    else this.#stepsOf(id.slice(0, slash)).push({ kind: "call", call });
    return steps;
  }
}
