import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../model/json.ts";
import { propertyNames, renamed, renameInSchema } from "./property-names.ts";

const TAKEN = /^[a-zA-Z0-9_.-]{1,64}$/;

function schemaOf(...names: readonly string[]): JsonObject {
  return { type: "object", properties: Object.fromEntries(names.map((name) => [name, {}])) };
}

test.each<[readonly string[], Readonly<Record<string, string>>]>([
  [["$filter", "a"], { $filter: "filter" }],
  [["$filter", "filter"], { $filter: "filter_2" }],
  [
    ["filter[name]", "filter(name)"],
    { "filter[name]": "filter_name", "filter(name)": "filter_name_2" },
  ],
  [["@odata.type"], { "@odata.type": "odata.type" }],
  [["\u00e9", "!"], { "\u00e9": "property", "!": "property_2" }],
  [["", "a"], { "": "property" }],
  [["x".repeat(70)], { ["x".repeat(70)]: "x".repeat(64) }],
])("%j get names that are taken", (names, expected) => {
  expect(Object.fromEntries(propertyNames(schemaOf(...names), TAKEN))).toEqual(expected);
});

test("a property tells its own name, and required follows", () => {
  const schema = {
    ...schemaOf("$filter"),
    properties: { $filter: { type: "string", description: "What to find." } },
    required: ["$filter"],
  };
  expect(renameInSchema(schema, propertyNames(schema, TAKEN))).toEqual({
    type: "object",
    properties: { filter: { type: "string", description: "$filter: What to find." } },
    required: ["filter"],
  });
});

test("an input with both names of a property stays as it was sent, and nothing is lost", () => {
  const names = propertyNames(schemaOf("$filter", "a"), TAKEN);
  const both = { filter: 1, $filter: 2, a: 3 };
  expect(renamed(both, names, "back")).toBe(both);
  expect(renamed(renamed(both, names, "there"), names, "back")).toEqual(both);
  expect(renamed({ filter: 1 }, names, "back")).toEqual({ $filter: 1 });
  expect(renamed({ $filter: 1 }, names, "back")).toEqual({ $filter: 1 });
});

test("any object comes back, whatever its names and those of the schema", () => {
  const name = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom("$a", "a", "a_", "a__", "a_2", "__proto__", "property"),
  );
  fc.assert(
    fc.property(fc.array(name), fc.dictionary(name, fc.integer()), (names, value) => {
      const mapped = propertyNames(schemaOf(...names), TAKEN);
      const unique = new Set([...mapped.values(), ...names.filter((own) => TAKEN.test(own))]);
      expect(unique.size).toBe(new Set(names).size);
      expect([...mapped.values()].every((own) => TAKEN.test(own))).toBe(true);
      expect(renamed(renamed({ ...value }, mapped, "there"), mapped, "back")).toEqual({ ...value });
    }),
  );
});
