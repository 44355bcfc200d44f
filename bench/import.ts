import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo } from "./command.ts";
import { USAGE } from "./conversation.ts";
import type { Figure } from "./figure.ts";
import { writeWorker } from "./recorded-traffic.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { memoryOf, timesOf, usedBy } from "./used.ts";

const LINES = 100_000;
const ROUNDS = 5;

/** How long the built command takes to import what another program has recorded. */
export const imports: Figure = {
  name: "import",
  measure: async () => {
    const folder = temporaryFolder();
    writeWorker(folder, "slug", "Turn the title into a slug.");
    writeFileSync(join(folder, "traffic.jsonl"), Array.from({ length: LINES }, line).join(""));
    const words = llmDo("import", "traffic.jsonl", "--worker", "slug.worker");
    const rounds = Array.from({ length: ROUNDS }, () => {
      rmSync(join(folder, "cassettes"), { recursive: true, force: true });
      const used = usedBy(words, folder);
      if (!used.stdout.includes("imported 100,000 calls")) throw new Error(used.stdout);
      return used;
    });
    const what = `import of ${LINES} lines`;
    return [...timesOf(what, rounds, 8), memoryOf(what, rounds, undefined)];
  },
};

function line(_: unknown, index: number): string {
  const said = {
    input: `The ${index} th report of the reading group`,
    output: `the-${index}-th-report-of-the-reading-group`,
    model: "anthropic:claude-haiku-4-5",
    usage: USAGE,
    ms: 700,
  };
  return `${JSON.stringify(said)}\n`;
}
