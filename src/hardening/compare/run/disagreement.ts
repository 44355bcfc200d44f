import { hash } from "node:crypto";
import { shapeOfValue } from "../../../functions/templates/template.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";
import { shortened } from "../../../words/printable.ts";
import { formatPath } from "../../../yaml/path.ts";
import type { Difference } from "../../agree/differences.ts";
import type { SplitInput } from "../../recordings/distinct-inputs.ts";
import { FAULT_WORDS, type Fault } from "../trial/outcome.ts";
import type { ComparedInput } from "./compared-inputs.ts";

/** One distinct input on which the candidate does not agree with the prompt. */
export interface Disagreement extends SplitInput {
  /** Of the input and both answers, in hexadecimal: what a label is about. */
  readonly id: string;
  readonly input: Json;
  /** The prompt's reference answer. */
  readonly prompt: Json;
  /** The candidate's; absent where it gave none that could be compared. */
  readonly tool?: Json;
  readonly fault?: { readonly fault: Fault; readonly message: string };
  readonly differences: readonly Difference[];
  /** What it has in common with others, in a few words. */
  readonly group: string;
  /** Recorded calls that had this input. */
  readonly calls: number;
}

/** Which of two answers is right. */
export const RIGHTS = ["tool", "prompt", "both", "neither"] as const;

export type Right = (typeof RIGHTS)[number];

const ID_DIGITS = 16;

/** Characters of a shape or a value that a group is named by. */
const NAME_CHARS = 60;

/** Pairs of values that a group of one shape is still told apart by: answers are then labels. */
const MOST_PAIRS = 6;

export function disagreementsIn(inputs: readonly ComparedInput[]): readonly Disagreement[] {
  const different = inputs
    .filter(({ agrees }) => agrees === false)
    .map((compared) => ({ compared, ...groupsFor(compared) }));
  const pairs = new Map<string, Set<string>>();
  for (const { byShape, byValue } of different) {
    pairs.set(byShape, (pairs.get(byShape) ?? new Set()).add(byValue));
  }
  return different.map(({ compared, byShape, byValue }) => {
    const areLabels = (pairs.get(byShape)?.size ?? 0) <= MOST_PAIRS;
    return disagreementOf(compared, areLabels ? byValue : byShape);
  });
}

/** The two names that a group may have: that of a fault, or of what differs. */
function groupsFor({ outcome, differences }: ComparedInput) {
  if (outcome.kind === "fault") {
    const name = FAULT_WORDS[outcome.fault];
    return { byShape: name, byValue: name };
  }
  return {
    byShape: groupOf(differences, shapeOfValue),
    byValue: groupOf(differences, canonicalJson),
  };
}

function disagreementOf(compared: ComparedInput, group: string): Disagreement {
  const { key, side, input, calls, outcome, differences, reference: prompt } = compared;
  const tool = outcome.kind === "answered" ? outcome.value : undefined;
  const about = canonicalJson([key, prompt, tool ?? null]);
  return {
    id: hash("sha256", about).slice(0, ID_DIGITS),
    key,
    side,
    input,
    prompt,
    ...(tool === undefined ? {} : { tool }),
    ...(outcome.kind === "fault"
      ? { fault: { fault: outcome.fault, message: outcome.message } }
      : {}),
    differences,
    group,
    calls: calls.length,
  };
}

/** By the first difference: where it is, and what stands there, in the words of `name`. */
function groupOf([first]: readonly Difference[], name: (value: Json) => string): string {
  if (!first) return "";
  const path = first.path.map((step) => (typeof step === "number" ? "*" : step));
  const where = path.length === 0 ? "the whole answer" : formatPath(path);
  const named = (value: Json | undefined) =>
    value === undefined ? "nothing" : shortened(name(value), NAME_CHARS);
  return `${where}: ${named(first.left)} against ${named(first.right)}`;
}

/** Disagreements that have something in common. */
interface DisagreementGroup {
  readonly name: string;
  readonly disagreements: readonly Disagreement[];
}

/** Largest first. */
export function groupsOf(disagreements: readonly Disagreement[]): readonly DisagreementGroup[] {
  const groups = new Map<string, Disagreement[]>();
  for (const each of disagreements) {
    const group = groups.get(each.group);
    if (group) group.push(each);
    else groups.set(each.group, [each]);
  }
  return [...groups]
    .map(([name, members]) => ({ name, disagreements: members }))
    .sort((left, right) => right.disagreements.length - left.disagreements.length);
}
