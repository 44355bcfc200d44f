import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";
import { atLeastOf, exactShare } from "../support/exact-binomial.ts";

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** One input in five is held out, by the first 32 bits of a hash. */
function isHeldOut(title: string): boolean {
  const key = sha256(`llm-do split 1\n${JSON.stringify({ input: title })}`);
  return Number.parseInt(key.slice(0, 8), 16) / 2 ** 32 < 0.2;
}

/** How likely it is that so many agree when their true share is the bound. */
function chanceAt(bound: number, { agreed, n }: { agreed: number; n: number }): number {
  return atLeastOf(agreed, n, exactShare(bound, "down"));
}

const TITLES = titles(900);
const HELD_OUT = TITLES.filter(isHeldOut);

describe("a comparison over recordings", () => {
  test("supports a claim that the exact bound reaches", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const { code, stdout } = await project.compare("--claim", "0.98");
    const { agreement, sources, statement, train } = project.report();
    expect(code).toBe(0);
    expect(agreement).toMatchObject({ n: HELD_OUT.length, agreed: HELD_OUT.length, upper: 1 });
    expect(agreement.lower).toBeCloseTo(0.05 ** (1 / HELD_OUT.length), 12);
    expect(agreement).toMatchObject({ claim: 0.98, verdict: "supported" });
    expect(train).toEqual({ n: 900 - HELD_OUT.length, agreed: 900 - HELD_OUT.length });
    expect(sources).toMatchObject({ calls: 900, scripted: 900, distinct: 900, cassettes: 1 });
    const least = Math.floor(agreement.lower * 10_000) / 100;
    expect(statement).toBe(
      `Agreed on ${HELD_OUT.length} of ${HELD_OUT.length} distinct held-out recordings: with 95 % confidence at least ${least} % on inputs like those recorded and inside the guard. The prompt was asked nothing twice, so its own noise is unknown. Expected fallback 0.0 %. This is not a claim that either is correct.`,
    );
    expect(stdout).toContain(statement);
    expect(stdout).toContain("all from a script that stood in for the model");
  });

  test("refutes a claim that lies above the upper bound, and says where they differ", async () => {
    using project = new ComparedProject();
    const wrong = new Set(HELD_OUT.slice(0, 12));
    const answer = (title: string) => (wrong.has(title) ? "?" : slugOf(title));
    await project.record({ inputs: TITLES, answer });
    const { code, stdout } = await project.compare();
    const { agreement, disagreements } = project.report();
    expect(code).toBe(1);
    expect(agreement).toMatchObject({ agreed: HELD_OUT.length - 12, verdict: "refuted" });
    // At the lower bound so many agree with a probability of 5 %, at the upper one so few do.
    expect(chanceAt(agreement.lower, agreement)).toBeCloseTo(0.05, 6);
    const more = { n: agreement.n, agreed: agreement.agreed + 1 };
    expect(1 - chanceAt(agreement.upper, more)).toBeCloseTo(0.05, 6);
    expect(disagreements).toEqual({ holdout: 12, train: 0 });
    expect(stdout).toContain("refuted: that they agree on at least 98 %");
    const lines = project.read("hardening/slug/disagreements.jsonl").trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line));
    expect(told.map(({ input }) => input.input).sort()).toEqual([...wrong].sort());
    const first = told[0];
    expect(first).toMatchObject({ prompt: "?", tool: slugOf(first.input.input), calls: 1 });
    expect(first.differences).toEqual([{ path: [], left: "?", right: slugOf(first.input.input) }]);
  });

  test.each<[string, (title: string) => string, readonly string[]]>([
    // Two labels make two pairs at most, which say more than that both are words.
    [
      "labels",
      (title) => (title.includes("1") ? "ham" : "spam"),
      ['the whole answer: "ham" against "news"', 'the whole answer: "spam" against "news"'],
    ],
    [
      "texts",
      (title) => `new ${title}`,
      [
        'the whole answer: "a Aa 9 a a a" against "a"',
        'the whole answer: "a Aa 99 a a a" against "a"',
      ],
    ],
  ])("groups what differs: %s", async (_what, answer, groups) => {
    using project = new ComparedProject({ "slug.ts": slugTool('"news"') });
    await project.record({ inputs: TITLES.slice(0, 30), answer });
    await project.compare();
    const lines = project.read("hardening/slug/disagreements.jsonl").trimEnd().split("\n");
    const named = new Set(lines.map((line) => JSON.parse(line).group));
    expect([...named].sort()).toEqual(groups);
  });

  test("says how many further inputs would settle an open claim", async () => {
    using project = new ComparedProject();
    const some = TITLES.slice(0, 40);
    const n = some.filter(isHeldOut).length;
    await project.record({ inputs: some });
    const { code, stdout } = await project.compare();
    const { agreement } = project.report();
    expect(code).toBe(6);
    // 0.98^149 is the first power below 5 %, 0.98^183 the first below 2.5 %.
    expect([0.98 ** 148 > 0.05, 0.98 ** 149 <= 0.05]).toEqual([true, true]);
    expect([0.98 ** 182 > 0.025, 0.98 ** 183 <= 0.025]).toEqual([true, true]);
    expect(agreement).toMatchObject({ n, agreed: n, verdict: "inconclusive" });
    expect(agreement).toMatchObject({ needed: 149 - n, neededAtNextLook: 183 - n });
    expect(stdout).toContain(`${149 - n} more distinct held-out inputs, all agreeing`);
    expect(stdout).toContain(`it takes ${183 - n}: about ${(183 - n) * 5} more distinct recorded`);
  });

  test("counts repeated inputs once, and by calls in the figure of traffic", async () => {
    using project = new ComparedProject();
    const repeated = HELD_OUT.slice(0, 3);
    await project.record({ inputs: HELD_OUT.slice(0, 20) });
    for (const sample of [1, 2]) {
      const answer = (title: string) => (title === repeated[0] ? "?" : slugOf(title));
      await project.record({ inputs: repeated, answer, cassette: `cassettes/more-${sample}.yaml` });
    }
    await project.compare();
    const { agreement, traffic, sources, noise, selfAgreement } = project.report();
    expect(agreement).toMatchObject({ n: 20, agreed: 20 });
    expect(traffic).toEqual({ n: 26, agreed: 24 });
    expect(sources).toMatchObject({ cassettes: 3, calls: 26, distinct: 20 });
    // Of three inputs that were asked again the prompt repeated itself on two, the tool it on all.
    expect(selfAgreement).toMatchObject({ n: 3, agreed: 2 });
    expect(noise).toMatchObject({
      n: 3,
      promptAgreed: 2,
      toolAgreed: 3,
      rerunOnly: 0,
      toolOnly: 1,
    });
  });

  test("puts the prompt's own noise beside the tool", async () => {
    using project = new ComparedProject();
    const inputs = TITLES.slice(0, 500);
    const noisy = new Set(inputs.filter((_, index) => index % 10 === 0));
    const wrong = new Set(inputs.filter((_, index) => index % 25 === 1));
    const answer = (title: string, sample: number) => {
      if (wrong.has(title)) return "?";
      return noisy.has(title) && sample === 1 ? "!" : slugOf(title);
    };
    await project.record({ inputs, answer, samples: 2 });
    await project.compare();
    const held = inputs.filter(isHeldOut);
    const { noise, statement } = project.report();
    const reruns = held.filter((title) => !noisy.has(title)).length;
    const b = held.filter((title) => wrong.has(title)).length;
    const c = held.filter((title) => noisy.has(title)).length;
    expect(noise).toMatchObject({
      n: held.length,
      promptAgreed: reruns,
      rerunOnly: b,
      toolOnly: c,
    });
    expect(noise?.toolAgreed).toBe(held.length - b);
    const share = ((100 * reruns) / held.length).toFixed(1);
    expect(statement).toContain(`The prompt agrees with itself on ${share} %.`);
  });

  test("forecasts fallbacks by shapes, and counts those that there were", async () => {
    using project = new ComparedProject({
      "slug.ts": slugTool(
        '/\\d{3}/.test(input) ? { ok: false, reason: "three digits" } : slug_(input)',
        {
          before:
            'const slug_ = (text: string) => ({ ok: true, value: text.toLowerCase().replace(/[^a-z0-9]+/g, "-") });',
        },
      ),
    });
    const odd = ["?!", "a,b,c", "(x)"];
    const inputs = [...TITLES.slice(0, 200), ...odd];
    await project.record({ inputs });
    await project.compare();
    const { fallback, agreement, savings } = project.report();
    expect(fallback.expected).toEqual({ share: 3 / 203, seenOnce: 3, n: 203 });
    expect(fallback.reasons).toEqual([{ why: "tool", count: 100, example: "three digits" }]);
    const fell = TITLES.slice(100, 200).filter(isHeldOut).length;
    expect(fallback.holdout).toBe(fell);
    expect(agreement.n).toBe(inputs.filter(isHeldOut).length - fell);
    expect(savings.spent).toMatchObject({ calls: 203, exchanges: 203, tokens: 203 * 50 });
    expect(savings.saved).toMatchObject({ calls: 103, tokens: 103 * 50, inputTokens: 103 * 40 });
    expect(savings.scripted).toBe(203);
  });

  test("shares the risk among looks; the same code looked at again is no new look", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const lowers: number[] = [];
    const looks: number[] = [];
    for (const comment of ["", "", "// changed\n"]) {
      project.write({
        "slug.ts": `${comment}${slugTool('input.toLowerCase().replace(/[^a-z0-9]+/g, "-")')}`,
      });
      await project.compare();
      const report = project.report();
      lowers.push(report.agreement.lower);
      looks.push(report.looks);
    }
    const n = HELD_OUT.length;
    expect(looks).toEqual([1, 1, 2]);
    expect(lowers.map((lower) => lower.toFixed(10))).toEqual(
      [0.05, 0.05, 0.025].map((alpha) => (alpha ** (1 / n)).toFixed(10)),
    );
    const ledger = JSON.parse(project.read("hardening/slug/split.lock.json"));
    expect(ledger.looks).toHaveLength(3);
  });

  test("leaves a certificate whose hashes anybody can compute", async () => {
    using project = new ComparedProject();
    const inputs = TITLES.slice(0, 30);
    await project.record({ inputs });
    const { code } = await project.compare();
    const certificate = JSON.parse(project.read("hardening/slug/certificate.json"));
    const head = '{"serverTools":[],"settings":{},"system":"You make slugs.","tools":[]}';
    const pairs = inputs.map((title) => {
      const key = sha256(`llm-do split 1\n${JSON.stringify({ input: title })}`);
      return `${key} ${JSON.stringify(slugOf(title))}`;
    });
    expect(certificate).toMatchObject({
      certificate: 1,
      worker: { name: "slug", file: "slug.worker" },
      tool: "slug.ts#slug",
      exitCode: code,
      hashes: {
        prompt: sha256(head),
        model: sha256("test:m"),
        recordings: sha256(pairs.sort().join("\n")),
      },
    });
    expect(certificate.agreement).toMatchObject({ verdict: "inconclusive", claim: 0.98 });
  });
});
