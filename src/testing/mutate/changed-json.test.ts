import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NO_RULES, rewritesOf } from "../../cassette/rules/rules.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import { changeEverywhere, changeJson } from "./changed-json.ts";

const NOTHING = rewritesOf(NO_RULES);

/** As JSON carries them: minus zero does not come through. */
const values = fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value)));

describe("a change of a value", () => {
  test("is another value, whatever the value", () => {
    fc.assert(
      fc.property(values, (value) => {
        for (const change of [changeJson(value, NOTHING), changeEverywhere(value)]) {
          expect(canonicalJson(change?.before)).toBe(canonicalJson(value));
          expect(canonicalJson(change?.after)).not.toBe(canonicalJson(value));
        }
      }),
    );
  });

  test("is in one place of it", () => {
    const value = { name: "Ada", born: 1815, tags: ["maths", "poetry"] };
    expect(changeJson(value, NOTHING)?.after).toEqual({ ...value, name: "Adb" });
  });

  test("is where rules do not hide it, if there is such a place", () => {
    const volatile = [{ pattern: /Ada|\d{4}/, replacement: "<volatile>" }];
    const rewrites = rewritesOf({ redact: [], volatile });
    const value = { born: 1815, tags: ["maths"] };
    expect(changeJson(value, rewrites)?.after).toEqual({ born: 1815, tags: ["matht"] });
    expect(changeJson({ born: 1815 }, rewrites)?.after).toEqual({ born: 1816 });
  });

  test("of all of it leaves no text, number or truth value as it was", () => {
    const value = { name: "Ada L", born: 1815, isHere: false, tags: ["maths", ""], none: null };
    expect(changeEverywhere(value).after).toEqual({
      name: "Adb M",
      born: 1816,
      isHere: true,
      tags: ["matht", "changed"],
      none: "changed",
    });
  });
});
