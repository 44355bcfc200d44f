import { hash } from "node:crypto";
import type { Side } from "../../certificate/ledger-events.ts";
import { DEFAULT_HOLDOUT } from "../../certificate/split-ledger.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { templatesOf } from "./templates/templates-of.ts";

/** Changed only together with the ledger's format: it moves inputs from side to side. */
const SPLIT_VERSION = "llm-do split 2";

/** Hexadecimal digits that decide the side: 32 bits, far finer than any number of recordings. */
const SIDE_DIGITS = 8;

/** A distinct input. */
export interface SplitInput {
  /** SHA-256 over the canonical input, in hexadecimal: equal for equal inputs, whatever their key order. */
  readonly key: string;
  readonly side: Side;
}

/**
 * The side of an input. It follows from the canonical input alone, so it is the same on every machine
 * and stays when recordings are added or taken away.
 *
 * @param holdout the share that is held out: the ledger's, so that it never changes for a worker
 */
export function splitInput(input: Json, holdout: number = DEFAULT_HOLDOUT): SplitInput {
  const key = hash("sha256", `${SPLIT_VERSION}\n${canonicalJson(input)}`);
  return { key, side: sideOf(key, holdout) };
}

/** The side that a key draws. */
export function sideOf(key: string, holdout: number = DEFAULT_HOLDOUT): Side {
  const fraction = Number.parseInt(key.slice(0, SIDE_DIGITS), 16) / 16 ** SIDE_DIGITS;
  return fraction < holdout ? "holdout" : "train";
}

/** One distinct input, with all calls that had it. */
export interface DistinctInput extends SplitInput {
  readonly input: Json;
  /** Its template among all recorded inputs, as one line of JSON. */
  readonly template: string;
  /** In recorded order; at least one. */
  readonly calls: readonly [RecordedCall, ...RecordedCall[]];
}

/**
 * Returns true if any call with the input is from somebody else's log. Such an input is there to learn from,
 * and never evidence: whoever chose what to import has chosen it.
 */
export function isImported({ calls }: { readonly calls: readonly RecordedCall[] }): boolean {
  return calls.some(({ origin }) => origin === "imported");
}

/**
 * The distinct inputs of calls, in the order in which they were first recorded.
 *
 * @param holdout as in {@link splitInput}
 */
export function distinctInputs(
  calls: readonly RecordedCall[],
  holdout: number = DEFAULT_HOLDOUT,
): readonly DistinctInput[] {
  const byKey = new Map<string, Omit<DistinctInput, "template"> & { calls: DistinctCalls }>();
  for (const call of calls) {
    const { key, side } = splitInput(call.input, holdout);
    const known = byKey.get(key);
    if (known) known.calls.push(call);
    else byKey.set(key, { key, side, input: call.input, calls: [call] });
  }
  const distinct = [...byKey.values()];
  const { templateOf } = templatesOf(distinct.map(({ input }) => input));
  return distinct.map((each) => ({ ...each, template: templateOf(each.input) ?? "" }));
}

type DistinctCalls = [RecordedCall, ...RecordedCall[]];
