import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo } from "./command.ts";
import { type Figure, type Finding, ROUNDS } from "./figure.ts";
import { recordTraffic, SCHEMA_SOURCE, writeWorker } from "./recorded-traffic.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { memoryOf, timesOf, usedBy } from "./used.ts";

/** Recorded inputs, with the seconds and the memory that comparing them may take. */
const SIZES = [
  { inputs: 10_000, seconds: 3, megabytes: 300, rounds: ROUNDS },
  { inputs: 50_000, seconds: 15, megabytes: 600, rounds: 3 },
] as const;

/** How long the built command takes to compare a prompt with a trivial tool, and what it holds. */
export const compare: Figure = {
  name: "compare",
  measure: async (say) => {
    say("each round reads the cassettes, runs the tool twice on each input and writes all reports");
    say("the first round lists the inputs in a new ledger, the others read it");
    return SIZES.flatMap(compared);
  },
};

function compared({ inputs, seconds, megabytes, rounds: count }: (typeof SIZES)[number]) {
  const folder = temporaryFolder();
  writeWorker(folder, "slug", "Turn the title into a slug.");
  writeFileSync(join(folder, "slug.js"), TOOL_SOURCE);
  recordTraffic(
    folder,
    Array.from({ length: inputs }, (_, index) => callOf(index)),
  );
  const words = llmDo("compare", "slug.worker", "slug.js#slug", "--recordings", "recorded");
  const rounds = Array.from({ length: count }, () => {
    const used = usedBy(words, folder);
    if (!used.stdout.includes(`${inputs.toLocaleString("en-US")} distinct inputs`))
      throw new Error(used.stdout);
    return used;
  });
  const what = `compare over ${inputs} recorded inputs`;
  return [...timesOf(what, rounds, seconds), memoryOf(what, rounds, megabytes)] satisfies Finding[];
}

function callOf(index: number) {
  return {
    worker: "slug",
    input: `The ${index} th report of the reading group`,
    answer: `the-${index}-th-report-of-the-reading-group`,
  };
}

const TOOL_SOURCE = `${SCHEMA_SOURCE}
const run = ({ input }) => input.toLowerCase().replace(/[^a-z0-9]+/g, "-");
export const slug = tool({ description: "Turn a title into a slug.", input, effect: "pure", run });
`;
