import { isJsonObject, type Json, type JsonSchema } from "../model/json.ts";
import { generateExample } from "../model/schema/example-of-schema.ts";
import { schemaLine } from "../model/schema/schema-type.ts";
import { jsonSchemaOf, type Schema, validate } from "./schema.ts";

/** The most characters that a message spends on what a function takes. */
const MAX_TYPE_CHARACTERS = 400;

/** A function, as far as its input is concerned. */
export interface TakingFunction {
  readonly name: string;
  readonly input: Schema;
}

/** What a function takes, as a TypeScript type on one line; for messages. */
export function inputType({ name, input }: TakingFunction): string {
  const line = schemaLine(jsonSchemaOf(input, "input", name));
  return line.length <= MAX_TYPE_CHARACTERS ? line : `${line.slice(0, MAX_TYPE_CHARACTERS)}…`;
}

/**
 * An input that a function takes, with a value for every property where that fits, so that a person
 * sees what can be said; undefined when none is found.
 */
export async function exampleInput({ name, input }: TakingFunction): Promise<Json | undefined> {
  const described = jsonSchemaOf(input, "input", name);
  for (const schema of [withAllRequired(described), described]) {
    const example = generateExample(schema);
    if (example !== undefined && (await validate(input, example)).kind === "valid") return example;
  }
  return undefined;
}

/** Files to attach are left out: an example would name some that are not there. */
function withAllRequired(described: JsonSchema): JsonSchema {
  const { properties, required } = described;
  if (!isJsonObject(properties)) return described;
  const needed: readonly Json[] = Array.isArray(required) ? required : [];
  const names = Object.keys(properties).filter(
    (name) => name !== "attachments" || needed.includes(name),
  );
  return { ...described, required: names };
}
