import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "./nearest.ts";

describe("nearest", () => {
  test("finds a name with two letters swapped", () => {
    expect(nearest("toolstes", ["name", "toolsets", "model"])).toBe("toolsets");
  });

  test("finds nothing when all candidates are far", () => {
    expect(nearest("banana", ["name", "toolsets", "model"])).toBeUndefined();
  });

  test("finds a name that is present, whatever else there is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (name, others) => {
        expect(nearest(name, [...others, name])?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });
});
