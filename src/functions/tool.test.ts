import { expect, test } from "vitest";
import { z } from "zod";
import { isTool, tool } from "./tool.ts";
import { toolset } from "./toolset.ts";

const whole = { description: "d", input: z.object({}), effect: "pure", run: () => 1 } as const;

test("a tool has its brand, and nothing else that looks like one does", () => {
  expect(isTool(tool(whole))).toBe(true);
  for (const other of [whole, toolset({}), null, undefined, "tool", () => 1]) {
    expect(isTool(other)).toBe(false);
  }
});

test.each([undefined, "none", null])("the effect %j is refused", (effect) => {
  expect(() => tool({ ...whole, effect: effect as unknown as "pure" })).toThrow(
    'tool() needs effect: "pure", "local" or "external"',
  );
});

test.each([
  ["input", undefined],
  ["input", { type: "object" }],
  ["input", { "~standard": { version: 1, vendor: "old", validate: () => ({ value: 1 }) } }],
  ["output", { type: "object" }],
])("an %s that is no schema of both standards is refused", (key, schema) => {
  expect(() => tool({ ...whole, [key]: schema as unknown as typeof whole.input })).toThrow(
    `tool() needs ${key}: a schema that implements Standard Schema and Standard JSON Schema`,
  );
});
