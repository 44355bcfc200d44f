import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, runNode } from "./command.ts";
import { type Figure, type Finding, ROUNDS } from "./figure.ts";
import { installLlmDo } from "./installed-project.ts";
import { medianOf } from "./statistics.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const CASSETTES = 500;
const EXCHANGES = 20;
const BOUND_S = 5;
const MS_PER_SECOND = 1000;

/** How long `cassette status` takes over many cassettes: all fresh, and all stale by one word. */
export const status: Figure = {
  name: "status",
  measure: async () => {
    const folder = temporaryFolder();
    installLlmDo(folder);
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write("tools.ts", TOOLS);
    write("answers.yaml", `${CALL.repeat(EXCHANGES - 1)}- Done.\n`);
    write("main.worker", workerThatDoubles("numbers"));
    write("main.cases.yaml", CASES);
    runNode(["node_modules/llm-do/dist/bin/llm-do.js", "test", "--mode", "record"], folder);
    const fresh = took(folder, `${CASSETTES} fresh`);
    write("main.worker", workerThatDoubles("digits"));
    return [fresh, took(folder, `${CASSETTES} cases`)];
  },
};

function took(folder: string, expected: string): Finding {
  const rounds = Array.from({ length: ROUNDS }, () => {
    // What is stale is no success of the command, but of the measurement.
    const { tookMs, stdout } = runNode(llmDo("cassette", "status"), folder, {}, [0, 3]);
    if (!stdout.includes(expected)) throw new Error(stdout);
    return tookMs;
  });
  return {
    figure: `status of ${CASSETTES} cassettes of ${EXCHANGES} exchanges, ${expected}`,
    measured: medianOf(rounds, (tookMs) => tookMs / MS_PER_SECOND),
    bound: BOUND_S,
    unit: "s",
  };
}

const CALL = "- tool_call: { name: double, input: { value: 21 } }\n";

const workerThatDoubles = (what: string) => `---
model: anthropic:claude-haiku-4-5
toolsets:
  numbers:
    _approval_config:
      double: { pre_approved: true }
---
You double ${what}.
`;

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";

export const numbers = toolset({
  double: tool({
    description: "Double a number.",
    input: z.object({ value: z.number() }),
    effect: "pure",
    run: ({ value }) => 2 * value,
  }),
});
`;

const CASES = `files: [main.worker, tools.ts]
script: answers.yaml
cases:
${Array.from({ length: CASSETTES }, (_, index) => `  - name: case ${index}\n    input: Go ${index}.\n`).join("")}`;
