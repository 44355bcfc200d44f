import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { interval } from "../../src/statistics/time-uniform.ts";
import { grouped } from "../../src/words/counted.ts";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Half is held out, by the first 32 bits of a hash. */
function isHeldOut(title: string): boolean {
  const key = sha256(`llm-do split 2\n${JSON.stringify({ input: title })}`);
  return Number.parseInt(key.slice(0, 8), 16) / 2 ** 32 < 0.5;
}

const TITLES = titles(500);
const HELD_OUT = TITLES.filter(isHeldOut);
const TRAIN = TITLES.filter((title) => !isHeldOut(title));

function shownLook(project: ComparedProject) {
  const { look } = project.report();
  return look && !look.hidden ? look : expect.unreachable("the look is not shown");
}

describe("a comparison over recordings", () => {
  test("supports a claim that the interval reaches", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const { code, stdout } = await project.compare("--claim", "0.98");
    const report = project.report();
    const look = shownLook(project);
    const n = HELD_OUT.length;
    expect([code, report.verdict]).toEqual([0, "supported"]);
    expect(look).toMatchObject({ n, agreed: n, unit: "input", version: 1, alpha: 0.025 });
    expect(look).toMatchObject(interval({ n, agreed: n }, 0.025));
    expect(look.fallback).toMatchObject({ n, fellBack: 0, lower: 0 });
    expect(look.last).toEqual({ n: 100, agreed: 100 });
    expect(report.train).toMatchObject({ n: TRAIN.length, agreed: TRAIN.length });
    expect(report.sources).toMatchObject({ calls: 500, scripted: 500, listed: 500, closed: n });
    const least = Math.floor(look.lower * 10_000) / 100;
    expect(report.statement).toContain(
      `Agreed on ${n} of ${n} distinct held-out inputs: at least ${least} % of inputs like those recorded and inside the guard, at a risk of 2.5 %, however often version 1 looks.`,
    );
    expect(report.statement).toContain("This is not a claim that either is correct.");
    expect(report.statement).toContain("a script that stood in for the model");
    expect(stdout).toContain("a new ledger: 500 inputs (500 traffic)");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(report.headline);
  });

  test("refutes a claim that lies above the interval, and lists disagreements of train alone", async () => {
    using project = new ComparedProject();
    const wrong = new Set([...HELD_OUT.slice(0, 30), ...TRAIN.slice(0, 2)]);
    const answer = (title: string) => (wrong.has(title) ? "?" : slugOf(title));
    await project.record({ inputs: TITLES, answer });
    const { code } = await project.compare();
    const look = shownLook(project);
    expect([code, project.report().verdict]).toEqual([1, "refuted"]);
    expect(look).toMatchObject({ n: HELD_OUT.length, agreed: HELD_OUT.length - 30 });
    const lines = project.read("hardening/slug/disagreements.jsonl").trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line));
    expect(told.map(({ input }) => input.input).sort()).toEqual(TRAIN.slice(0, 2).sort());
    expect(told[0]).toMatchObject({ side: "train", prompt: "?", calls: 1 });
  });

  test("shows no part of the holdout before the claim is supported", async () => {
    using project = new ComparedProject();
    const wrong = new Set(HELD_OUT.slice(0, 9));
    const answer = (title: string) => (wrong.has(title) ? "?" : slugOf(title));
    await project.record({ inputs: TITLES, answer, samples: 2 });
    const { code, stdout } = await project.compare();
    const { look, noise, traffic, fallbacks, faults } = project.report();
    expect(code).not.toBe(0);
    expect(Object.keys(look ?? {}).sort()).toEqual(
      [
        ...["agreed", "alpha", "fallback", "hidden", "lower", "n"],
        "needed",
        "unit",
        "upper",
        "version",
      ]
        .filter((key) => key !== "needed" || project.report().verdict === "inconclusive")
        .sort(),
    );
    expect([noise?.side, traffic.side]).toEqual(["train", "train"]);
    expect([fallbacks, faults]).toEqual([[], []]);
    for (const name of ["compare.json", "compare.md", "compare.html", "disagreements.jsonl"]) {
      const text = project.read(`hardening/slug/${name}`);
      expect(HELD_OUT.filter((title) => text.includes(`${title}"`))).toEqual([]);
    }
    expect(HELD_OUT.filter((title) => stdout.includes(title))).toEqual([]);
  });

  test("does not look where train is already below the claim, which costs no version", async () => {
    using project = new ComparedProject();
    const wrong = new Set(TRAIN.filter((_, index) => index % 20 === 0));
    const answer = (title: string) => (wrong.has(title) ? "?" : slugOf(title));
    await project.record({ inputs: TITLES, answer });
    const { code, stdout } = await project.compare();
    const { verdict, look, statement } = project.report();
    expect([code, verdict, look]).toEqual([1, "not-looked", undefined]);
    expect(statement).toMatch(
      /^9\d\.\d % of train agree: it could not pass; the holdout was not looked at/,
    );
    expect(stdout).toContain("the holdout was not looked at");
    expect(stdout).toContain(
      "where the prompt is wrong, a tool that is right disagrees. --no-worse",
    );
    expect(stdout).not.toContain("saves a call"); // a guard made of train leaves none of it out
    expect(project.read("hardening/slug/split.lock.json")).not.toContain('"kind":"look"');
    expect(() => project.read("hardening/slug/certificate.json")).toThrow();
    await project.compare("--claim", "0.9");
    expect(shownLook(project).version).toBe(1);
  });

  test("counts a distinct input once, whatever its repeats and later samples say", async () => {
    using project = new ComparedProject();
    const repeated = TRAIN.slice(0, 3);
    await project.record({ inputs: [...TRAIN.slice(0, 20), ...HELD_OUT.slice(0, 20)] });
    await project.compare();
    const before = project.report();
    for (const sample of [1, 2]) {
      const answer = (title: string) => (title === repeated[0] ? "?" : slugOf(title));
      await project.record({ inputs: repeated, answer, cassette: `cassettes/more-${sample}.yaml` });
    }
    await project.compare();
    const { train, traffic, sources, noise, selfAgreement } = project.report();
    expect(train).toEqual(before.train);
    expect(shownLook(project)).toMatchObject({ version: 1, n: 20, agreed: 20 });
    expect(traffic).toEqual({ n: 26, agreed: 24, side: "train" });
    expect(sources).toMatchObject({ cassettes: 3, calls: 46, distinct: 40 });
    expect(selfAgreement).toEqual({ n: 3, agreed: 2 });
    expect(noise).toMatchObject({ n: 3, promptAgreed: 2, toolAgreed: 3, toolOnly: 1 });
  });

  test("takes the majority of samples as the reference where the ledger says so", async () => {
    using project = new ComparedProject();
    const answer = (title: string, sample: number) => (sample === 0 ? "?" : slugOf(title));
    await project.record({ inputs: TITLES.slice(0, 30), answer, samples: 3 });
    await project.record({ inputs: TITLES.slice(30, 40), cassette: "cassettes/once.yaml" });
    await project.compare("--reference-samples", "3");
    const { train, sources, ledger } = project.report();
    expect([train.agreed, sources.listed, sources.waiting]).toEqual([train.n, 30, 10]);
    expect(ledger).toMatchObject({ reference: 3, isNew: true });
    const { code, stderr } = await project.compare("--reference-samples", "1");
    expect([code, stderr]).toEqual([2, expect.stringContaining("the ledger was made with 3")]);
    const other = await project.compare("--holdout", "0.2");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("made with 0.5")]);
  });

  test.each<[string, (title: string) => string, readonly string[]]>([
    // Two labels make two pairs at most, which say more than that both are words.
    [
      "labels",
      (title) => (title.includes("1") ? "ham" : "spam"),
      ['the whole answer: "ham" against "spam"', 'the whole answer: "spam" against "ham"'],
    ],
  ])("groups what differs: %s", async (_what, answer, groups) => {
    using project = new ComparedProject({
      "slug.ts": slugTool('input.includes("2") ? "ham" : "spam"'),
    });
    await project.record({ inputs: TITLES.slice(0, 60), answer });
    await project.compare();
    const lines = project.read("hardening/slug/disagreements.jsonl").trimEnd().split("\n");
    const named = new Set(lines.map((line) => JSON.parse(line).group));
    expect([...named].sort()).toEqual(groups);
  });

  test("says what is saved, net of fallbacks and checks, and in a month", async () => {
    using project = new ComparedProject({
      "slug.ts": slugTool(
        '/\\d{3}/.test(input) ? { ok: false, reason: "three digits" } : slug_(input)',
        {
          before:
            'const slug_ = (text: string) => ({ ok: true, value: text.toLowerCase().replace(/[^a-z0-9]+/g, "-") });',
        },
      ),
    });
    const inputs = TITLES.slice(0, 200);
    await project.record({ inputs });
    const { stdout } = await project.compare("--monthly-calls", "100000");
    const { savings, fallbacks } = project.report();
    const fell = inputs.filter((title) => /\d{3}/.test(title)).length;
    const look = shownLook(project);
    const fellHeldOut = inputs.filter((title) => /\d{3}/.test(title) && isHeldOut(title)).length;
    expect(look.fallback).toMatchObject({
      fellBack: fellHeldOut,
      n: inputs.filter(isHeldOut).length,
    });
    expect(look.n).toBe(look.fallback.n - fellHeldOut);
    expect(fallbacks).toEqual([
      { why: "tool", count: fell - fellHeldOut, example: "three digits" },
    ]);
    // Before a claim is supported, what is saved is said of the inputs to learn from alone.
    const answered = 1 - (fell - fellHeldOut) / (200 - look.fallback.n);
    expect(savings.answered).toBeCloseTo(answered, 12);
    expect(savings.perCall.tokens).toBeCloseTo(50 * answered * 0.98, 9);
    expect(savings.monthly?.tokens).toBeCloseTo(savings.perCall.tokens * 100_000, 3);
    const calls = grouped(Math.round(98_000 * answered));
    expect(stdout).toContain(`saves a month, with 100,000 calls: ${calls} model calls`);
  });

  test("leaves a certificate whose hashes anybody can compute", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES.slice(0, 200) });
    await project.compare("--claim", "0.9");
    const certificate = JSON.parse(project.read("hardening/slug/certificate.json"));
    const head = '{"serverTools":[],"settings":{},"system":"You make slugs.","tools":[]}';
    const { events } = JSON.parse(project.read("hardening/slug/split.lock.json"));
    expect(certificate).toMatchObject({
      certificate: 2,
      kind: "agreement",
      claim: 0.9,
      candidate: "tool",
      worker: { name: "slug", file: "slug.worker" },
      tool: "slug.ts#slug",
      domain: "hardening/slug/templates.json",
      version: 1,
      inputs: 200,
      hashes: { prompt: sha256(head), model: sha256("test:m"), ledger: events.at(-1).chain },
      single: { disagreed: 0 },
      reference: 1,
    });
    const n = TITLES.slice(0, 200).filter(isHeldOut).length;
    expect(certificate.agreement).toMatchObject({ n, agreed: n, verdict: "supported" });
    expect(certificate.sources).toEqual({
      ...{ traffic: n, shadow: 0, check: 0, imported: 0 },
      scripted: n,
    });
  });
});
