import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { domain } from "../../src/functions/domain.ts";
import { tool } from "../../src/functions/tool.ts";
import { readComparator as comparator } from "../../src/hardening/agree/read-comparator.ts";
import { toAgreeAtLeast } from "../../src/hardening/agree/to-agree-at-least.ts";
import { agreement } from "../../src/hardening/compare/agreement.ts";
import { splitInput } from "../../src/hardening/recordings/distinct-inputs.ts";
import { ComparedProject, slugOf, titles } from "../support/compared-project.ts";

const TITLES = titles(300);

const slug = tool({
  description: "Turn a title into a slug.",
  input: z.object({ input: z.string() }),
  effect: "pure",
  run: ({ input }) => slugOf(input),
});

describe("agreement of a tool with what is on record", () => {
  test("is that of the command on train, opened inputs included", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const source = { worker: join(project.path, "slug.worker"), tool: slug };
    const before = await agreement({ ...source, alpha: 0.1 });
    expect(() => project.read("hardening/slug/split.lock.json")).toThrow();
    await project.compare("--claim", "0.9");
    expect(before).toMatchObject({ ...countsOf(project), alpha: 0.1 });
    expect(before.n).toBeLessThan(200);
    await project.compare("--open");
    const opened = await agreement(source);
    expect(opened.n).toBe(before.n + 50);
    expect(opened).toMatchObject(countsOf(project));
    expect([opened.faults, opened.fallbacks, opened.noise]).toEqual([[], [], undefined]);
  });

  test("says where it disagrees, and never of the holdout", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const wrong = tool({
      description: "Turn a title into a slug.",
      input: z.object({ input: z.string() }),
      effect: "pure",
      run: () => "?",
    });
    const { disagreements, n } = await agreement({
      worker: join(project.path, "slug.worker"),
      tool: wrong,
    });
    const train = TITLES.filter((title) => splitInput({ input: title }).side === "train");
    expect(disagreements.map(({ input }) => input)).toEqual(train.map((input) => ({ input })));
    expect(n).toBe(train.length);
    expect(disagreements[0]).toMatchObject({ expected: slugOf(train[0] ?? ""), actual: "?" });
  });

  test("leaves out what the domain does not accept", async () => {
    using project = new ComparedProject();
    await project.record({ inputs: TITLES });
    const shortOnly = domain<{ input: string }>({
      accepts: ({ input }) => input.length < 22 || "it is too long",
    });
    const source = { worker: join(project.path, "slug.worker"), tool: slug, domain: shortOnly };
    const { n, fallbacks } = await agreement(source);
    const train = TITLES.filter((title) => splitInput({ input: title }).side === "train");
    const short = train.filter((title) => title.length < 22).length;
    expect([n, fallbacks[0]?.count]).toEqual([short, train.length - short]);
  });
});

function countsOf(project: ComparedProject) {
  const { n, agreed } = project.report().train;
  return { n, agreed };
}

describe("agreement of pairs", () => {
  test("counts what a comparator takes for the same", async () => {
    const pairs = [
      { expected: "a", actual: "A" },
      { expected: { n: 1 }, actual: { n: 1.001 } },
    ];
    expect(await agreement({ pairs })).toMatchObject({ n: 2, agreed: 0 });
    const lenient = await agreement({ pairs, comparator: { text: { ignore_case: true } } });
    expect(lenient).toMatchObject({ n: 2, agreed: 1, disagreements: [pairs[1]] });
    expect(comparator("text", "test").kind).toBe("text");
  });

  test("counts an input once, however often it is there", async () => {
    const value = fc.constantFrom("a", "b");
    const pair = fc.record({ input: fc.nat(5), expected: value, actual: value });
    await fc.assert(
      fc.asyncProperty(fc.array(pair), async (pairs) => {
        const firsts = new Map(pairs.toReversed().map((each) => [each.input, each]));
        const agreed = [...firsts.values()].filter(({ expected, actual }) => expected === actual);
        const { n, agreed: counted, lower, upper } = await agreement({ pairs });
        expect([n, counted]).toEqual([firsts.size, agreed.length]);
        expect(lower <= upper).toBe(true);
      }),
    );
  });
});

describe("toAgreeAtLeast", () => {
  test("passes where the exact bound reaches the claim, and not one input before", () => {
    expect(toAgreeAtLeast({ agreed: 149, n: 149 }, 0.98).pass).toBe(true);
    const short = toAgreeAtLeast({ agreed: 148, n: 148 }, 0.98);
    expect(short.pass).toBe(false);
    expect(short.message()).toBe(
      "expected them to agree on at least 98 %: 148 of 148 agree, which shows at least 97.99 % with 95 % confidence; 1 more distinct input, all agreeing, would show it",
    );
    expect(toAgreeAtLeast({ agreed: 148, n: 148, alpha: 0.1 }, 0.98).pass).toBe(true);
    expect(() => toAgreeAtLeast({ agreed: 1, n: 1 }, 1)).toThrow(RangeError);
  });

  test("is a matcher of vitest", () => {
    expect.extend({ toAgreeAtLeast });
    received().toAgreeAtLeast(0.6);
    received().not.toAgreeAtLeast(0.61);
    expect(() => received().toAgreeAtLeast(0.9)).toThrow("shows at least 60.58 %");
  });
});

/** What `expect` gives once the matcher was added to it. */
interface Extended {
  toAgreeAtLeast(claim: number): void;
  readonly not: { toAgreeAtLeast(claim: number): void };
}

function received(): Extended {
  return expect({ agreed: 9, n: 10 }) as unknown as Extended; // its own type knows no new matcher
}
