import { describe, expect, test } from "vitest";
import { runCliHere } from "../support/cli-here.ts";
import {
  ComparedProject,
  SLUG_TOOL,
  slugOf,
  slugTool,
  titles,
} from "../support/compared-project.ts";

const TITLES = titles(40);

/** What a comparison says of a tool with this answer to the third title, by its faults. */
async function faultsOf(expression: string, extra: Parameters<typeof slugTool>[1] = {}) {
  const isThird = `input === ${JSON.stringify(TITLES[3])}`;
  using project = new ComparedProject({
    "slug.ts": slugTool(`${isThird} ? ${expression} : slug_(input)`, {
      ...extra,
      before: `const slug_ = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");\n${extra.before ?? ""}`,
    }),
  });
  await project.record({ inputs: TITLES });
  await project.compare("--timeout", "200");
  const { faults, fallback, agreement, train } = project.report();
  return { faults, fallback, all: agreement.n + train.n, agreed: agreement.agreed + train.agreed };
}

describe("a tool that does what no tool may do disagrees where it does", () => {
  test.each([
    ["throws", '(() => { throw new Error("no title"); })()', "threw", "no title"],
    ["rejects", 'Promise.reject(new Error("no title"))', "threw", "no title"],
    ["never settles", "new Promise(() => {})", "timed-out", "it took longer than 200 ms"],
    ["answers with an object", "({ slug: 1 })", "bad-output", "the prompt answers with a text"],
    [
      "changes its input",
      '(() => { value.input = "x"; return "x"; })()',
      "changed-input",
      "the input",
    ],
    ["calls a function", 'ctx.call("slug", "x")', "threw", 'ctx.call("slug") is not there'],
    ["asks for the time", "String(ctx.now())", "threw", "ctx.now() is not there"],
  ] as const)("%s", async (_what, expression, why, message) => {
    const { faults, all, agreed } = await faultsOf(expression);
    expect(faults).toMatchObject([{ why, count: 1, example: expect.stringContaining(message) }]);
    expect([all, agreed]).toEqual([40, 39]);
  });

  test("answers differently the second time", async () => {
    const { faults } = await faultsOf('"a" + ++count', { before: "let count = 0;" });
    expect(faults).toMatchObject([{ why: "not-deterministic", count: 1 }]);
    expect(faults[0]?.example).toBe('it answered "a1", then it answered "a2"');
  });

  test("refuses its own output", async () => {
    const output = 'output: z.string().refine((text) => text !== "bad", "it is bad"),';
    const { faults } = await faultsOf('"bad"', { output });
    expect(faults).toMatchObject([
      { why: "bad-output", example: "its output does not fit: it is bad" },
    ]);
  });

  test.each([
    ["before it awaits", "while (true) {}"],
    ["after it awaits", "await null; while (true) {}"],
  ])("never lets go of the process, %s", async (_when, code) => {
    const isThird = `input === ${JSON.stringify(TITLES[3])}`;
    using project = new ComparedProject({
      "slug.ts": slugTool(`${isThird} ? hang() : input`, {
        before: `async function hang() { ${code} }`,
      }),
    });
    await project.record({ inputs: TITLES, answer: (title) => title });
    const words = ["compare", "slug.worker", "slug.ts#slug", "--timeout", "200"];
    const { code: exitCode } = await runCliHere(words, { cwd: project.path });
    const { faults, agreement, train } = project.report();
    expect(exitCode).toBe(6);
    expect(faults).toMatchObject([{ why: "timed-out", count: 1 }]);
    expect(agreement.agreed + train.agreed).toBe(39);
  });
});

describe("a domain beside the tool", () => {
  const domain = (parts: string) =>
    `import { domain } from "llm-do";\nexport const slug_domain = domain({ ${parts} });\n`;

  test("sends inputs back to the prompt that it does not accept, or whose answers it refuses", async () => {
    using project = new ComparedProject({
      "slug.domain.ts": domain(
        'accepts: ({ input }) => !input.includes(" 1 ") || "it is the first", check: (_input, output) => !output.includes("-2-") || "it has a two"',
      ),
    });
    await project.record({ inputs: TITLES });
    await project.compare();
    const { fallback, agreement, train, domain: named, hashes } = project.report();
    expect(fallback.reasons).toEqual([
      { why: "domain", count: 1, example: "it is the first" },
      { why: "check", count: 1, example: "it has a two" },
    ]);
    expect(agreement.n + train.n).toBe(38);
    expect([named, hashes.domain]).toEqual([
      "slug.domain.ts#slug_domain",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  test("generates inputs; a violation is made small and can be repeated", async () => {
    const generate =
      "generate: (fc) => fc.record({ input: fc.nat(200).map((count) => 'Report ' + count) })";
    using project = new ComparedProject({
      "slug.domain.ts": domain(
        `accepts: () => true, ${generate}, check: (_input, output) => !(Number(output.slice(7)) >= 50) || "it is too large"`,
      ),
    });
    await project.record({ inputs: TITLES });
    const flags = ["--generated", "300", "--seed", "42"];
    const { stdout } = await project.compare(...flags);
    const { generated, agreement } = project.report();
    await project.compare(...flags);
    expect(project.report().generated).toEqual(generated);
    expect(generated).toMatchObject({ generated: 300, seed: 42, outside: 0 });
    expect(generated?.violations).toBeGreaterThan(150);
    expect(generated?.counterexample).toMatchObject({ input: { input: "Report 50" } });
    expect(stdout).toContain("under this generator; says nothing of your traffic");
    // They are no part of the agreement with the prompt.
    expect(agreement.n).toBe(project.report().sources.holdout);
  });

  test("without violations bounds their share by the rule of three", async () => {
    const generate = "generate: (fc) => fc.record({ input: fc.string() })";
    using project = new ComparedProject({
      "slug.domain.ts": domain(`accepts: () => true, ${generate}`),
    });
    await project.record({ inputs: TITLES });
    await project.compare("--generated", "1000", "--seed", "1");
    expect(project.report().generated).toEqual({
      generated: 1000,
      violations: 0,
      outside: 0,
      seed: 1,
      statement:
        "1,000 generated, 0 violations: below 3/1,000 (0.3 %) under this generator; says nothing of your traffic",
    });
  });
});

describe("other things to compare with", () => {
  test("gold labels have figures of their own", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 20), answer: () => "?" });
    const labels = TITLES.map((input) => JSON.stringify({ input, output: slugOf(input) }));
    project.write({ "gold.jsonl": `${labels.join("\n")}\n` });
    const { stdout } = await project.compare("--gold", "gold.jsonl");
    const { gold, agreement, sources } = project.report();
    expect(sources).toMatchObject({ calls: 20 });
    expect(agreement.agreed).toBe(0);
    expect(gold).toMatchObject({ file: "gold.jsonl", fellBack: 0, prompt: { n: 20, agreed: 0 } });
    const { holdout, train } = gold ?? expect.unreachable();
    expect([holdout.n + train.n, holdout.agreed, train.agreed]).toEqual([40, holdout.n, train.n]);
    expect(holdout.lower).toBeCloseTo(0.05 ** (1 / holdout.n), 12);
    expect(stdout).toContain("gold labels of gold.jsonl, which are no model's answers");
  });

  test("another prompt is compared on the inputs that both have on record", async () => {
    using project = new ComparedProject({
      "title.worker": "---\nmodel: test:m\n---\nYou make other slugs.\n",
    });
    await project.record({ inputs: TITLES.slice(0, 30) });
    const answer = (title: string) => (title === TITLES[12] ? "?" : slugOf(title));
    const inputs = TITLES.slice(10);
    await project.record({ inputs, answer, worker: "title", cassette: "cassettes/title.yaml" });
    const { code } = await project.run(["compare", "slug.worker", "title.worker"]);
    const { agreement, train, sources, kind, tool } = project.report();
    expect([code, kind, tool]).toEqual([6, "worker", "title.worker"]);
    expect([agreement.n + train.n, agreement.agreed + train.agreed]).toEqual([20, 19]);
    expect(sources).toMatchObject({ distinct: 30, notInBoth: 10 });
  });

  test("a comparator that is declared decides what agrees", async () => {
    using project = new ComparedProject({
      "hardening/slug/comparator.yaml": "text: { ignore_case: true }\n",
    });
    await project.record({ inputs: TITLES, answer: (title) => slugOf(title).toUpperCase() });
    await project.compare();
    const { agreement, comparator } = project.report();
    expect(agreement.agreed).toBe(agreement.n);
    expect(comparator).toEqual({ text: { ignore_case: true } });
    project.write({ "exact.yaml": "exact\n" });
    await project.compare("--comparator", "exact.yaml");
    expect(project.report().agreement.agreed).toBe(0);
  });

  test("a tool of a toolset is named with it, and --out takes the reports", async () => {
    const toolset = `import { toolset } from "llm-do";\nimport { slug } from "./slug.ts";\nexport const names = toolset({ slug });\n`;
    using project = new ComparedProject({ "sets.ts": toolset, "slug.ts": SLUG_TOOL });
    await project.record({ inputs: TITLES });
    const words = ["compare", "slug.worker", "sets.ts#names.slug", "--out", "out", "--json"];
    const { stdout } = await project.run(words);
    expect(JSON.parse(stdout)).toEqual(project.report("out"));
    expect(project.report("out").agreement.agreed).toBe(project.report("out").agreement.n);
  });
});
