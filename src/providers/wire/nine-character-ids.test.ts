import fc from "fast-check";
import { expect, test } from "vitest";
import { NineCharacterIds } from "./nine-character-ids.ts";

test("an id that fits is sent as it is, any other always as the same one", () => {
  const ids = new NineCharacterIds(["abcDEF123", "call_1"]);
  expect(ids.of("abcDEF123")).toBe("abcDEF123");
  expect(ids.of("call_1")).toMatch(/^[a-z0-9]{9}$/);
  expect(ids.of("call_1")).toBe(new NineCharacterIds(["call_1"]).of("call_1"));
});

test("the ids of a conversation stay apart, whatever they are", () => {
  const id = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("call_1", "call_2", ""));
  fc.assert(
    fc.property(fc.uniqueArray(id), (own) => {
      // One of the ids looks like what another is sent as.
      const all = [...own, ...own.slice(0, 1).map((first) => new NineCharacterIds([]).of(first))];
      const ids = new NineCharacterIds(all);
      const sent = all.map((each) => ids.of(each));
      expect(new Set(sent).size).toBe(new Set(all.map((each) => each.toWellFormed())).size);
      for (const each of sent) expect(each).toMatch(/^[A-Za-z0-9]{9}$/);
    }),
  );
});
