import { isBelowClaim, reachesClaim } from "../../src/statistics/time-uniform.ts";

interface Course {
  /** The chance that an input agrees. */
  readonly rate: number;
  readonly claim: number;
  readonly verdict: "supported" | "refuted";
  /** Inputs in all; after each of them somebody looks. */
  readonly inputs: number;
  readonly alpha: number;
}

/**
 * The chance that a claim was supported or refuted at the first look, by the second and so on. Summed
 * over all courses, not drawn: the counts of disagreements are a Markov chain.
 */
export function passedBy({ rate, claim, verdict, inputs, alpha }: Course): Float64Array {
  const passed = new Float64Array(inputs + 1);
  const edges = edgesOf({ claim, verdict, inputs, alpha });
  let calm = new Float64Array(inputs + 2);
  calm[0] = 1;
  for (let n = 1; n <= inputs; n++) {
    const next = new Float64Array(inputs + 2);
    const edge = edges[n] ?? Number.NaN;
    let now = 0;
    for (let disagreed = 0; disagreed <= n; disagreed++) {
      const stays = (calm[disagreed] ?? 0) * rate;
      const comes = disagreed === 0 ? 0 : (calm[disagreed - 1] ?? 0) * (1 - rate);
      const isOver = verdict === "supported" ? disagreed <= edge : disagreed >= edge;
      if (isOver) now += stays + comes;
      else next[disagreed] = stays + comes;
    }
    passed[n] = (passed[n - 1] ?? 0) + now;
    calm = next;
  }
  return passed;
}

/**
 * For each number of inputs, the most disagreements that support a claim (-1: none will do), or the
 * fewest that refute it. Both only rise with the number of inputs.
 */
export function edgesOf({ claim, verdict, inputs, alpha }: Omit<Course, "rate">): Int32Array {
  const edges = new Int32Array(inputs + 1).fill(-1);
  let edge = verdict === "supported" ? -1 : 0;
  for (let n = 1; n <= inputs; n++) {
    const at = (disagreed: number) => ({ agreed: n - disagreed, n });
    if (verdict === "supported") {
      while (edge < n && reachesClaim(claim, at(edge + 1), alpha)) edge++;
    } else {
      while (edge <= n && !isBelowClaim(claim, at(edge), alpha)) edge++;
    }
    edges[n] = edge;
  }
  return edges;
}

/** The first number of inputs at which half of the runs have passed. */
export function medianOf(passed: Float64Array): number {
  return passed.findIndex((chance) => chance >= 0.5);
}
