import { hash } from "node:crypto";
import { withCut, withInputs } from "../../../certificate/ledger-changes.ts";
import type { LedgerInput, ListPart, Origin } from "../../../certificate/ledger-events.ts";
import { LedgerView, type ListedInput } from "../../../certificate/ledger-view.ts";
import type { SplitLedger } from "../../../certificate/split-ledger.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";
import { type DistinctInput, isImported, sideOf } from "../../recordings/distinct-inputs.ts";
import type { RecordedCall } from "../../recordings/recorded-call.ts";
import type { RecordedInput } from "./compared-inputs.ts";

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
    if (reference === undefined) return [];
    const answer = answerHash(reference);
    if (isImported({ calls })) return [{ key, side: "train", origin: "imported", answer }];
    const { origin } = calls[0];
    if (origin === "fallback") return [];
    return [{ key, side: sideOf(key, ledger.holdout), origin, answer }];
  });
}

/**
 * Lists what has been recorded since. Where another model answers behind the same name, as when an alias
 * moves on, what was listed before is evidence no more: answers of two models are not added up.
 */
export function withNewInputs(
  ledger: SplitLedger,
  of: ListPart & { readonly at: string },
  recorded: readonly DistinctInput[],
): SplitLedger {
  const answerers = new Map(recorded.map(({ key, calls }) => [key, calls[0].answeredBy]));
  let [grown, before] = [ledger, latestAnswerer(ledger, of)];
  for (const inputs of runsOf(newInputs(recorded, ledger, of), ({ key }) => answerers.get(key))) {
    const answeredBy = answerers.get(inputs[0].key);
    if (answeredBy !== undefined && before !== undefined && answeredBy !== before) {
      const detail = `${before} answered before, and ${answeredBy} does now`;
      grown = withCut(grown, { at: of.at, why: "model", detail });
    }
    before = answeredBy ?? before;
    grown = withInputs(grown, {
      ...of,
      ...(answeredBy === undefined ? {} : { answeredBy }),
      inputs,
    });
  }
  return grown;
}

/** Who answered the latest input of a part of the list of which that is known. */
function latestAnswerer({ events }: SplitLedger, { prompt, model }: ListPart): string | undefined {
  const last = events.findLast(
    (event) =>
      event.kind === "inputs" &&
      event.answeredBy !== undefined &&
      event.prompt === prompt &&
      event.model === model,
  );
  return last?.kind === "inputs" ? last.answeredBy : undefined;
}

/** What follows one another with the same key. */
function runsOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => unknown,
): readonly (readonly [Item, ...Item[]])[] {
  const runs: [Item, ...Item[]][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && keyOf(run[0]) === keyOf(item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
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

type Answers = readonly Pick<RecordedCall, "output">[];

/** SHA-256 over the canonical output, in hexadecimal. */
export function answerHash(output: Json): string {
  return hash("sha256", canonicalJson(output));
}

/**
 * The answer that a candidate is compared with: the most frequent of a prompt's first answers, of equally
 * frequent ones the first. Answers are equal as values, whatever the comparator, which is chosen later.
 * Later answers change nothing: who asks again where the tool disagreed would move the reference towards
 * the tool.
 *
 * @param samples how many answers count
 * @returns undefined where there are fewer answers than that
 *
 * @example
 * referenceAnswer([{ output: "a" }, { output: "b" }, { output: "b" }], 3); // "b"
 */
export function referenceAnswer(calls: Answers, samples: number): Json | undefined {
  if (calls.length < samples) return undefined;
  const counts = new Map<string, number>();
  const first = calls
    .slice(0, samples)
    .map(({ output }) => ({ output, key: canonicalJson(output) }));
  for (const { key } of first) counts.set(key, (counts.get(key) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return first.find(({ key }) => counts.get(key) === most)?.output;
}

/** The recorded answer that was the reference when its input was listed; undefined where it has gone. */
function listedAnswer(calls: Answers, listed: string): Json | undefined {
  return calls.find(({ output }) => answerHash(output) === listed)?.output;
}

/** How many inputs there are of each origin. */
export function originCounts(origins: Iterable<Origin>): Readonly<Record<Origin, number>> {
  const counts = { traffic: 0, shadow: 0, check: 0, imported: 0 };
  for (const origin of origins) counts[origin]++;
  return counts;
}
