import fc from "fast-check";
import { expect, test } from "vitest";
import { caseCassetteOf, modelCassette } from "./model-cassette.ts";

const GREETS = "/p/cassettes/main/greets.yaml";

test("it stands beside that of the case", () => {
  expect(modelCassette(GREETS, "anthropic:claude-haiku-4-5")).toBe(
    "/p/cassettes/main/greets@anthropic_claude-haiku-4-5.yaml",
  );
});

test("no two models share one, nor where a file system ignores case", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.stringMatching(/^[aAbB:_/@~.-]{0,8}$/),
    fc.constantFrom(
      "a:b",
      "A:b",
      "a_b",
      "a:B",
      "a/b",
      "a:b~0",
      "ollama:qwen3:8b",
      "o:x/y",
      "o:x-y",
    ),
  );
  fc.assert(
    fc.property(text, text, (left, right) => {
      fc.pre(left !== right);
      const paths = [left, right].map((model) => modelCassette(GREETS, model).toLowerCase());
      expect(paths[0]).not.toBe(paths[1]);
    }),
    { numRuns: 2000 },
  );
});

test("its name is one that every file system takes, and leads back to the case", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: "binary" }), (model) => {
      const path = modelCassette(GREETS, model);
      expect(path.slice("/p/cassettes/main/".length)).toMatch(/^[a-z0-9@_.~-]{1,160}$/);
      expect(caseCassetteOf(path)).toBe(GREETS);
    }),
  );
});

test("a case's own is no other model's", () => {
  expect(caseCassetteOf(GREETS)).toBeUndefined();
  expect(caseCassetteOf("/p/@scope/greets.yaml")).toBeUndefined();
  expect(caseCassetteOf("/p/@greets.yaml")).toBeUndefined();
});
