import { describe, expect, test } from "vitest";
import type { Host } from "../../src/host/host.ts";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";

const TITLES = titles(60);

/** The prompt ends its slugs in -p and the tool in -t, so that they differ everywhere. */
async function differingProject(): Promise<ComparedProject> {
  const project = new ComparedProject({
    "slug.ts": slugTool('input.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "-t"'),
  });
  await project.record({ inputs: TITLES, answer: (title) => `${slugOf(title)}-p` });
  return project;
}

/** A person who sees what is shown and answers; an undefined answer interrupts. */
function person(answer: (shown: string) => string | undefined) {
  const screen = { all: "", asked: 0 };
  let unread = "";
  const overrides: Partial<Host> = {
    random: randomOf(7),
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

/** A small generator of numbers that are well spread. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Prefers the tool's answer, whichever letter it has. */
function preferTool(shown: string): string {
  return /answer a:\n.*-t\n/.test(shown) ? "a" : "b";
}

const ADJUDICATE = ["compare", "slug.worker", "slug.ts#slug", "--adjudicate"];

/** P(Bin(n, 1/2) >= n). */
const allOf = (n: number) => 0.5 ** n;

describe("a person who adjudicates", () => {
  test("sees only held-out disagreements, blind and in random order", async () => {
    using project = await differingProject();
    const { overrides, screen } = person(preferTool);
    await project.run(ADJUDICATE, overrides);
    const { adjudication, agreement } = project.report();
    const { n } = agreement;
    expect(adjudication).toEqual({
      disagreements: n,
      judged: n,
      wins: n,
      losses: 0,
      ties: 0,
      p: expect.closeTo(allOf(n), 12),
    });
    expect(screen.all).not.toMatch(/tool|prompt/i);
    expect(screen.all).toMatch(/ {2}input:\n {4}Report \d+ of the group\n/);
    const letters = screen.all.match(/answer a:\n.*-(?:t|p)\n/g) ?? [];
    const firsts = letters.map((text) => text.at(-2));
    expect(new Set(firsts)).toEqual(new Set(["t", "p"]));
    const order = [...screen.all.matchAll(/Report (\d+) of/g)].map(([, count]) => Number(count));
    expect(order).toHaveLength(n);
    expect(order).not.toEqual(order.toSorted((left, right) => left - right));
  });

  test("may say that both or neither are right, skip, and be asked again after anything else", async () => {
    using project = await differingProject();
    const answers = ["t", "n", "both of them", "s", "?", "q"];
    const { overrides, screen } = person(() => answers.shift());
    await project.run(ADJUDICATE, overrides);
    expect(project.report().adjudication).toMatchObject({
      judged: 2,
      wins: 0,
      losses: 0,
      ties: 2,
      p: 1,
    });
    expect(screen.asked).toBe(6);
  });

  test("keeps what was said when interrupted, and goes on from there", async () => {
    using project = await differingProject();
    let left = 3;
    const first = person((shown) => (left-- > 0 ? preferTool(shown) : undefined));
    const { code } = await project.run(ADJUDICATE, first.overrides);
    expect(code).toBe(130);
    expect(first.screen.all).toContain("what was said is kept");
    const second = person(preferTool);
    await project.run(ADJUDICATE, second.overrides);
    const { adjudication, agreement } = project.report();
    expect(second.screen.asked).toBe(agreement.n - 3);
    expect(adjudication).toMatchObject({ judged: agreement.n, wins: agreement.n });
    const third = await project.compare();
    expect(third.stdout).toContain(`which is right, by a person: ${agreement.n} of ${agreement.n}`);
  });

  test("is asked anew where an answer has changed since", async () => {
    using project = await differingProject();
    await project.run(ADJUDICATE, person(preferTool).overrides);
    project.write({ "other.ts": slugTool('"t"') });
    await project.run(["compare", "slug.worker", "other.ts#slug"]);
    expect(project.report().adjudication).toMatchObject({ judged: 0, wins: 0, p: 1 });
  });

  test("who was cut off in the middle of a line loses that line alone", async () => {
    using project = await differingProject();
    await project.run(ADJUDICATE, person(preferTool).overrides);
    const log = "hardening/slug/adjudication.jsonl";
    project.write({ [log]: project.read(log).slice(0, -20) });
    const again = person(preferTool);
    await project.run(ADJUDICATE, again.overrides);
    expect(again.screen.asked).toBe(1);
    const { adjudication, agreement } = project.report();
    expect(adjudication?.judged).toBe(agreement.n);
  });
});

describe("a judge", () => {
  const JUDGE = "---\nmodel: test:m\n---\nSay which answer is right: a, b, both or neither.\n";
  const words = ["compare", "slug.worker", "slug.ts#slug", "--judge", "judge.worker"];

  test("is recorded, replayed, and reported as advisory", async () => {
    using project = await differingProject();
    // One item for each order in which a case may be shown; each is used at most once.
    const items = TITLES.flatMap((title) => [
      { when: { contains: `Answer a:\n${slugOf(title)}-t\n` }, text: "a" },
      { when: { contains: `Answer b:\n${slugOf(title)}-t` }, text: "B." },
    ]);
    project.write({ "judge.worker": JUDGE, "verdicts.json": JSON.stringify(items) });
    const cassette = ["--cassette", `${project.path}/judge.yaml`];
    const recorded = await project.run([...words, ...cassette, "--script", "verdicts.json"]);
    expect(recorded.stderr).toBe("");
    const { judge, agreement, adjudication } = project.report();
    expect(judge).toMatchObject({
      judged: agreement.n,
      wins: agreement.n,
      losses: 0,
      advisory: true,
    });
    expect(judge?.p).toBeCloseTo(allOf(agreement.n), 12);
    expect(adjudication).toBeUndefined();
    const replayed = await project.run([...words, ...cassette, "--mode", "replay"]);
    expect(project.report().judge).toEqual(judge);
    expect(replayed.stdout).toContain("which is right, by judge.worker, which is advisory");
    await project.run(ADJUDICATE, person(preferTool).overrides);
    await project.run([...words, ...cassette, "--mode", "replay"]);
    const { n } = agreement;
    expect(project.report().judge?.agreesWithPerson).toEqual({ n, agreed: n });
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
    const { judge, agreement } = project.report();
    expect(judge).toMatchObject({ judged: agreement.n, ties: agreement.n });
    expect(project.read("judge.yaml")).toMatch(
      /"case": \{\n +"input": "Report \d+ of the group"\n +\},\n +"a": /,
    );
  });
});
