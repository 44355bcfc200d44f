import { type Figure, ROUNDS } from "./figure.ts";
import type { ProgramsQuestion } from "./programs-question.ts";
import { interleave, medianOf } from "./statistics.ts";
import { SubjectProcess } from "./subject-process.ts";

const DELTAS = 200_000;
const RUNS = 200;

/** What a program waits for beside its models: a run of an open project, and the events of a handle. */
export const programs: Figure = {
  name: "programs",
  measure: async () => {
    using subject = new SubjectProcess<ProgramsQuestion, number>("subjects/programs.ts");
    const measures = {
      runMs: () => subject.ask({ kind: "run", runs: RUNS }),
      callbackMs: () => subject.ask({ kind: "callback", deltas: DELTAS }),
      eventsMs: () => subject.ask({ kind: "events", deltas: DELTAS }),
    };
    const rounds = await interleave(measures, { rounds: ROUNDS, warmUps: 1 });
    return [
      {
        figure: "project.run over its transport",
        measured: medianOf(rounds, ({ runMs }) => runMs),
        bound: 0.5,
        unit: "ms a run",
      },
      {
        figure: "events of a handle, 200,000 deltas",
        measured: medianOf(rounds, ({ eventsMs, callbackMs }) => eventsMs / callbackMs),
        bound: 3,
        unit: "x the same by onEvent",
      },
    ];
  },
};
