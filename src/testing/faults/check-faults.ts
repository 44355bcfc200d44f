import type * as FastCheck from "fast-check";
import { answerEvents } from "../../model/answer.ts";
import type { ObservedCase } from "../cases/run/observed-case.ts";
import type { CaseSettings } from "../cases/run/run-case.ts";
import type { LoggedExchange, Turn } from "../run/exchange-log.ts";
import type { AnswerFault, Fault } from "./fault.ts";
import { Trial } from "./trial.ts";

/** Which faults are tried. */
interface FaultChoice {
  /** All choices follow from it. */
  readonly seed: number;
  /** How many runs. */
  readonly runs: number;
  /** The one run that is to be repeated, as {@link FaultsFound} names it; undefined for all. */
  readonly path: string | undefined;
}

/** A run that did not hold up. */
export interface FaultsFound {
  /** Empty when it needs none to be wrong. */
  readonly faults: readonly Fault[];
  readonly problem: string;
  /** Leads to the same run with the same seed; undefined where every run is wrong. */
  readonly path: string | undefined;
}

/**
 * Runs a case again and again with faults in it. Each run must end in a documented way, in time, and
 * leave nothing behind; one whose faults are harmless must come to the same.
 *
 * @returns undefined when all did
 */
export async function checkFaults(
  observed: ObservedCase,
  settings: CaseSettings,
  { seed, runs, path }: FaultChoice,
): Promise<FaultsFound | undefined> {
  const fc = await import("fast-check"); // a library that runs without faults do not need
  const trial = await Trial.begin(observed, { ...settings, mode: "replay" });
  const { codeRuns, problem } = trial;
  if (problem !== undefined) return { faults: [], problem, path: undefined };
  const faults = chooseFaults(fc, { exchanges: observed.exchanges, codeRuns });
  if (!faults) return undefined;
  let last: Omit<FaultsFound, "path"> | undefined;
  const holdsUp = fc.asyncProperty(faults, async (chosen) => {
    const wrong = await trial.run(chosen);
    if (wrong !== undefined) last = { faults: chosen, problem: wrong };
    return wrong === undefined;
  });
  const once = path === undefined ? { numRuns: runs } : { numRuns: 1, path };
  // A run that hangs takes all its time: it is told as it was found, not made smaller first.
  const { failed, counterexamplePath } = await fc.check(holdsUp, {
    seed,
    endOnFailure: true,
    ...once,
  });
  return failed && last ? { ...last, path: counterexamplePath ?? undefined } : undefined;
}

/** What can go wrong in a run, by what it did. */
interface FaultPlaces {
  readonly exchanges: readonly LoggedExchange[];
  /** How often the code of tools ran. */
  readonly codeRuns: number;
}

/** More than a provider is asked again: the error stays. */
const MOST_TIMES = 4;

const MOST_CUTS = 5;

/** Faults of one run; undefined when nothing can go wrong: no model is asked and no tool runs. */
function chooseFaults(
  fc: typeof FastCheck,
  { exchanges, codeRuns }: FaultPlaces,
): FastCheck.Arbitrary<readonly Fault[]> | undefined {
  const kinds = [
    ...exchanges.map((exchange) => fc.oneof(...ofExchange(fc, exchange))),
    ...(codeRuns === 0 ? [] : [ofTools(fc, codeRuns)]),
  ];
  if (kinds.length === 0) return undefined;
  // Two faults of one place would hide each other.
  return fc.uniqueArray(fc.oneof(...kinds), { minLength: 1, maxLength: 2, selector: placeOf });
}

function placeOf(fault: Fault): string {
  return fault.kind === "interrupted-tool" ? "" : `${fault.at.callId} ${fault.at.number}`;
}

function ofTools(fc: typeof FastCheck, codeRuns: number): FastCheck.Arbitrary<Fault> {
  return fc.record({ kind: fc.constant("interrupted-tool"), run: fc.nat(codeRuns - 1) });
}

function ofExchange(
  fc: typeof FastCheck,
  { callId, number, answer }: LoggedExchange,
): FastCheck.Arbitrary<AnswerFault>[] {
  const turn: Turn = { callId, number };
  const at = fc.constant(turn);
  const events = fc.nat([...answerEvents(answer)].length - 1);
  const times = fc.integer({ min: 1, max: MOST_TIMES });
  return [
    fc.record({ kind: fc.constant("refused"), at, isMute: fc.boolean() }),
    fc.record({ kind: fc.constant("overloaded"), at, events, times }),
    fc.record({ kind: fc.constant("interrupted"), at, events }),
    ...ofParts(fc, turn, answer.parts),
  ];
}

function ofParts(
  fc: typeof FastCheck,
  turn: Turn,
  parts: LoggedExchange["answer"]["parts"],
): FastCheck.Arbitrary<AnswerFault>[] {
  const at = fc.constant(turn);
  const found: FastCheck.Arbitrary<AnswerFault>[] = [];
  const calls = parts.filter((part) => part.kind === "tool-call");
  for (const [index, part] of parts.entries()) {
    const place = { at, part: fc.constant(index) };
    const length = part.kind === "tool-call" ? JSON.stringify(part.input).length : textLength(part);
    const cut = fc.nat(Math.max(0, length - 1));
    found.push(fc.record({ kind: fc.constant("truncated"), ...place, cut }));
    if (part.kind === "tool-call") {
      found.push(fc.record({ kind: fc.constant("broken-json"), ...place, cut }));
    }
  }
  if (parts.some((part) => textLength(part) > 1)) {
    const longest = Math.max(...parts.map(textLength));
    const cuts = fc.array(fc.integer({ min: 1, max: longest - 1 }), {
      minLength: 1,
      maxLength: MOST_CUTS,
    });
    found.push(fc.record({ kind: fc.constant("split"), at, cuts: cuts.map(inOrder) }));
  }
  if (calls.length > 1) {
    const all = calls.map((_call, index) => index);
    const order = fc.shuffledSubarray(all, { minLength: all.length });
    found.push(fc.record({ kind: fc.constant("reordered"), at, order }));
  }
  return found;
}

function inOrder(cuts: readonly number[]): readonly number[] {
  return [...new Set(cuts)].sort((left, right) => left - right);
}

/** Characters of the text of a part. */
function textLength(part: LoggedExchange["answer"]["parts"][number]): number {
  return part.kind === "text" || part.kind === "thinking" ? part.text.length : 0;
}
