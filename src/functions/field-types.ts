import type { FieldType } from "./object-schema.ts";

/** Any text. */
export function text(description: string): FieldType<string> {
  return {
    jsonSchema: { type: "string", description },
    expects: "string",
    fits: (value) => typeof value === "string",
  };
}

/** A list of texts. */
export function textList(description: string, expects: string): FieldType<readonly string[]> {
  return {
    jsonSchema: { type: "array", items: { type: "string" }, description },
    expects,
    fits: (value): value is readonly string[] =>
      Array.isArray(value) && value.every((item) => typeof item === "string"),
  };
}

/** A whole number that is `minimum` or more. */
export function wholeNumber(description: string, minimum: number): FieldType<number> {
  return {
    jsonSchema: { type: "integer", minimum, description },
    expects: `a whole number of ${minimum} or more`,
    fits: (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= minimum,
  };
}
