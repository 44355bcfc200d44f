import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, ROOT, runNode } from "./command.ts";
import { USAGE } from "./conversation.ts";
import { type Figure, ROUNDS } from "./figure.ts";
import { medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Recorded inputs, with the seconds and the memory that comparing them may take. */
const SIZES = [
  { inputs: 10_000, seconds: 3, megabytes: 300 },
  { inputs: 50_000, seconds: 15, megabytes: 600 },
] as const;
/** Node tells KiB, on every platform; a MB is 1024 of them, as process monitors have it. */
const KIB_PER_MB = 1024;
const MS_PER_SECOND = 1000;

/** How long the built command takes to compare a prompt with a trivial tool, and what it holds. */
export const compare: Figure = {
  name: "compare",
  measure: async (say) => {
    say("each round reads the cassette, runs the tool twice on each input and writes all reports");
    return SIZES.flatMap(compared);
  },
};

function compared({ inputs, seconds, megabytes }: (typeof SIZES)[number]) {
  const folder = temporaryFolder();
  writeProject(folder);
  for (let part = 0; part * PART < inputs; part++) recordPart(folder, part);
  const words = llmDo("compare", "slug.worker", "slug.js#slug", "--recordings", "recorded");
  const args = ["--import", `${ROOT}bench/tell-memory.js`, ...words];
  const rounds: { tookMs: number; peakKib: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { tookMs, told, stdout } = runNode(args, folder);
    if (!stdout.includes(`${inputs.toLocaleString("en-US")} distinct inputs`))
      throw new Error(stdout);
    rounds.push({ tookMs, peakKib: Number(told) });
  }
  return [
    {
      figure: `compare over ${inputs} recorded inputs`,
      measured: medianOf(rounds, ({ tookMs }) => tookMs / MS_PER_SECOND),
      bound: seconds,
      unit: "s",
    },
    {
      figure: `peak memory of compare over ${inputs} recorded inputs`,
      measured: medianOf(rounds, ({ peakKib }) => peakKib / KIB_PER_MB),
      bound: megabytes,
      unit: "MB",
    },
  ];
}

function writeProject(folder: string): void {
  writeFileSync(
    join(folder, "slug.worker"),
    "---\nmodel: anthropic:claude-haiku-4-5\n---\nTurn the title into a slug.\n",
  );
  writeFileSync(join(folder, "slug.js"), TOOL_SOURCE);
}

/** Calls of one run, and so answers of one script, which may be 4 MB large. */
const PART = 10_000;

/** One cassette that holds a call of the worker for each input of a part, all within one run. */
function recordPart(folder: string, part: number): void {
  const from = part * PART;
  const answers = Array.from({ length: PART }, (_, index) => ({
    text: slugOf(from + index),
    usage: USAGE,
  }));
  writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
  writeFileSync(join(folder, `main${part}.js`), entrySource(from, from + PART));
  const cassette = ["--cassette", `recorded/${part}.yaml`, "--mode", "record"];
  const words = [`main${part}.js`, "slug.worker", "--script", "answers.json", ...cassette];
  runNode(llmDo(...words, "--max-calls", "100000"), folder);
}

function slugOf(index: number): string {
  return `the-${index}-th-report-of-the-reading-group`;
}

const SCHEMA_SOURCE = `
import { tool } from "llm-do";
const json = { type: "object", properties: { input: { type: "string" } } };
const jsonSchema = { input: () => json, output: () => json };
const input = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }), jsonSchema } };
`;

const TOOL_SOURCE = `${SCHEMA_SOURCE}
const run = ({ input }) => input.toLowerCase().replace(/[^a-z0-9]+/g, "-");
export const slug = tool({ description: "Turn a title into a slug.", input, effect: "pure", run });
`;

function entrySource(from: number, to: number): string {
  return `${SCHEMA_SOURCE}
const run = async (_input, ctx) => {
  for (let at = ${from}; at < ${to}; at++) await ctx.call("slug", "The " + at + " th report of the reading group");
};
export const main = tool({ description: "Call the worker.", input, effect: "pure", run });
`;
}
