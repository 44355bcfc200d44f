import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Certificate } from "../../src/certificate/certificate.ts";
import {
  type AnthropicServer,
  anthropicServer,
  type MessagesBody,
} from "../support/anthropic-server.ts";
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
  call(
    name: string,
    inputs: readonly string[],
    cassette: string,
    ...flags: string[]
  ): Promise<RanMain>;
}

async function cheaperProject(
  files: Readonly<Record<string, string>> = {},
): Promise<CheaperProject> {
  const project = new ComparedProject({ ...FILES, ...files });
  const models = await BothModels.start();
  opened.push(models);
  const run = (...argv: readonly string[]) => project.run(argv, { env: models.server.env });
  const call = (name: string, inputs: readonly string[], cassette: string, ...flags: string[]) => {
    const input = JSON.stringify({ worker: name, inputs });
    const words = [
      "all.ts",
      `${name}.worker`,
      "group.ts",
      input,
      "--cassette",
      join(project.path, cassette),
    ];
    return run(...words, "--max-calls", "100000", ...flags);
  };
  return { project, models, run, call };
}

/** Cassettes of both workers: recording them takes longer than all else. */
const recorded = new Map<string, string>();

/** The same with both recorded, and compared. */
async function comparedProject(): Promise<CheaperProject & { readonly said: RanMain }> {
  const made = await cheaperProject();
  for (const name of ["slug", "fast"]) {
    const cassette = `cassettes/${name}.yaml`;
    const known = recorded.get(name);
    if (known === undefined) {
      const { code, stderr } = await made.call(name, TITLES, cassette);
      if (code !== 0) throw new Error(stderr);
      recorded.set(name, made.project.read(cassette));
    } else made.project.write({ [cassette]: known });
  }
  const said = await made.run(...COMPARE, "--claim", "0.9", "--monthly-calls", "1000");
  return { ...made, said };
}

const COMPARE = ["compare", "slug.worker", "fast.worker", "--with", "group.ts"];
const SWAP = ["swap", "slug.worker", "--to", "fast.worker", "--with", "group.ts"];
const OK = { code: 0, stderr: "" };

test("a cheaper worker is certified, put in place, and answers; a replay needs no provider", async () => {
  const { project, models, run, call, said } = await comparedProject();
  using _project = project;
  expect(said).toMatchObject(OK);
  const certificate: Certificate = JSON.parse(project.read("hardening/slug/certificate.json"));
  expect(certificate).toMatchObject({ candidate: "worker", tool: "fast.worker", claim: 0.9 });
  // Opus takes five times as much as Haiku, and 2 % of the calls go on asking it.
  const { savings } = project.report();
  const prompt = (savings.spent.usd ?? 0) / savings.spent.calls;
  expect((savings.perCall.usd ?? 0) / prompt).toBeCloseTo(0.98 - 0.2, 6);

  const swapped = await run(...SWAP);
  expect(swapped).toMatchObject(OK);
  expect(swapped.stdout).toContain(
    "slug: fast.worker answers; wherever it cannot, the prompt does",
  );
  expect(project.read("llm-do.lock.yaml")).toContain("mode: code\n    tool: fast.worker\n");

  const from = models.server.requests.length;
  const first = await call("slug", TITLES.slice(0, 5), "runs/a.yaml");
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).not.toContain("warning");
  expect(models.asked(from).cheap).toBe(5);
  const seen = models.server.requests.length;
  const again = await call("slug", TITLES.slice(0, 5), "runs/a.yaml", "--mode", "replay");
  expect(again).toMatchObject({ code: 0, stdout: first.stdout });
  expect(models.server.requests).toHaveLength(seen);

  const { code, stdout } = await run("monitor", "slug", "--json");
  const [monitored] = JSON.parse(stdout).functions ?? JSON.parse(stdout);
  expect([code, monitored.certificate.kind]).toEqual([0, "fits"]);
  const { usdPerCall, candidateUsdPerCall, usd, calls, checks } = monitored.saved;
  expect(candidateUsdPerCall / usdPerCall).toBeCloseTo(0.2, 6);
  expect(usd).toBeCloseTo((calls - checks) * usdPerCall - 5 * candidateUsdPerCall, 9);
});

test("its alarm gives the prompt its place back within the run", async () => {
  const { project, models, run, call } = await comparedProject();
  using _project = project;
  await run("promote", "slug.worker", "--to", "fast.worker", "--with", "group.ts", "--check", "1");
  models.isWrong = () => true;
  const from = models.server.requests.length;
  const { code, stderr } = await call("slug", TITLES, "runs/b.yaml");
  expect(code).toBe(0);
  expect(stderr).toContain("the alarm of slug is raised: ");
  const { dear, cheap } = models.asked(from);
  expect(dear).toBe(TITLES.length);
  expect(cheap).toBeLessThan(20);
  expect(project.read("llm-do.lock.yaml")).toMatch(/mode: prompt\n[\s\S]*reverted:/);
  expect(await run("monitor", "slug")).toMatchObject({ code: 1 });
  const refused = await run(...SWAP);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("its alarm was raised on");
});

test.each([
  ["model", DEAR.replace("5", "1"), CHEAP],
  ["prompt", "Slug it well.", "Slug it."],
])("another %s of its own lets it answer no more", async (_part, after, before) => {
  const { project, models, run, call } = await comparedProject();
  using _project = project;
  expect(await run(...SWAP)).toMatchObject(OK);
  project.write({ "fast.worker": FILES["fast.worker"].replace(before, after) });
  const from = models.server.requests.length;
  const { code, stderr } = await call("slug", TITLES.slice(0, 2), "runs/c.yaml");
  expect([code, models.asked(from)]).toEqual([0, { dear: 2, cheap: 0 }]);
  expect(stderr).toContain(
    "the prompt of slug answers, not its code: its certificate hardening/slug/certificate.json was made for another fast",
  );
  const refused = await run(...SWAP);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain(
    "its certificate does not fit: fast, its prompt or its model, has changed",
  );
});

test("a worker of the same name, without a model, or that is not there cannot be a candidate", async () => {
  const { project, run } = await comparedProject();
  using _project = project;
  project.write({
    "same.worker": FILES["fast.worker"].replace("---\n", "---\nname: slug\n"),
    "none.worker": FILES["fast.worker"].replace(/^model.*\n/m, ""),
    "bad.worker": "---\nmodel: [\n---\n",
  });
  const reports = async (...argv: string[]) => (await run(...argv)).stderr;
  const named = 'it is called "slug", as the worker is in whose place it would answer';
  expect(await reports("compare", "slug.worker", "same.worker", "--with", "group.ts")).toContain(
    named,
  );
  for (const to of ["shadow", "code"]) {
    const words = ["promote", "slug.worker", "--with", "group.ts", "--to", to, "--tool"];
    expect(await reports(...words, "same.worker")).toContain(named);
    expect(await reports(...words, "slug.worker")).toContain(named);
    expect(await reports(...words, "none.worker")).toContain("none names no model");
    expect(await reports(...words, "gone.worker")).toContain("there is no such file");
    expect(await reports(...words, "bad.worker")).toContain("bad.worker");
  }
  expect(await reports("compare", "slug.worker", "none.worker", "--with", "group.ts")).toContain(
    "no recording is of none as it is today",
  );
  expect(await reports(...SWAP, "--tool", "slug.ts#slug")).toContain("only one of them can answer");
});

test("without a certificate it shadows, and both sides are recorded", async () => {
  const { project, models, run, call } = await cheaperProject();
  using _project = project;
  const words = ["promote", "slug.worker", "--tool", "fast.worker", "--with", "group.ts"];
  expect((await run(...words, "--to", "code")).stderr).toContain("there is no such certificate");
  const { code, stdout } = await run(...words, "--to", "shadow");
  expect(code).toBe(0);
  expect(stdout).toContain("fast.worker is tried beside it on every call, and paid for");
  expect(await call("slug", TITLES.slice(0, 20), "cassettes/a.yaml")).toMatchObject({ code: 0 });
  expect(models.asked()).toEqual({ dear: 20, cheap: 20 });
  await run(...COMPARE);
  const { train, sources } = project.report();
  expect(train.agreed).toBe(train.n);
  expect(sources).toMatchObject({ listed: 20, unanswered: 0, origins: { shadow: 20 } });
});
