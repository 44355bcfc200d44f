import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { llmDo, runNode } from "./command.ts";
import { USAGE } from "./conversation.ts";

/** A call of a worker, and what a script answers it with. */
export interface TrafficCall {
  /** The worker's name. */
  readonly worker: string;
  readonly input: string;
  readonly answer: string;
}

/** Calls of one run, and so answers of one script, which may be 4 MB large. */
const PART = 10_000;

/** The worker's file, as it is named beside the cassettes. */
export function writeWorker(folder: string, name: string, instructions: string): void {
  const head = "---\nmodel: anthropic:claude-haiku-4-5\n---\n";
  writeFileSync(join(folder, `${name}.worker`), `${head}${instructions}\n`);
}

/** Records calls to `recorded/0.yaml` and so on, so many in each; the workers' files are there. */
export function recordTraffic(folder: string, calls: readonly TrafficCall[]): void {
  const workers = [...new Set(calls.map(({ worker }) => `${worker}.worker`))];
  for (let part = 0; part * PART < calls.length; part++) {
    const own = calls.slice(part * PART, (part + 1) * PART);
    const answers = own.map(({ answer }) => ({ text: answer, usage: USAGE }));
    writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
    writeFileSync(join(folder, `main${part}.js`), entrySource(own));
    const cassette = ["--cassette", `recorded/${part}.yaml`, "--mode", "record"];
    const words = [`main${part}.js`, ...workers, "--script", "answers.json", ...cassette];
    runNode(llmDo(...words, "--max-calls", "100000"), folder);
  }
}

/** Source of `tool` and of a schema of one text, `input`. */
export const SCHEMA_SOURCE = `
import { tool } from "llm-do";
const json = { type: "object", properties: { input: { type: "string" } } };
const jsonSchema = { input: () => json, output: () => json };
const input = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }), jsonSchema } };
`;

function entrySource(calls: readonly TrafficCall[]): string {
  return `${SCHEMA_SOURCE}
const calls = ${JSON.stringify(calls.map(({ worker, input }) => [worker, input]))};
const run = async (_input, ctx) => {
  for (const [worker, text] of calls) await ctx.call(worker, text);
};
export const main = tool({ description: "Call the workers.", input, effect: "pure", run });
`;
}
