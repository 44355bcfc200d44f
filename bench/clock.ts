import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, runNode } from "./command.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import { interleave, medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const READINGS = 32_000;
const MS_PER_SECOND = 1000;

/** What many equal effects of one call add to a replay: each is to be found at once. */
export const clock: Figure = {
  name: "clock",
  measure: async () => {
    const folder = temporaryFolder();
    const replay = (count: number) => {
      const words = ["main.js", String(count), "--cassette", `${count}.yaml`, "--no-keep"];
      return { words, take: () => runNode(llmDo(...words, "--mode", "replay"), folder).tookMs };
    };
    writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
    writeFileSync(join(folder, "main.js"), ENTRY);
    const [one, many] = [replay(1), replay(READINGS)];
    for (const { words } of [one, many]) {
      const { stdout } = runNode(llmDo(...words, "--mode", "record"), folder);
      if (stdout.trim() !== `read ${words[1]}`) throw new Error(stdout);
    }
    const rounds = await interleave(
      { oneMs: one.take, manyMs: many.take },
      { rounds: ROUNDS, warmUps: 1 },
    );
    return [
      {
        figure: `${READINGS} readings of the clock in one call`,
        measured: medianOf(rounds, ({ oneMs, manyMs }) => (manyMs - oneMs) / MS_PER_SECOND),
        bound: 0.5,
        unit: "s more than one reading",
      },
    ];
  },
};

const ENTRY = `
import { tool, toolset } from "llm-do";
const json = { type: "object", properties: { input: { type: "string" } } };
const jsonSchema = { input: () => json, output: () => json };
const input = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }), jsonSchema } };
const run = (given, ctx) => {
  const count = Number(given.input ?? given);
  for (let left = count; left > 0; left--) ctx.now();
  return "read " + count;
};
export const main = tool({ description: "Reads the clock.", input, effect: "pure", run });
`;
