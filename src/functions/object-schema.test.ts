import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  defaulted,
  objectSchema,
  optional,
  required,
  text,
  textList,
  wholeNumber,
} from "./object-schema.ts";
import { jsonSchemaOf, validate } from "./schema.ts";

const schema = objectSchema({
  path: required(text("A path.")),
  limit: defaulted(wholeNumber("How many.", 1), 10),
  tags: optional(textList("Tags.", "a list of tags")),
});

describe("an object of plain fields", () => {
  test("takes what fits and fills in what has a default", async () => {
    const fitting = fc.record(
      { path: fc.string(), limit: fc.integer({ min: 1 }), tags: fc.array(fc.string()) },
      { requiredKeys: ["path"], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(fitting, async (value) => {
        expect(await validate(schema, value)).toEqual({
          kind: "valid",
          value: { limit: 10, ...value },
        });
      }),
    );
  });

  test.each<[unknown, readonly string[]]>([
    [null, ["expected an object"]],
    [[], ["expected an object"]],
    ["text", ["expected an object"]],
    [{}, ["path: expected string"]],
    [{ path: null }, ["path: expected string"]],
    [{ path: "a", limit: 0 }, ["limit: expected a whole number of 1 or more"]],
    [{ path: "a", limit: 1.5 }, ["limit: expected a whole number of 1 or more"]],
    [{ path: "a", limit: "1" }, ["limit: expected a whole number of 1 or more"]],
    [{ path: "a", limit: 1e300 }, ["limit: expected a whole number of 1 or more"]],
    [{ path: "a", tags: "b" }, ["tags: expected a list of tags"]],
    [{ path: "a", tags: [1] }, ["tags: expected a list of tags"]],
    [{ path: "a", toString: 1, pth: 2 }, ['unknown key "toString"', 'unknown key "pth"']],
    [JSON.parse('{ "path": "a", "__proto__": 1 }'), ['unknown key "__proto__"']],
  ])("refuses %j", async (value, issues) => {
    expect(await validate(schema, value)).toEqual({ kind: "invalid", issues });
  });

  test("describes what it takes and what it gives", () => {
    const properties = {
      path: { type: "string", description: "A path." },
      limit: { type: "integer", minimum: 1, description: "How many.", default: 10 },
      tags: { type: "array", items: { type: "string" }, description: "Tags." },
    };
    const closed = { type: "object", properties, additionalProperties: false };
    expect(jsonSchemaOf(schema, "input", "x")).toEqual({ ...closed, required: ["path"] });
    expect(jsonSchemaOf(schema, "output", "x")).toEqual({ ...closed, required: ["path", "limit"] });
  });
});
