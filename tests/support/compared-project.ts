import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { main } from "../../src/cli/main.ts";
import type { CompareReport } from "../../src/hardening/compare/report/compare-report.ts";
import { COMPARE_SCHEMA } from "../../src/hardening/compare/report/report-schema.ts";
import type { Host } from "../../src/host/host.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { repository } from "./cli.ts";
import { type TestHost, temporaryFolder, testHost } from "./host.ts";
import { writeFiles } from "./project.ts";

/** The worker of these projects, which turns a title into a slug. */
const SLUG_WORKER = "---\nmodel: test:m\n---\nYou make slugs.\n";

/** A tool that does what the prompt is said to do. */
export const SLUG_TOOL = slugTool('input.toLowerCase().replace(/[^a-z0-9]+/g, "-")');

/** What the prompt is said to answer. */
export function slugOf(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** Code of a tool `slug` whose answer is an expression over `input`, the title. */
export function slugTool(
  expression: string,
  extra: { before?: string; output?: string } = {},
): string {
  return `import { tool } from "llm-do";
import { z } from "zod";
${extra.before ?? ""}
export const slug = tool({
  description: "Turn a title into a slug.",
  input: z.object({ input: z.string() }),
  ${extra.output ?? ""}
  effect: "pure",
  run: (value, ctx) => { const { input } = value; void ctx; return ${expression}; },
});
`;
}

/** `count` titles, all different. */
export function titles(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `Report ${index} of the group`);
}

export interface Recorded {
  readonly inputs: readonly unknown[];
  /** The answer to an input, the first sample being 0. Default: the slug. */
  readonly answer?: (input: string, sample: number) => string;
  /** Default 1. */
  readonly samples?: number;
  /** Default `cassettes/all.yaml`. */
  readonly cassette?: string;
  readonly worker?: string;
  /** Further flags of the run. */
  readonly flags?: readonly string[];
}

export interface RanMain {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a folder of its own, on which command lines are run in this process. */
export class ComparedProject {
  readonly #folder = temporaryFolder();

  constructor(files: Readonly<Record<string, string>> = {}) {
    writeFiles(this.path, {
      "llm-do.yaml": "",
      "slug.worker": SLUG_WORKER,
      "slug.ts": SLUG_TOOL,
      "all.ts": ENTRY,
      ...files,
    });
    const packages = join(this.path, "node_modules");
    mkdirSync(packages);
    symlinkSync(repository, join(packages, "llm-do"));
    symlinkSync(join(repository, "node_modules/zod"), join(packages, "zod"));
  }

  get path(): string {
    return this.#folder.path;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.path, files);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), "utf8");
  }

  /** The report, after it was held to its schema. */
  report(folder = "hardening/slug"): CompareReport {
    const report: CompareReport = JSON.parse(this.read(`${folder}/compare.json`));
    // biome-ignore lint/suspicious/noExplicitAny: zod's type of a JSON Schema is its own
    z.fromJSONSchema(COMPARE_SCHEMA as any).parse(report);
    return report;
  }

  /** Records calls of a worker, from a script that answers in the model's place. */
  async record(recorded: Recorded): Promise<void> {
    const { inputs, answer = slugOf, samples = 1, cassette = "cassettes/all.yaml" } = recorded;
    const worker = recorded.worker ?? "slug";
    const script = inputs.flatMap((input) =>
      Array.from({ length: samples }, (_, sample) => ({
        text: answer(typeof input === "string" ? input : JSON.stringify(input), sample),
        usage: { input_tokens: 40, output_tokens: 10 },
      })),
    );
    writeFileSync(join(this.path, "answers.json"), JSON.stringify(script));
    const words = ["all.ts", `${worker}.worker`, JSON.stringify({ worker, inputs })];
    const flags = [
      "--script",
      "answers.json",
      "--cassette",
      join(this.path, cassette),
      "--mode",
      "record",
    ];
    const { code, stderr } = await this.run([
      ...words,
      ...flags,
      ...(recorded.flags ?? []),
      "--samples",
      String(samples),
      "--max-calls",
      "100000",
    ]);
    if (code !== 0) throw new Error(stderr);
  }

  compare(...flags: readonly string[]): Promise<RanMain> {
    return this.run(["compare", "slug.worker", "slug.ts#slug", ...flags]);
  }

  async run(argv: readonly string[], overrides: Partial<Host> = {}): Promise<RanMain> {
    const { clock } = nodeHost();
    const host: TestHost = testHost({ cwd: this.path, clock, ...overrides });
    const { signal } = new AbortController();
    const code = await main({ argv, host, signal, version: "0.0.0" });
    return { code, ...host.written };
  }
}

/** Calls a worker with each of some inputs, one after the other. */
const ENTRY = `import { tool } from "llm-do";
import { z } from "zod";
export const main = tool({
  description: "Call the worker.",
  input: z.object({ worker: z.string(), inputs: z.array(z.any()) }),
  effect: "pure",
  run: async ({ worker, inputs }, ctx) => {
    for (const input of inputs) await ctx.call(worker, input);
    return "done";
  },
});
`;
