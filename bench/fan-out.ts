import type { FanOutQuestion } from "./fan-out-question.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import { interleave, medianOf } from "./statistics.ts";
import { SubjectProcess } from "./subject-process.ts";

const ALL = { workerCount: 1000, answerMs: 50 } as const;

/** How long code waits for a thousand workers that it calls at once. */
export const fanOut: Figure = {
  name: "fan-out",
  measure: async () => {
    using subject = new SubjectProcess<FanOutQuestion, number>("subjects/fan-out.ts");
    const measures = { tookMs: () => subject.ask(ALL) };
    const rounds = await interleave(measures, { rounds: ROUNDS, warmUps: 1 });
    return [
      {
        figure: `${ALL.workerCount} workers at once`,
        measured: medianOf(rounds, ({ tookMs }) => tookMs / ALL.answerMs),
        bound: 4,
        unit: `x the ${ALL.answerMs} ms of one answer`,
      },
    ];
  },
};
