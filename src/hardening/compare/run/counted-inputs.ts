import type { Tally } from "../../../statistics/clopper-pearson.ts";
import type { ComparedInput } from "./compared-inputs.ts";
import type { EvidenceList } from "./evidence-list.ts";
import { tallyOf } from "./figures.ts";

/** An input that a look counts. */
export interface CountedInput {
  readonly position: number;
  /** Undefined where its recording has gone, which counts as a disagreement. */
  readonly compared: ComparedInput | undefined;
}

/** What a look counts, in the order of the list. Inputs to which another worker has no answer are not in it. */
export function countedOf(
  positions: readonly number[],
  { recorded }: EvidenceList,
  compared: ReadonlyMap<number, ComparedInput>,
): readonly CountedInput[] {
  return positions.flatMap((position): readonly CountedInput[] => {
    const found = compared.get(position);
    return found || !recorded.has(position) ? [{ position, compared: found }] : [];
  });
}

/** Agreement by distinct inputs. */
export function agreementOf(counted: readonly CountedInput[]): Tally {
  return tallyOf(counted.map(agreed));
}

function agreed({ compared }: CountedInput): Pick<ComparedInput, "agrees"> {
  return compared ?? { agrees: false };
}

/** Inputs that are left to the prompt, as `agreed` of all that were counted. */
export function fallbackOf(counted: readonly CountedInput[]): Tally {
  const fell = counted.filter(({ compared }) => compared && compared.agrees === undefined);
  return { n: counted.length, agreed: fell.length };
}

/** The agreement of the last of the inputs that have one. */
export function lastOf(counted: readonly CountedInput[], most: number): Tally {
  const answered = counted.filter((each) => agreed(each).agrees !== undefined);
  return agreementOf(answered.slice(-most));
}

/** What templates say of agreement: each counts once, and agrees if all its inputs do. */
export interface TemplateFigures extends Tally {
  /** So many templates of equal size would weigh the same: n² / Σ c². */
  readonly effective: number;
  /** The one that agrees least, among those with enough inputs. */
  readonly worst?: Tally & { readonly template: string };
}

/** A template with fewer inputs is not called the worst. */
const ENOUGH = 10;

/** @param effectiveNumber of the inputs that the templates have */
export function templateFigures(
  counted: readonly CountedInput[],
  effectiveNumber: (counts: readonly number[]) => number,
): TemplateFigures {
  const byTemplate = new Map<string, { n: number; agreed: number }>();
  for (const { compared } of counted) {
    // Nobody knows the template of an input that has gone: it is one of its own.
    const template = compared?.template ?? "";
    if (compared && compared.agrees === undefined) continue;
    const tally = byTemplate.get(template) ?? { n: 0, agreed: 0 };
    tally.n++;
    if (compared?.agrees) tally.agreed++;
    byTemplate.set(template, tally);
  }
  const tallies = [...byTemplate.values()];
  const worst = [...byTemplate]
    .filter(([template, { n }]) => n >= ENOUGH && template !== "")
    .sort(([, one], [, other]) => one.agreed / one.n - other.agreed / other.n)[0];
  return {
    n: tallies.length,
    agreed: tallies.filter(({ n, agreed }) => agreed === n).length,
    effective: effectiveNumber(tallies.map(({ n }) => n)),
    ...(worst ? { worst: { template: worst[0], ...worst[1] } } : {}),
  };
}
