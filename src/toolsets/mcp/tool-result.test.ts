import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { readToolResult } from "./tool-result.ts";

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);
const object = fc
  .dictionary(fc.string(), json, { minKeys: 1 })
  .map((one) => JSON.parse(JSON.stringify(one)) as Json);

test("a text and a structured content that differ are both told, those that say the same once", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), object, fc.boolean(), (said, structured, isError) => {
      fc.pre(said.trim() !== "");
      const told = (text: string) => {
        const answer = {
          content: [{ type: "text", text }],
          structuredContent: structured,
          isError,
        };
        try {
          const output = readToolResult(answer);
          return typeof output === "string" ? output : JSON.stringify(output);
        } catch (error) {
          return String((error as Error).message); // it throws no other
        }
      };
      const once = JSON.stringify(structured);
      expect(told(JSON.stringify(structured, undefined, 2))).toBe(once);
      expect(told(`so: ${said}`)).toBe(`so: ${said}\n${once}`);
    }),
  );
});
