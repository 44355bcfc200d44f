import type { LedgerInput, ListPart, Origin } from "../../../certificate/ledger-events.ts";
import { LedgerView, type ListedInput } from "../../../certificate/ledger-view.ts";
import type { SplitLedger } from "../../../certificate/split-ledger.ts";
import { type DistinctInput, sideOf } from "../../recordings/distinct-inputs.ts";
import type { RecordedInput } from "./compared-inputs.ts";
import { listedAnswer, referenceAnswer } from "./reference-answer.ts";

/** The ledger's list of one prompt and model, with what is on record of it. */
export interface EvidenceList {
  /** In the order of the list. */
  readonly listed: readonly ListedInput[];
  /** By position; those whose recording, or whose reference answer, has gone are not in it. */
  readonly recorded: ReadonlyMap<number, RecordedInput>;
}

/** Recorded inputs that may be evidence. */
interface Evidence {
  readonly inputs: readonly DistinctInput[];
  /** Calls that code left to the prompt: a selection of the hard inputs. */
  readonly fallbacks: number;
}

/** What is on record without the calls that code left to the prompt. */
export function withoutFallbacks(inputs: readonly DistinctInput[]): Evidence {
  let fallbacks = 0;
  const kept = inputs.flatMap((input): readonly DistinctInput[] => {
    const calls = input.calls.filter(({ origin }) => origin !== "fallback");
    fallbacks += input.calls.length - calls.length;
    const [first, ...others] = calls;
    return first ? [{ ...input, calls: [first, ...others] }] : [];
  });
  return { inputs: kept, fallbacks };
}

/** What has been recorded since the list was last written, in recorded order. */
export function newInputs(
  inputs: readonly DistinctInput[],
  ledger: SplitLedger,
  part: ListPart,
): readonly LedgerInput[] {
  const known = new Set(new LedgerView(ledger).listed(part).map(({ key }) => key));
  return inputs.flatMap(({ key, calls }) => {
    if (known.has(key)) return [];
    const reference = referenceAnswer(calls, ledger.reference);
    if (!reference) return [];
    const { origin } = calls[0];
    if (origin === "fallback") return [];
    const side = origin === "imported" ? "train" : sideOf(key, ledger.holdout);
    return [{ key, side, origin, answer: reference.hash }];
  });
}

/** The list with its recordings. */
export function evidenceList(
  inputs: readonly DistinctInput[],
  ledger: SplitLedger,
  part: ListPart,
): EvidenceList {
  const byKey = new Map(inputs.map((input) => [input.key, input]));
  const listed = new LedgerView(ledger).listed(part);
  const recorded = new Map<number, RecordedInput>();
  for (const { key, side, origin, answer, position } of listed) {
    const input = byKey.get(key);
    const reference = input && listedAnswer(input.calls, answer);
    if (input && reference !== undefined)
      recorded.set(position, { ...input, side, origin, position, reference });
  }
  return { listed, recorded };
}

/** How many inputs there are of each origin. */
export function originCounts(origins: Iterable<Origin>): Readonly<Record<Origin, number>> {
  const counts = { traffic: 0, shadow: 0, check: 0, imported: 0 };
  for (const origin of origins) counts[origin]++;
  return counts;
}
