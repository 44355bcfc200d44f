import { describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";

const TITLES = titles(400);
const SLUG = 'input.toLowerCase().replace(/[^a-z0-9]+/g, "-")';
const LEDGER = "hardening/slug/split.lock.json";
const WORDS = ["compare", "slug.worker", "slug.ts#slug"];

function events(project: ComparedProject): readonly Record<string, unknown>[] {
  return JSON.parse(project.read(LEDGER)).events;
}

/** A prompt whose answers are others than the tool's on one title in 25. */
function odd(title: string): string {
  return /(?:04|29|54|79) of/.test(title) ? "odd" : slugOf(title);
}

describe("a look with --out", () => {
  test("is on the worker's own ledger, and so is what it opens", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    await project.run([...WORDS, "--claim", "0.9", "--out", "scratch"]);
    await project.run([...WORDS, "--open", "--out", "scratch"]);
    const kinds = events(project).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== "inputs")).toEqual(["look", "opened"]);
    expect(() => project.read("scratch/split.lock.json")).toThrow("no such file");
    expect(project.report("scratch").verdict).toBe("not-looked");
  });

  test("of code with harden --out is on the ledger that compare goes by", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    await project.run(["harden", "slug.worker", "--out", "scratch", "--holdout", "0.3"]);
    await project.run([...WORDS, "--claim", "0.9"]);
    expect(JSON.parse(project.read(LEDGER)).holdout).toBe(0.3);
  });
});

describe("where counts are hidden", () => {
  test("a claim is never raised: claims that close in on a count would tell it", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES, answer: odd });
    const ask = (claim: string) =>
      project.run([...WORDS, "--claim", claim], { env: { CI: "true" } });
    const { code } = await ask("0.93");
    expect(code).toBe(6);
    const raised = await ask("0.94");
    expect(raised.code).toBe(2);
    expect(raised.stderr).toContain("a claim may be lowered and not raised: it was 0.93 before");
    expect((await ask("0.93")).code).toBe(6);
    project.write({ "slug.ts": slugTool(`${SLUG} + ""`) });
    expect((await ask("0.85")).code).toBe(0);
    expect((await ask("0.93")).code).toBe(2);
    const claims = events(project).flatMap(({ kind, claim }) => (kind === "look" ? [claim] : []));
    expect(claims).toEqual([0.93, 0.85]);
    // A person sees the count anyway.
    expect((await project.run([...WORDS, "--claim", "0.94"])).code).toBe(6);
  });
});

test("a claim that nobody wants tells no part of the total", async () => {
  using project = new ComparedProject();
  await project.record({ inputs: TITLES, answer: odd });
  const { code, stdout } = await project.compare("--claim", "0.01");
  const { look, traffic, train } = project.report();
  expect([code, traffic.side]).toEqual([0, "train"]);
  expect(look).not.toHaveProperty("last");
  expect(look).not.toHaveProperty("templates");
  expect(stdout).not.toMatch(/the last|the worst|held-out calls/);
  expect(traffic.n).toBe(train.n);
  await project.compare("--claim", "0.9");
  expect(project.report().look).toMatchObject({ last: { n: expect.any(Number) } });
});

test("what a tool prints is not printed: it may be the held-out inputs", async () => {
  const printing = `(console.log("got", input), process.stdout.write(input), console.error(input), ${SLUG})`;
  using project = new ComparedProject({ "slug.ts": slugTool(printing) });
  await project.record({ inputs: TITLES.slice(0, 100) });
  const { code, stdout, stderr } = await runCli([...WORDS, "--json"], { cwd: project.path });
  expect([code, stderr]).toEqual([6, ""]);
  expect(JSON.parse(stdout).train.agreed).toBeGreaterThan(30);
});
