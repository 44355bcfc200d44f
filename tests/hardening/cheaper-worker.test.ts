import { afterEach, expect, test } from "vitest";
import type { Certificate } from "../../src/certificate/certificate.ts";
import { type AnthropicServer, anthropicServer, type MessagesBody } from "../support/anthropic-server.ts";
import { ComparedProject, type RanMain, slugOf, titles } from "../support/compared-project.ts";

const DEAR = "claude-opus-4-5";
const CHEAP = "claude-haiku-4-5";
const worker = (model: string, task: string) =>
  `---\nmodel: anthropic:${model}\ntoolsets:\n  - group\n---\n${task}\n`;
const FILES = {
  "slug.worker": worker(DEAR, "You make slugs."),
  "fast.worker": worker(CHEAP, "Slug it."),
  "group.ts": `import { tool, toolset } from "llm-do";
import { z } from "zod";
const upper = tool({ description: "Upper case.", input: z.object({ text: z.string() }), effect: "pure", run: ({ text }) => text.toUpperCase() });
export const group = toolset({ upper });
`,
};
const TITLES = titles(100);

/** A provider that has both models; the cheaper one makes the faults that a test lets it make. */
class BothModels implements AsyncDisposable {
  isWrong = (_title: string) => false;
  readonly server: AnthropicServer;

  private constructor(server: AnthropicServer) {
    this.server = server;
  }

  static async start(): Promise<BothModels> {
    const says = (body: MessagesBody) => both.#reply(body);
    const both: BothModels = new BothModels(await anthropicServer((body) => says(body)));
    return both;
  }

  #reply({ model, messages }: MessagesBody) {
    const title = /Report \d+ of the group/.exec(JSON.stringify(messages[0]))?.[0] ?? "";
    const isWrong = model === CHEAP && this.isWrong(title);
    return { kind: "text", text: isWrong ? "no idea" : slugOf(title) } as const;
  }

  /** How often each model was asked since `from`. */
  asked(from = 0): { dear: number; cheap: number } {
    const models = this.server.requests.slice(from).map(({ model }) => model);
    const count = (one: string) => models.filter((model) => model === one).length;
    return { dear: count(DEAR), cheap: count(CHEAP) };
  }

  [Symbol.asyncDispose]() {
    return this.server.close();
  }
}

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

interface CheaperProject {
  readonly project: ComparedProject;
  readonly models: BothModels;
  /** Runs a command line against the provider. */
  run(...argv: readonly string[]): Promise<RanMain>;
  /** Calls a worker with inputs and records the run. */
  call(name: string, inputs: readonly string[], cassette: string, ...flags: string[]): Promise<RanMain>;
}

async function cheaperProject(files: Readonly<Record<string, string>> = {}): Promise<CheaperProject> {
  const project = new ComparedProject({ ...FILES, ...files });
  const models = await BothModels.start();
  opened.push(models);
  const run = (...argv: readonly string[]) => project.run(argv, { env: models.server.env });
  const call = (name: string, inputs: readonly string[], cassette: string, ...flags: string[]) => {
    const input = JSON.stringify({ worker: name, inputs });
    const words = ["all.ts", `${name}.worker`, "group.ts", input, "--cassette", cassette];
    return run(...words, "--max-calls", "100000", ...flags);
  };
  return { project, models, run, call };
}

/** The same with both recorded, and compared. */
async function comparedProject(): Promise<CheaperProject & { readonly said: RanMain }> {
  const made = await cheaperProject();
  await made.call("slug", TITLES, "cassettes/slug.yaml");
  await made.call("fast", TITLES, "cassettes/fast.yaml");
  const words = ["compare", "slug.worker", "fast.worker", "--with", "group.ts"];
  const said = await made.run(...words, "--claim", "0.9", "--monthly-calls", "1000");
  return { ...made, said };
}

const OK = { code: 0, stderr: "" };

test("a cheaper worker is certified, put in place, and answers; a replay needs no provider", async () => {
  const { project, models, run, call, said } = await comparedProject();
  using _project = project;
  expect(said).toMatchObject({ code: 0 });
  const certificate: Certificate = JSON.parse(project.read("hardening/slug/certificate.json"));
  expect(certificate).toMatchObject({ candidate: "worker", tool: "fast.worker", claim: 0.9 });
  const { savings } = project.report();
  expect(savings.perCall.usd).toBeGreaterThan(0);

  const swapped = await run("swap", "slug.worker", "--to", "fast.worker", "--with", "group.ts");
  expect(swapped).toMatchObject(OK);
  expect(swapped.stdout).toContain("slug: fast.worker answers; wherever it cannot, the prompt does");
  expect(project.read("llm-do.lock.yaml")).toContain("mode: code\n    tool: fast.worker\n");

  const from = models.server.requests.length;
  const first = await call("slug", TITLES.slice(0, 5), "runs/a.yaml", "--json");
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).not.toContain("warning");
  expect(models.asked(from).cheap).toBe(5);
  const seen = models.server.requests.length;
  const again = await call("slug", TITLES.slice(0, 5), "runs/a.yaml", "--json", "--mode", "replay");
  expect(again.code).toBe(0);
  expect(models.server.requests).toHaveLength(seen);
  expect(JSON.parse(again.stdout).output).toEqual(JSON.parse(first.stdout).output);
});
