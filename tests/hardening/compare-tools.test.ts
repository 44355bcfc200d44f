import { describe, expect, test } from "vitest";
import { splitInput } from "../../src/hardening/recordings/distinct-inputs.ts";
import { runCliHere } from "../support/cli-here.ts";
import {
  ComparedProject,
  SLUG_TOOL,
  slugOf,
  slugTool,
  titles,
} from "../support/compared-project.ts";

const TITLES = titles(40);

/** A title of train: of the holdout nothing is told by part. */
const FAULTY = TITLES.find((title) => splitInput({ input: title }).side === "train");
const TRAIN = TITLES.filter((title) => splitInput({ input: title }).side === "train").length;
const IS_FAULTY = `input === ${JSON.stringify(FAULTY)}`;

/** What a comparison says of a tool with this answer to one title, by its faults. */
async function faultsOf(expression: string, extra: Parameters<typeof slugTool>[1] = {}) {
  using project = new ComparedProject({
    "slug.ts": slugTool(`${IS_FAULTY} ? ${expression} : slug_(input)`, {
      ...extra,
      before: `const slug_ = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");\n${extra.before ?? ""}`,
    }),
  });
  await project.record({ inputs: TITLES });
  await project.compare("--timeout", "200");
  const { faults, train } = project.report();
  return { faults, all: train.n + train.fellBack, agreed: train.agreed };
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
    expect([all, agreed]).toEqual([TRAIN, TRAIN - 1]);
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
    using project = new ComparedProject({
      "slug.ts": slugTool(`${IS_FAULTY} ? hang() : input`, {
        before: `async function hang() { ${code} }`,
      }),
    });
    await project.record({ inputs: TITLES, answer: (title) => title });
    const words = ["compare", "slug.worker", "slug.ts#slug", "--timeout", "200"];
    const { code: exitCode } = await runCliHere(words, { cwd: project.path });
    const { faults, train } = project.report();
    // 19 of 20 of train agree, which is less than the claim.
    expect(exitCode).toBe(1);
    expect(faults).toMatchObject([{ why: "timed-out", count: 1 }]);
    expect(train.agreed).toBe(TRAIN - 1);
  });
});

describe("a domain beside the tool", () => {
  const domain = (parts: string) =>
    `import { domain } from "llm-do";\nexport const slug_domain = domain({ ${parts} });\n`;

  test("sends inputs back to the prompt that it does not accept, or whose answers it refuses", async () => {
    using project = new ComparedProject({
      "slug.domain.ts": domain(
        'accepts: ({ input }) => !input.includes("1") || "it has a one", check: (_input, output) => !output.includes("2") || "it has a two"',
      ),
    });
    await project.record({ inputs: TITLES });
    await project.compare();
    const { fallbacks, train, look, domain: named, hashes } = project.report();
    const [ones, twos] = ["1", "2"].map((digit) => (title: string) => title.includes(digit));
    const side = (title: string) => splitInput({ input: title }).side;
    const onTrain = TITLES.filter((title) => side(title) === "train");
    const refused = onTrain.filter((title) => twos?.(title) && !ones?.(title)).length;
    expect(fallbacks).toEqual([
      {
        why: "domain",
        count: onTrain.filter((title) => ones?.(title)).length,
        example: "it has a one",
      },
      { why: "check", count: refused, example: "it has a two" },
    ]);
    expect(train.fellBack).toBe(onTrain.filter((title) => ones?.(title) || twos?.(title)).length);
    const fellBack = TITLES.filter((title) => side(title) === "holdout" && /[12]/.test(title));
    expect(look).toMatchObject({ unit: "template", fallback: { fellBack: fellBack.length } });
    expect([named, hashes.domain]).toEqual([
      "slug.domain.ts#slug_domain",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  test("is made of the templates of train where there is none, and kept", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    await project.compare();
    const written = project.read("hardening/slug/templates.json");
    const held = TITLES.filter((title) => splitInput({ input: title }).side === "holdout");
    expect(held.filter((title) => written.includes(`"${title}"`))).toEqual([]);
    await project.record({ inputs: ["An odd: title?", "(x)"], cassette: "cassettes/odd.yaml" });
    await project.compare();
    const { domain: named, train, look } = project.report();
    expect(named).toBe("hardening/slug/templates.json");
    expect(project.read("hardening/slug/templates.json")).toBe(written);
    const fell = look && !look.hidden ? look.fallback.fellBack : 0;
    expect(train.fellBack + fell).toBe(2);
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
    const { generated, train } = project.report();
    await project.compare(...flags);
    expect(project.report().generated).toEqual(generated);
    expect(generated).toMatchObject({ generated: 300, seed: 42, outside: 0 });
    expect(generated?.violations).toBeGreaterThan(150);
    expect(generated?.counterexample).toMatchObject({ input: { input: "Report 50" } });
    expect(stdout).toContain("under this generator; says nothing of your traffic");
    // They are not part of the agreement with the prompt.
    expect(train.n + train.fellBack).toBe(TRAIN);
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
  test("another worker is one version by its own hash, and its first answer counts", async () => {
    using project = new ComparedProject({
      "title.worker": "---\nmodel: test:cheap\n---\nYou make other slugs.\n",
    });
    await project.record({ inputs: TITLES.slice(0, 30) });
    const answer = (title: string) => (title === FAULTY ? "report-0-of-no-group" : slugOf(title));
    const inputs = TITLES.slice(0, 20);
    await project.record({ inputs, answer, worker: "title", cassette: "cassettes/title.yaml" });
    const words = ["compare", "slug.worker", "title.worker", "--claim", "0.8"];
    const { code } = await project.run(words);
    const { train, look, sources, candidate, tool, savings } = project.report();
    expect([code, candidate, tool]).toEqual([6, "worker", "title.worker"]);
    const shown = look && !look.hidden ? look : expect.unreachable();
    expect([shown.n + train.n, shown.agreed + train.agreed]).toEqual([20, 19]);
    expect(sources).toMatchObject({ distinct: 30, unanswered: 10 });
    expect(savings.perCall.tokens).toBeCloseTo(50 * 0.98 - 50, 9);
    // A later, better answer of it changes nothing.
    await project.record({ inputs, worker: "title", cassette: "cassettes/title2.yaml" });
    await project.run(words);
    expect(project.report()).toMatchObject({ train, look: { version: 1 } });
    // One whose file comes first does: answers that are drawn anew are another version, and paid for.
    await project.record({ inputs, worker: "title", cassette: "cassettes/another.yaml" });
    await project.run(words);
    expect(project.report()).toMatchObject({ look: { version: 2 } });
    project.write({ "title.worker": "---\nmodel: test:cheap\n---\nYou make better slugs.\n" });
    await project.record({ inputs, worker: "title", cassette: "cassettes/title3.yaml" });
    await project.run(words);
    expect(project.report()).toMatchObject({ look: { version: 3 } });
  });

  test("a worker is not compared with itself: its recordings agree with themselves", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const { code, stderr } = await project.run(["compare", "slug.worker", "./slug.worker"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("it is the same worker twice")]);
  });

  test("calls that code left to the prompt are no evidence", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 10) });
    const cassette = project.read("cassettes/all.yaml");
    // As a canary writes them down: who answered, and why not code.
    const fallback = (title: string, call: string) =>
      `---\neffect: ${"0".repeat(16)}\ncall: ${call}\nanswered: slug\nmode: code\ninput: ${JSON.stringify({ input: title })}\nby: prompt\nreason: outside of the domain\ntiming: { totalMs: 0 }\n`;
    const call = /^call: (.*)$/m.exec(cassette)?.[1] ?? expect.unreachable();
    project.write({
      "cassettes/all.yaml": `${cassette.trimEnd()}\n${fallback(TITLES[0] ?? "", call)}`,
    });
    await project.compare();
    expect(project.report().sources).toMatchObject({ calls: 10, listed: 9, fallbacks: 1 });
  });

  test("a comparator that is declared decides what agrees", async () => {
    using project = new ComparedProject({
      "hardening/slug/comparator.yaml": "text: { ignore_case: true }\n",
    });
    await project.record({ inputs: TITLES, answer: (title) => slugOf(title).toUpperCase() });
    await project.compare();
    const { train, comparator } = project.report();
    expect([train.agreed, train.n]).toEqual([TRAIN, TRAIN]);
    expect(comparator).toEqual({ text: { ignore_case: true } });
    project.write({ "exact.yaml": "exact\n" });
    await project.compare("--comparator", "exact.yaml");
    expect(project.report().train.agreed).toBe(0);
  });

  test("a tool of a toolset is named with it, and --out takes the reports", async () => {
    const toolset = `import { toolset } from "llm-do";\nimport { slug } from "./slug.ts";\nexport const names = toolset({ slug });\n`;
    using project = new ComparedProject({ "sets.ts": toolset, "slug.ts": SLUG_TOOL });
    await project.record({ inputs: TITLES });
    const words = ["compare", "slug.worker", "sets.ts#names.slug", "--out", "out", "--json"];
    const { stdout } = await project.run(words);
    expect(JSON.parse(stdout)).toEqual(project.report("out"));
    expect(project.report("out").train.agreed).toBe(TRAIN);
    const ledger = JSON.parse(project.read("hardening/slug/split.lock.json"));
    expect(ledger).toMatchObject({ worker: "slug", folder: "hardening/slug" });
  });
});
