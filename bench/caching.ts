import type { CachingQuestion } from "./caching-question.ts";
import type { Figure, Finding } from "./figure.ts";
import { SubjectProcess } from "./subject-process.ts";

const TURN_COUNT = 50;

/** Billed input tokens of a tool loop, with marks for prompt caching and without. */
export const caching: Figure = {
  name: "caching",
  measure: async (say) => {
    using subject = new SubjectProcess<CachingQuestion, number>("subjects/caching.ts");
    const findings: Finding[] = [];
    for (const callsOfTurn of [1, 15]) {
      const question = { turnCount: TURN_COUNT, callsOfTurn };
      const without = await subject.ask({ ...question, isCached: false });
      const cached = await subject.ask({ ...question, isCached: true });
      const calls = callsOfTurn === 1 ? "one call" : `${callsOfTurn} calls`;
      say(`${calls} a turn: ${Math.round(without)} tokens without, ${Math.round(cached)} with`);
      findings.push({
        figure: `input of ${TURN_COUNT} turns with ${calls} each`,
        measured: cached / without,
        bound: 0.2,
        unit: "x its billed tokens without caching",
      });
    }
    return findings;
  },
};
