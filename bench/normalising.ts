import type { StreamQuestion } from "./answer-stream.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import { interleave, medianOf } from "./statistics.ts";
import { SubjectProcess } from "./subject-process.ts";

const DELTAS = 100_000;
const WIRES = ["anthropic", "openai-chat", "openai-responses"] as const;

/** What normalising adds to a long streamed answer, from bytes to model events. */
export const normalising: Figure = {
  name: "normalising",
  measure: async (say) => {
    const findings = [];
    for (const wire of WIRES) {
      using subject = new SubjectProcess<StreamQuestion, number>("subjects/answer-stream.ts");
      const took = (isNormalised: boolean) =>
        subject.ask({ wire, deltaCount: DELTAS, isNormalised });
      const rounds = await interleave(
        { bareMs: () => took(false), wholeMs: () => took(true) },
        { rounds: ROUNDS, warmUps: 3 },
      );
      const wholeMs = medianOf(rounds, (round) => round.wholeMs);
      say(`${DELTAS} deltas of ${wire} take ${wholeMs.toFixed(0)} ms`);
      findings.push({
        figure: `${DELTAS} deltas of ${wire}`,
        measured: medianOf(rounds, (round) => round.wholeMs / round.bareMs),
        bound: 1.05,
        unit: "x without normalising",
      });
    }
    return findings;
  },
};
