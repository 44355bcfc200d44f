import { expect, test } from "vitest";
import type { JsonSchema } from "../../../model/json.ts";
import { fitSchema } from "./fit-schema.ts";
import { ANTHROPIC_SCHEMAS, chatSchemaRules, OPENAI_SCHEMAS } from "./schema-rules.ts";

const RULES = {
  anthropic: ANTHROPIC_SCHEMAS,
  openai: OPENAI_SCHEMAS,
  gemini: chatSchemaRules("gemini"),
  grammar: chatSchemaRules("grammar"),
};

test.each(Object.entries(RULES))(
  "what is nested deeply is looked into once: %s",
  (_name, rules) => {
    for (const keyword of ["oneOf", "not", "if"]) {
      let schema: JsonSchema = { type: "string", pattern: "^(?=a)b\\1" };
      for (let depth = 0; depth < 60; depth++) {
        schema = {
          type: "object",
          [keyword]: keyword === "oneOf" ? [schema, { type: "null" }] : schema,
        };
      }
      // It would else take as many steps as there are ways down, and never end.
      expect(fitSchema(schema, rules)).toBeDefined();
    }
  },
);
