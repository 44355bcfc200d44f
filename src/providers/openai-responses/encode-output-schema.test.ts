import { expect, test } from "vitest";
import { encodeOutputSchema } from "./encode-output-schema.ts";

test("a schema is named by its title where that is a name", () => {
  const strict = { type: "object", properties: {}, required: [], additionalProperties: false };
  const named = { ...strict, title: "Pitch_1" };
  expect(encodeOutputSchema(named)).toEqual({
    format: { type: "json_schema", name: "Pitch_1", schema: named, strict: true },
  });
  const worded = { type: "object", title: "A pitch" };
  expect(encodeOutputSchema(worded)).toEqual({
    format: { type: "json_schema", name: "answer", schema: worded, strict: false },
  });
});
