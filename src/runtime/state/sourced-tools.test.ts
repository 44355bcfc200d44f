import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SourcedName, sourcedNames } from "./sourced-tools.ts";

const of = (prefix: string | undefined, name: string): SourcedName => ({ prefix, name });

describe("tools of sources are called", () => {
  test.each<[string, readonly SourcedName[], readonly string[], readonly (string | undefined)[]]>([
    ["by their own names", [of("a", "read"), of("b", "write")], ["list"], ["read", "write"]],
    [
      "with their prefix where two have one name",
      [of("a", "read"), of("b", "read")],
      [],
      ["a_read", "b_read"],
    ],
    ["with it where another function has the name", [of("a", "read")], ["read"], ["a_read"]],
    [
      "with more of a sign where the longer name is taken, too",
      [of("a", "b_c"), of("a_b", "c"), of("x", "c"), of("x", "b_c")],
      [],
      ["a__b_c", "a_b__c", "x_c", "x_b_c"],
    ],
    ["by nothing where no name is left", [of(undefined, "read")], ["read"], [undefined]],
  ])("%s", (_how, tools, taken, expected) => {
    expect(sourcedNames(tools, new Set(taken))).toEqual(expected);
  });

  test("by different names, in any order of the sources by the same ones", () => {
    const word = fc.stringMatching(/^[ab_]{1,3}$/);
    const tools = fc.uniqueArray(fc.record({ prefix: word, name: word }), {
      selector: ({ prefix, name }) => `${prefix} ${name}`,
    });
    fc.assert(
      fc.property(tools, fc.array(word), (listed, taken) => {
        const names = sourcedNames(listed, new Set(taken));
        const called = names.filter((name) => name !== undefined);
        expect(new Set([...called, ...taken]).size).toBe(called.length + new Set(taken).size);
        const reversed = sourcedNames(listed.toReversed(), new Set(taken)).toReversed();
        expect(reversed).toEqual(names);
      }),
    );
  });
});
