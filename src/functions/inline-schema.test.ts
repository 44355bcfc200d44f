import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonSchemas } from "../../tests/support/json-schemas.ts";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { JsonSchema } from "../model/json.ts";
import { generateExample } from "../model/schema/example-of-schema.ts";
import { inlineSchema } from "./inline-schema.ts";
import { jsonSchemaOf, validate } from "./schema.ts";

const origin = { key: "output_schema", place: { file: "main.worker", line: 3, column: 16 } };

async function checked(jsonSchema: JsonSchema, value: unknown) {
  const result = await validate(await inlineSchema(jsonSchema, origin), value);
  return result.kind === "valid" ? result.value : result.issues;
}

describe("an inline schema", () => {
  test("describes itself as exactly what was written, without the dialect", async () => {
    const written: JsonSchema = {
      title: "Pitch",
      type: "object",
      properties: { a: { type: "string", format: "email", "x-note": [1] } },
    };
    const schema = await inlineSchema({ $schema: "https://a.test", ...written }, origin);
    expect(jsonSchemaOf(schema, "input", "w")).toEqual(written);
    expect(jsonSchemaOf(schema, "output", "w")).toEqual(written);
  });

  test("takes what fits and tells what does not, with its path", async () => {
    const count = { type: "integer", minimum: 1 };
    const schema: JsonSchema = {
      type: "object",
      properties: { list: { type: "array", items: { type: "object", properties: { count } } } },
      required: ["list"],
      additionalProperties: false,
    };
    expect(await checked(schema, { list: [{ count: 1, more: true }] })).toEqual({
      list: [{ count: 1, more: true }],
    });
    expect(await checked(schema, { list: [{}, { count: 0 }] })).toEqual([
      expect.stringMatching(/^list\.1\.count: /),
    ]);
    expect(await checked(schema, {})).toEqual([expect.stringMatching(/^list: /)]);
    expect(await checked(schema, { list: [], other: 1 })).toEqual([
      expect.stringContaining("other"),
    ]);
  });

  test("fills in defaults", async () => {
    const schema = { type: "object", properties: { n: { type: "number", default: 4 } } };
    expect(await checked(schema, {})).toEqual({ n: 4 });
  });

  test("follows references to its definitions, of draft 7 too, and to itself", async () => {
    for (const keyword of ["$defs", "definitions"]) {
      const schema = { $ref: `#/${keyword}/a`, [keyword]: { a: { type: "number" } } };
      expect(await checked(schema, 1)).toBe(1);
      expect(await checked(schema, "1")).toEqual([expect.stringContaining("number")]);
    }
    const tree = { type: "object", properties: { next: { $ref: "#" } } };
    expect(await checked(tree, { next: { next: 1 } })).toEqual([
      expect.stringMatching(/^next\.next: /),
    ]);
  });

  test("that values cannot be held to is an error with its place and part", async () => {
    const schema = { type: "object", properties: { a: { $dynamicRef: "#a" } } };
    const error = await inlineSchema(schema, origin).catch((thrown: unknown) => thrown);
    if (!(error instanceof LlmDoError)) throw new Error("it was taken");
    expect(error.report()).toBe(
      `Failed to load "main.worker": "output_schema.properties.a[\\"$dynamicRef\\"]" is not supported
  at main.worker:3:16
Try: write "$ref" and "$defs", or write the schema in code: schemas.ts#NAME`,
    );
  });

  test("whose pattern is none is an error with its place", async () => {
    const schema = { type: "string", pattern: "[" };
    const error = await inlineSchema(schema, origin).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "worker", place: origin.place });
    expect(String(error)).toContain(
      '"output_schema.pattern" is not a regular expression: Unterminated character class',
    );
  });

  test("takes its own example, whatever it says", async () => {
    await fc.assert(
      fc.asyncProperty(jsonSchemas, async (schema) => {
        const example = generateExample(schema);
        expect(await checked(schema, example)).toEqual(example);
      }),
    );
  });
});
