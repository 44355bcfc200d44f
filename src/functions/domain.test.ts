import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../model/json.ts";
import { domain, isDomain, readHardenedAnswer } from "./domain.ts";

describe("what a hardened tool gives", () => {
  test("is the value of an answer that it is sure of, or why it is not", () => {
    expect(readHardenedAnswer({ ok: true, value: null })).toEqual({ kind: "value", value: null });
    const declined = { kind: "declined", reason: "two dates" };
    expect(readHardenedAnswer({ ok: false, reason: "two dates" })).toEqual(declined);
  });

  test("is a value where it only looks like such an answer", () => {
    for (const value of [{ ok: 1, value: 2 }, { ok: true }, { ok: true, value: 1, other: 2 }]) {
      expect(readHardenedAnswer(value)).toEqual({ kind: "value", value });
    }
  });

  test("is itself for any JSON that is no such answer", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(typeof value !== "object" || value === null || !("ok" in value));
        expect(readHardenedAnswer(value as Json)).toEqual({ kind: "value", value });
      }),
    );
  });
});

describe("a domain", () => {
  const short = domain<{ input: string }, string>({
    accepts: ({ input }) => input.length < 4 || "too long",
    check: ({ input }, output) => output === input.toLowerCase() || "not lower case",
  });

  test("says which inputs are for code, and which answers can be right", () => {
    expect(short.accepts({ input: "abc" })).toBe(true);
    expect(short.accepts({ input: "abcd" })).toBe("too long");
    expect(short.check({ input: "A" }, "A")).toBe("not lower case");
  });

  test("is known by its brand", () => {
    expect(isDomain(short)).toBe(true);
    expect(isDomain({ accepts: () => true })).toBe(false);
  });
});
