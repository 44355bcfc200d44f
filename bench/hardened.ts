import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, runNode } from "./command.ts";
import { USAGE } from "./conversation.ts";
import { type Figure, type Finding, ROUNDS } from "./figure.ts";
import { recordTraffic, SCHEMA_SOURCE, writeWorker } from "./recorded-traffic.ts";
import { interleave, medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Calls of one run. */
const CALLS = 3000;
const CERTIFIED = 1000;
const ANSWER = "a title";

/** What code beside a prompt adds to a call: in a shadow the prompt answers, and both are compared. */
export const hardened: Figure = {
  name: "hardened",
  measure: async (say) => {
    say(`each round runs ${CALLS} calls, the answers of a script that waits for nothing`);
    const plain = projectWith();
    const shadow = projectWith("shadow");
    const code = projectWith("code");
    const rounds = await interleave(
      {
        plainMs: () => callMs(plain),
        shadowMs: () => callMs(shadow),
        codeMs: () => callMs(code),
      },
      { rounds: ROUNDS, warmUps: 1 },
    );
    const unit = "ms a call";
    return [
      {
        figure: "a shadow beside a prompt",
        measured: medianOf(rounds, ({ plainMs, shadowMs }) => shadowMs - plainMs),
        bound: 1,
        unit: "ms a call more than its prompt alone",
      },
      {
        figure: "a call that code answers",
        measured: medianOf(rounds, ({ codeMs }) => codeMs),
        bound: 1,
        unit,
      },
      {
        figure: "a call of that prompt alone",
        measured: medianOf(rounds, ({ plainMs }) => plainMs),
        bound: undefined,
        unit,
      },
    ] satisfies Finding[];
  },
};

/** A project whose worker has code in a mode, with a certificate; without a mode it has none. */
function projectWith(mode?: "shadow" | "code"): string {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  writeWorker(folder, "kind", "Say what the line is.");
  write("kind.js", TOOL_SOURCE);
  write("calls.js", ENTRY_SOURCE);
  if (mode) {
    const all = Array.from({ length: CERTIFIED }, (_, at) => at);
    recordTraffic(
      folder,
      all.map((at) => ({ worker: "kind", input: lineOf(at), answer: ANSWER })),
    );
    runNode(llmDo("compare", "kind.worker", "kind.js#kind", "--recordings", "recorded"), folder);
    runNode(llmDo("promote", "kind.worker", "--to", mode, "--tool", "kind.js#kind"), folder);
  }
  const answers = Array.from({ length: CALLS }, () => ({ text: ANSWER, usage: USAGE }));
  write("answers.json", JSON.stringify(answers));
  return folder;
}

/** The median of a run's calls, as the program sees them. */
function callMs(folder: string): number {
  const words = ["calls.js", "kind.worker", "--script", "answers.json", "--no-keep"];
  const { told } = runNode(llmDo(...words, "--max-calls", "100000"), folder);
  return Number(told);
}

function lineOf(at: number): string {
  return `The ${at} th report of the reading group`;
}

const TOOL_SOURCE = `${SCHEMA_SOURCE}
const run = () => ${JSON.stringify(ANSWER)};
export const kind = tool({ description: "Say what the line is.", input, effect: "pure", run });
`;

const ENTRY_SOURCE = `
import { writeSync } from "node:fs";
${SCHEMA_SOURCE}
const run = async (_input, ctx) => {
  const took = [];
  for (let at = 0; at < ${CALLS}; at++) {
    const began = performance.now();
    await ctx.call("kind", "The " + at + " th report of the reading group");
    took.push(performance.now() - began);
  }
  took.sort((left, right) => left - right);
  writeSync(3, String(took[${CALLS} >> 1]));
};
export const main = tool({ description: "Call the worker.", input, effect: "pure", run });
`;
