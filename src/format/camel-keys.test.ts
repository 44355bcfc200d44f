import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { SETTINGS, type WorkerSettings } from "../worker/settings.ts";
import { type CamelKeys, camelKey, snakeKey } from "./camel-keys.ts";

describe("a key as front matter writes it", () => {
  test("is found again from the name that code uses", () => {
    const word = fc.stringMatching(/^[a-z]+$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const key = words.join("_");
        expect(snakeKey(camelKey(key))).toBe(key);
      }),
    );
  });

  test("is known of every setting", () => {
    const written = Object.keys(SETTINGS.keys);
    expect(written).toContain("presence_penalty");
    for (const key of written) expect(snakeKey(camelKey(key))).toBe(key);
    // Nothing that a program may set is missing from these keys.
    type Read = CamelKeys<ReturnType<typeof SETTINGS.read>>;
    expectTypeOf<keyof Read>().toEqualTypeOf<keyof WorkerSettings>();
  });
});
