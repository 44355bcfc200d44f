import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Json } from "../../../model/json.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { type Difference, differencesBetween } from "../../agree/differences.ts";
import type { DistinctInput } from "../../recordings/distinct-inputs.ts";
import type { CallOrigin } from "../../recordings/recorded-call.ts";
import type { Outcome } from "../trial/outcome.ts";
import { MOST_TIMEOUTS, type Trial, type Trials } from "../trial/trial.ts";

/** A distinct input with the answer of the prompt that candidates are compared with. */
export interface RecordedInput extends DistinctInput {
  /** Where it stands in the ledger's list, from 0. */
  readonly position: number;
  /** Why its first call is on record. */
  readonly origin: CallOrigin;
  readonly reference: Json;
}

/** One distinct input with what the prompt and the candidate made of it. */
export interface ComparedInput extends RecordedInput, Trial {
  /** Where the candidate's answer is not the prompt's; empty where it agrees or gave none. */
  readonly differences: readonly Difference[];
  /** Undefined where the candidate fell back. */
  readonly agrees: boolean | undefined;
}

/** What a candidate's outcome on an input says, by the prompt's reference answer to it. */
export function comparedInput(
  input: RecordedInput,
  trial: Trial,
  comparator: Comparator,
): ComparedInput {
  const { outcome } = trial;
  if (outcome.kind === "fell-back")
    return { ...input, ...trial, differences: [], agrees: undefined };
  if (outcome.kind === "fault") return { ...input, ...trial, differences: [], agrees: false };
  const differences = differencesBetween(input.reference, outcome.value, comparator);
  return { ...input, ...trial, differences, agrees: differences.length === 0 };
}

/** Whether an answer of the prompt and what the candidate made of its input agree. */
export function agreesWith(
  output: Json,
  { outcome }: Pick<Trial, "outcome">,
  comparator: Comparator,
): boolean {
  if (outcome.kind !== "answered") return false;
  return differencesBetween(output, outcome.value, comparator).length === 0;
}

interface Tried {
  /** As errors call it. */
  readonly tool: string;
  readonly comparator: Comparator;
}

/**
 * Runs a tool over recorded inputs.
 *
 * @throws LlmDoError `call` when too many inputs take too long; `usage` when the tool takes none of the
 * inputs, or none of its outputs can be compared
 */
export async function tryRecordings(
  inputs: readonly RecordedInput[],
  trials: Trials,
  { tool, comparator }: Tried,
): Promise<readonly ComparedInput[]> {
  const compared: ComparedInput[] = [];
  for (const input of inputs) {
    compared.push(comparedInput(input, await trials.run(input.input), comparator));
    if (trials.timeouts >= MOST_TIMEOUTS) throw tooSlow(tool, compared.length, inputs.length);
  }
  checkComparable(tool, compared);
  return compared;
}

function tooSlow(tool: string, tried: number, all: number): LlmDoError {
  return new LlmDoError({
    code: "call",
    verb: "compare",
    what: tool,
    reason: `${MOST_TIMEOUTS} of the first ${tried} of ${all} inputs took too long, so the rest was not tried`,
    tries: ["correct the tool, or give each input more time: --timeout 10000"],
  });
}

/** Figures of a tool that nothing can be said of would only look like figures. */
function checkComparable(tool: string, compared: readonly ComparedInput[]): void {
  const outcomes = compared.map(({ outcome }) => outcome);
  const refused = everyOne(
    outcomes,
    (each) => each.kind === "fell-back" && each.by === "input-schema",
  );
  if (refused?.kind === "fell-back") {
    throw incomparable(tool, `it takes none of the recorded inputs: ${refused.reason}`, [
      "give the tool the worker's input schema",
    ]);
  }
  const unfit = everyOne(outcomes, (each) => each.kind === "fault" && each.fault === "bad-output");
  if (unfit?.kind === "fault") {
    throw incomparable(tool, `none of its outputs can be compared: ${unfit.message}`, [
      "make the tool answer with what the worker's callers get, or say it in the worker's output_schema",
    ]);
  }
}

/** The first outcome where all are of a kind. */
function everyOne(
  outcomes: readonly Outcome[],
  isOfKind: (outcome: Outcome) => boolean,
): Outcome | undefined {
  return outcomes.every(isOfKind) ? outcomes[0] : undefined;
}

function incomparable(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "compare", what, reason, tries });
}
