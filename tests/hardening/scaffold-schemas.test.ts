import { describe, expect, test } from "vitest";
import { inlineSchema } from "../../src/functions/inline-schema.ts";
import type { Scaffold } from "../../src/hardening/write/scaffold/scaffold.ts";
import { toolFile } from "../../src/hardening/write/scaffold/tool-file.ts";
import type { JsonSchema } from "../../src/model/json.ts";
import { aWorker } from "../support/project.ts";

const place = { file: "main.worker" };

/** The draft of a tool whose worker writes this schema for both its input and its output. */
async function draftOf(schema: JsonSchema): Promise<string> {
  const loaded = await inlineSchema(schema, { key: "schema", place });
  const worker = aWorker("main", { input: loaded, output: loaded });
  const written = { kind: "inline" as const, schema, place };
  // All that the file is made from; the rest of a scaffold is for the other files.
  const definition = { inputSchema: written, outputSchema: written };
  return toolFile({ worker: { ...worker, input: loaded }, definition } as unknown as Scaffold, "");
}

const text = { type: "string", minLength: 1 };
const object = (properties: JsonSchema, more: JsonSchema = {}) => ({
  type: "object",
  properties,
  ...more,
});

describe("the schemas of a drafted tool", () => {
  test.each<[string, JsonSchema]>([
    ["a closed object", object({ a: text }, { required: ["a"], additionalProperties: false })],
    ["lists and choices", object({ a: { type: "array", items: { enum: ["b", 1] } } })],
    ["alternatives", object({ a: { anyOf: [text, { const: null }] } })],
  ])("are the worker's own where zod holds values to them: %s", async (_what, schema) => {
    expect((await draftOf(schema)).match(/z\.fromJSONSchema\(/g)).toHaveLength(2);
  });

  test.each<[string, JsonSchema]>([
    ["not", object({ a: { not: text } })],
    ["a keyword without its type", object({ a: { minLength: 1 } })],
    ["a reference", object({ a: { $ref: "#/$defs/a" } }, { $defs: { a: text } })],
    ["a name that is no property", object({}, { required: ["a"] })],
    ["a list of anything", object({ a: { type: "array", minItems: 1 } })],
    ["something beside alternatives", object({ a: { anyOf: [text], minLength: 2 } })],
  ])("are open where it would not: %s", async (_what, schema) => {
    const draft = await draftOf(schema);
    expect(draft).not.toContain("z.fromJSONSchema");
    expect(draft).toContain("export const inputSchema = z.looseObject({});");
    expect(draft).toContain("value: z.json()");
  });
});
