import { describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";
import { seededRandom } from "../support/seeded-random.ts";

const TITLES = titles(60);

/** The prompt ends its slugs in -p and the tool in -t, so that they differ everywhere. */
async function differingProject(inputs = TITLES): Promise<ComparedProject> {
  const project = new ComparedProject({
    "slug.ts": slugTool('input.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "-t"'),
    "slug.domain.ts":
      'import { domain } from "llm-do";\nexport const d = domain({ accepts: () => true });\n',
  });
  await project.record({ inputs, answer: (title) => `${slugOf(title)}-p` });
  return project;
}

/** A person who sees what is shown and answers; an undefined answer interrupts. */
function person(answer: (shown: string) => string | undefined) {
  const screen = { all: "", asked: 0 };
  let unread = "";
  const overrides: Partial<Host> = {
    random: seededRandom(7),
    stderr: {
      isTerminal: true,
      columns: 80,
      write: (text) => {
        unread += text;
        screen.all += text;
      },
    },
    stdin: {
      isTerminal: true,
      readAll: async () => "",
      readLine: async () => {
        const said = answer(unread);
        unread = "";
        screen.asked++;
        if (said === undefined) throw new Error("SIGINT");
        return said;
      },
    },
  };
  return { overrides, screen };
}

/** Prefers the tool's answer, whichever letter it has. */
function preferTool(shown: string): string {
  return /answer a:\n.*-t\n/.test(shown) ? "a" : "b";
}

function preferPrompt(shown: string): string {
  return preferTool(shown) === "a" ? "b" : "a";
}

const LABEL = ["compare", "slug.worker", "slug.ts#slug", "--label"];

function paired(project: ComparedProject) {
  return project.report().paired ?? expect.unreachable("nothing was tested");
}

function eventsOf(project: ComparedProject, kind: string) {
  const { events } = JSON.parse(project.read("hardening/slug/split.lock.json"));
  return events.filter((event: { kind: string }) => event.kind === kind);
}

describe("a person who labels", () => {
  test("sees held-out disagreements alone, blind, in random order and in that of the list", async () => {
    using project = await differingProject();
    const { overrides, screen } = person(preferTool);
    const { code } = await project.run(LABEL, overrides);
    const { n = 0, better, worse, labels, stoppedBy } = paired(project);
    expect([code, project.report().verdict]).toEqual([0, "supported"]);
    expect([better, worse, labels, stoppedBy]).toEqual([n, 0, n, "verdict"]);
    expect(screen.asked).toBe(n);
    expect(screen.all).not.toMatch(/tool|prompt/i);
    const letters = screen.all.match(/answer a:\n.*-(?:t|p)\n/g) ?? [];
    expect(new Set(letters.map((text) => text.at(-2)))).toEqual(new Set(["t", "p"]));
    const order = [...screen.all.matchAll(/Report (\d+) of/g)].map(([, count]) => Number(count));
    expect(order).toEqual(order.toSorted((left, right) => left - right));
    const opened = eventsOf(project, "opened");
    expect(opened.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(n);
    const certificate = JSON.parse(project.read("hardening/slug/certificate.json"));
    expect(certificate).toMatchObject({ kind: "no-worse", margin: 0.01, paired: { n, better } });
    expect(certificate.paired.loss).toBeLessThan(0);
  });

  test("whose labels favour the prompt refutes it", async () => {
    using project = await differingProject();
    const { code } = await project.run(LABEL, person(preferPrompt).overrides);
    expect([code, project.report().verdict]).toEqual([1, "refuted"]);
    expect(paired(project)).toMatchObject({ better: 0, stoppedBy: "verdict" });
    expect(() => project.read("hardening/slug/certificate.json")).toThrow();
  });

  test("may say both or neither, is asked again after anything else, and cannot skip", async () => {
    using project = await differingProject();
    const answers = ["t", "n", "both of them", "s", "t", "q"];
    const { overrides, screen } = person(() => answers.shift());
    const { code } = await project.run(LABEL, overrides);
    expect(paired(project)).toMatchObject({ n: 3, better: 0, worse: 0, labels: 3 });
    expect([code, screen.asked, paired(project).stoppedBy]).toEqual([6, 6, "label"]);
    // The fourth was shown, and is open too.
    expect(project.report().sources.closed).toBe(
      eventsOf(project, "inputs")[0].inputs.filter(
        ({ side }: { side: string }) => side === "holdout",
      ).length - 4,
    );
  });

  test("keeps what was said when interrupted, and goes on from there", async () => {
    using project = await differingProject();
    let left = 3;
    const first = person((shown) => (left-- > 0 ? preferTool(shown) : undefined));
    const { code, stderr } = await project.run(LABEL, first.overrides);
    expect(code).toBe(130);
    expect(`${stderr}${first.screen.all}`).toContain("the labels so far are kept");
    const second = person(preferTool);
    await project.run(LABEL, second.overrides);
    const { n = 0 } = paired(project);
    expect(second.screen.asked).toBe(n - 3);
    const third = await project.compare("--no-worse");
    expect([third.code, paired(project)]).toMatchObject([0, { version: 1, n, labels: n }]);
  });

  test("is asked anew about another tool, on inputs that are still closed", async () => {
    using project = await differingProject(titles(120));
    await project.run(LABEL, person(preferTool).overrides);
    const { n: before = 0 } = paired(project);
    project.write({
      "other.ts": slugTool('input.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "-t2"'),
      "other.domain.ts":
        'import { domain } from "llm-do";\nexport const d = domain({ accepts: () => true });\n',
    });
    const closed = project.report().sources.closed;
    await project.run(["compare", "slug.worker", "other.ts#slug", "--no-worse"]);
    expect(paired(project)).toMatchObject({ version: 2, n: 0, labels: 0, stoppedBy: "label" });
    expect(before).toBeGreaterThan(5);
    expect(project.report().sources.closed).toBe(closed);
  });
});

describe("gold labels", () => {
  const gold = (inputs: readonly string[]) =>
    inputs.map((input) => `${JSON.stringify({ input, output: slugOf(input) })}\n`).join("");

  test("let a tool pass that is right where the prompt is wrong", async () => {
    using project = new ComparedProject();
    const inputs = titles(600);
    // The prompt is right on 1,513 of 1,600.
    const answer = (title: string) => (/[05]1 of/.test(title) ? "?" : slugOf(title));
    await project.record({ inputs, answer });
    project.write({ "gold.jsonl": gold(inputs) });
    const agreement = await project.compare("--claim", "0.99");
    expect(agreement.code).toBe(1);
    const { code } = await project.compare("--no-worse", "--gold", "gold.jsonl");
    const { gold: figures, paired: test } = project.report();
    expect([code, project.report().verdict]).toEqual([0, "supported"]);
    expect(figures).toMatchObject({ file: "gold.jsonl", labels: 600 });
    const through = figures?.through ?? expect.unreachable();
    expect(through.tool).toBe(through.n);
    expect(through.prompt).toBe(through.n - (test?.better ?? 0));
  });

  test("stop at the first disagreement without one: none is skipped", async () => {
    using project = await differingProject();
    await project.compare();
    project.write({ "gold.jsonl": gold(TITLES.slice(0, 8)) });
    const { code, stdout } = await project.compare("--gold", "gold.jsonl");
    const { n = 0, stoppedBy } = paired(project);
    expect([code, stoppedBy]).toEqual([6, "label"]);
    expect(n).toBeLessThanOrEqual(8);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("has no label, and none may be skipped");
  });
});

describe("a judge", () => {
  const JUDGE = "---\nmodel: test:m\n---\nSay which answer is right: a, b, both or neither.\n";
  const words = ["compare", "slug.worker", "slug.ts#slug", "--judge", "judge.worker"];

  function judged(project: ComparedProject, inputs: readonly string[]): readonly string[] {
    // One item for each order in which a case may be shown; each is used at most once.
    const items = inputs.flatMap((title) => [
      { when: { contains: `Answer a:\n${slugOf(title)}-t\n` }, text: "a" },
      { when: { contains: `Answer b:\n${slugOf(title)}-t` }, text: "B." },
    ]);
    project.write({ "judge.worker": JUDGE, "verdicts.json": JSON.stringify(items) });
    return ["--cassette", `${project.path}/judge.yaml`, "--script", "verdicts.json"];
  }

  test("is advisory: it says what it says, and gives no certificate", async () => {
    using project = await differingProject();
    const { code, stdout } = await project.run([...words, ...judged(project, TITLES)]);
    const { judge, paired: test, verdict } = project.report();
    expect([code, verdict]).toEqual([6, "inconclusive"]);
    expect(judge).toMatchObject({ calibrated: false, verdict: "no-worse", worse: 0 });
    expect(test).toMatchObject({ n: 0, stoppedBy: "label" });
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("judge.worker is advisory");
    expect(() => project.read("hardening/slug/certificate.json")).toThrow();
    const cassette = ["--cassette", `${project.path}/judge.yaml`, "--mode", "replay"];
    await project.run([...words, ...cassette]);
    expect(project.report().judge).toEqual(judge);
  });

  test("is believed once it has said what a person said of 50 cases", async () => {
    const inputs = titles(300);
    using project = await differingProject(inputs);
    // Both answers will do for most, so that the person gets far.
    let asked = 0;
    const said = person((shown) => (asked++ < 50 ? (asked < 49 ? "t" : preferTool(shown)) : "q"));
    await project.run(LABEL, said.overrides);
    const items = inputs.map(() => ({ text: "both" }));
    project.write({ "judge.worker": JUDGE, "verdicts.json": JSON.stringify(items) });
    const cassette = ["--cassette", `${project.path}/judge.yaml`, "--script", "verdicts.json"];
    await project.run([...words, ...cassette]);
    const { judge, paired: test } = project.report();
    expect(judge).toMatchObject({ calibrated: true, agreesWithPerson: { n: 50, agreed: 48 } });
    // A person's labels go before the judge's.
    expect(test).toMatchObject({ better: 2, stoppedBy: "end" });
    expect(test?.n).toBeGreaterThan(100);
  });

  test("that has no recording in replay is a miss", async () => {
    using project = await differingProject();
    project.write({ "judge.worker": JUDGE, "empty.yaml": "cassette: 1\n" });
    const cassette = ["--cassette", `${project.path}/empty.yaml`, "--mode", "replay"];
    const { code, stderr } = await project.run([...words, ...cassette]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("no recording answers")]);
  });

  test("that names neither answer is an error", async () => {
    using project = await differingProject();
    project.write({ "judge.worker": JUDGE, "verdicts.json": '["the first, I think"]' });
    const cassette = ["--cassette", `${project.path}/judge.yaml`, "--script", "verdicts.json"];
    const { code, stderr } = await project.run([...words, ...cassette]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("it must answer a, b, both or neither"),
    ]);
  });

  test("with an input schema gets the case and both answers by name", async () => {
    using project = await differingProject();
    const schema =
      "input_schema: { type: object, properties: { case: {}, a: {}, b: {} }, required: [case, a, b] }";
    const output =
      "output_schema: { type: object, properties: { right: { type: string } }, required: [right] }";
    const items = TITLES.map(() => ({ text: '{ "right": "both" }' }));
    project.write({
      "judge.worker": JUDGE.replace("model: test:m", `model: test:m\n${schema}\n${output}`),
      "verdicts.json": JSON.stringify(items),
    });
    const cassette = ["--cassette", `${project.path}/judge.yaml`, "--script", "verdicts.json"];
    await project.run([...words, ...cassette]);
    expect(project.report().judge).toMatchObject({ better: 0, worse: 0, verdict: "open" });
    expect(project.read("judge.yaml")).toMatch(
      /"case": \{\n +"input": "Report \d+ of the group"\n +\},\n +"a": /,
    );
  });
});
