import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, ROOT, runNode } from "./command.ts";
import type { Figure } from "./figure.ts";
import { LIVE_LOAD } from "./live-load.ts";
import { interleave, medianOf } from "./statistics.ts";
import { SubjectProcess } from "./subject-process.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A round takes a quarter of a minute. */
const ROUNDS = 5;

/** What the built command takes for many short requests, against a loop over the SDK itself. */
export const live: Figure = {
  name: "live",
  measure: async (say) => {
    using server = new SubjectProcess<object, string>("subjects/messages-server.ts");
    const env = { ANTHROPIC_BASE_URL: await server.ask({}), ANTHROPIC_API_KEY: "not-a-key" };
    const folder = temporaryFolder();
    writeProject(folder);
    const took = (args: readonly string[]) => Number(runNode(args, folder, env).stdout);
    // Told beside the output: a recording whose output were a time could not be replayed, and the
    // replay that checks it tells a second one.
    const toldFirst = (args: readonly string[]) =>
      Number(runNode(args, folder, env).told.split("\n", 1)[0] || Number.NaN);
    const words = ["greeter.worker", "crowd.ts", "--entry", "crowd", "Greet them."];
    const record = ["--cassette", "crowd.yaml", "--mode", "record"];
    const rounds = await interleave(
      {
        sdkMs: () => took([`${ROOT}bench/subjects/sdk-loop.ts`]),
        plainMs: () => toldFirst(llmDo(...words, "--no-keep")),
        recordedMs: () => toldFirst(llmDo(...words, ...record)),
        runsMs: () => took([`${ROOT}bench/subjects/run-loop.ts`]),
      },
      { rounds: ROUNDS, warmUps: 0 },
    );
    const eachMs = medianOf(rounds, ({ sdkMs }) => sdkMs / LIVE_LOAD.requestCount);
    say(`a request by the SDK takes ${eachMs.toFixed(2)} ms`);
    const unit = "x the Anthropic SDK alone";
    const figure = `${LIVE_LOAD.requestCount} short live requests`;
    return [
      {
        figure,
        measured: medianOf(rounds, (round) => round.plainMs / round.sdkMs),
        bound: 1.3,
        unit,
      },
      {
        figure: `${figure}, recorded`,
        measured: medianOf(rounds, (round) => round.recordedMs / round.sdkMs),
        bound: 1.5,
        unit,
      },
      {
        figure: `${figure}, a run each`,
        measured: medianOf(rounds, (round) => round.runsMs / round.sdkMs),
        bound: undefined,
        unit,
      },
    ];
  },
};

function writeProject(folder: string): void {
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  const { model, system } = LIVE_LOAD;
  write("greeter.worker", `---\nmodel: anthropic:${model}\n---\n${system}\n`);
  write("crowd.ts", CROWD_SOURCE);
}

/** A code entry that asks the worker for all, and tells on its fourth stream how long it took. */
const CROWD_SOURCE = `
import { writeSync } from "node:fs";
import { tool } from "llm-do";
import { askAll, promptOf } from ${JSON.stringify(`${ROOT}bench/live-load.ts`)};
const json = { type: "object", properties: { input: { type: "string" } } };
const jsonSchema = { input: () => json, output: () => json };
const input = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }), jsonSchema } };
const run = async (_input, ctx) => {
  writeSync(3, await askAll((index) => ctx.call("greeter", promptOf(index))) + "\\n");
  return "done";
};
export const crowd = tool({ description: "Greet a crowd.", input, effect: "pure", run });
`;
