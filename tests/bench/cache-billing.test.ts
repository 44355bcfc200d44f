import { describe, expect, test } from "vitest";
import { billedTokens, CacheBilling } from "../../bench/cache-billing.ts";

const mark = { cache_control: { type: "ephemeral" } };
/** About as many tokens as said. */
const block = (name: string, tokens: number, more: object = {}) => ({
  type: "text",
  text: name.padEnd(tokens * 4 - 40, "."),
  ...more,
});
const body = (...content: object[]) => ({ messages: [{ role: "user", content }] });

function roughly({ freshTokens, writtenTokens, readTokens }: ReturnType<CacheBilling["bill"]>) {
  return [freshTokens, writtenTokens, readTokens].map((tokens) => Math.round(tokens / 100) * 100);
}

describe("input is billed as the Messages API does it", () => {
  test("all of it as fresh without a mark", () => {
    const billing = new CacheBilling();
    expect(roughly(billing.bill(body(block("a", 5000))))).toEqual([5000, 0, 0]);
    expect(roughly(billing.bill(body(block("a", 5000))))).toEqual([5000, 0, 0]);
  });

  test("written up to the last mark, read where the same beginning was written", () => {
    const billing = new CacheBilling();
    const first = block("a", 5000);
    expect(roughly(billing.bill(body({ ...first, ...mark }, block("b", 300))))).toEqual([
      300, 5000, 0,
    ]);
    const longer = body(first, block("c", 1000, mark), block("d", 200));
    expect(roughly(billing.bill(longer))).toEqual([200, 1000, 5000]);
    expect(roughly(billing.bill(longer))).toEqual([200, 0, 6000]);
    expect(roughly(billing.bill(body(block("x", 5000, mark))))).toEqual([0, 5000, 0]);
  });

  test("not cached below the least length", () => {
    const billing = new CacheBilling();
    const short = body(block("a", 4000, mark));
    expect(roughly(billing.bill(short))).toEqual([4000, 0, 0]);
    expect(roughly(billing.bill(short))).toEqual([4000, 0, 0]);
  });

  test.each([
    [19, 5000],
    [20, 0],
  ])("found from a mark %i blocks later: %i tokens", (distance, found) => {
    const billing = new CacheBilling();
    const first = block("a", 5000);
    billing.bill(body({ ...first, ...mark }));
    const between = Array.from({ length: distance - 1 }, (_, at) => block(`b${at}`, 50));
    const { readTokens } = billing.bill(body(first, ...between, block("c", 50, mark)));
    expect(Math.round(readTokens / 100) * 100).toBe(found);
  });

  test("tools before instructions before messages", () => {
    const billing = new CacheBilling();
    const tools = [{ name: "look", description: "x".repeat(20_000), ...mark }];
    billing.bill({ ...body(block("a", 10)), system: "One.", tools });
    const { readTokens } = billing.bill({ ...body(block("b", 10)), system: "Two.", tools });
    expect(readTokens).toBeGreaterThan(5000);
  });

  test("with at most four marks", () => {
    const marked = Array.from({ length: 5 }, (_, at) => block(`a${at}`, 50, mark));
    expect(() => new CacheBilling().bill(body(...marked))).toThrow("a maximum of 4 blocks");
  });

  test("at a quarter more for writing and a tenth for reading", () => {
    expect(billedTokens({ freshTokens: 1, writtenTokens: 100, readTokens: 1000 })).toBe(226);
  });
});
