import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchOrderFree } from "./order-free-match.ts";

describe("matching in any order", () => {
  test("asks a taken partner to take another", () => {
    const [left, right] = [
      [1.0, 0.9],
      [0.9, 1.1],
    ] as const;
    const unmatched = matchOrderFree(2, 2, (one, other) => {
      return Math.abs((left[one] ?? 0) - (right[other] ?? 0)) < 0.15;
    });
    expect(unmatched).toEqual({ left: [], right: [] });
  });

  test("leaves what has no partner", () => {
    const agree = (left: number, right: number) => left === 1 && right === 0;
    expect(matchOrderFree(2, 2, agree)).toEqual({ left: [0], right: [1] });
    expect(matchOrderFree(0, 2, agree)).toEqual({ left: [], right: [0, 1] });
  });

  test("pairs as many as possible, which trying all ways confirms", () => {
    const tables = fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(tables, (table) => {
        const agree = (left: number, right: number) => table[left]?.[right] === true;
        const { left, right } = matchOrderFree(table.length, 4, agree);
        const pairs = table.length - left.length;
        expect(4 - right.length).toBe(pairs);
        expect(pairs).toBe(mostPairs(table, 0, new Set()));
      }),
    );
  });
});

function mostPairs(table: readonly boolean[][], row: number, taken: ReadonlySet<number>): number {
  const partners = table[row];
  if (!partners) return 0;
  const taking = partners.flatMap((agrees, column) =>
    agrees && !taken.has(column)
      ? [1 + mostPairs(table, row + 1, new Set([...taken, column]))]
      : [],
  );
  return Math.max(mostPairs(table, row + 1, taken), ...taking);
}
