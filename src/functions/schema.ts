import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { JsonSchema } from "../model/json.ts";

/**
 * A schema that checks values (Standard Schema) and describes itself to a model (Standard JSON
 * Schema), see https://standardschema.dev. zod 4.2 and later implement both, and so do other libraries.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly "~standard": StandardSchemaV1.Props<Input, Output> &
    StandardJSONSchemaV1.Props<Input, Output>;
}

/** The values that a schema accepts: a property with a default is optional. */
export type InputOf<S extends Schema> = S extends Schema<infer Input, infer _> ? Input : never;

/** What a schema makes of a value that fits. */
export type OutputOf<S extends Schema> = S extends Schema<infer _, infer Output> ? Output : never;

export type Validation =
  | { readonly kind: "valid"; readonly value: unknown }
  | { readonly kind: "invalid"; readonly issues: readonly string[] };

/** Checks a value; issues are lines such as `name: expected string`. */
export async function validate(schema: Schema, value: unknown): Promise<Validation> {
  const checked = schema["~standard"].validate(value);
  const result = checked instanceof Promise ? await checked : checked;
  if (!result.issues) return { kind: "valid", value: result.value };
  return { kind: "invalid", issues: result.issues.map(issueLine) };
}

function issueLine(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? [])
    .map((segment) => String(typeof segment === "object" ? segment.key : segment))
    .join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

/**
 * The JSON Schema of what a function takes or gives.
 *
 * @throws LlmDoError `code` when the schema cannot be expressed in JSON Schema
 */
export function jsonSchemaOf(schema: Schema, side: "input" | "output", owner: string): JsonSchema {
  try {
    const { $schema: _dialect, ...rest } = schema["~standard"].jsonSchema[side]({
      target: "draft-2020-12",
    });
    return rest as JsonSchema; // the converter returns a JSON document by contract
  } catch (error) {
    throw new LlmDoError({
      code: "code",
      verb: "describe",
      what: owner,
      reason: `its ${side} schema cannot be expressed in JSON Schema: ${messageOf(error)}`,
      tries: ["use types that JSON has: strings, numbers, booleans, lists, objects"],
      cause: error,
    });
  }
}

/** Whether a value is a schema of both standards. */
export function isSchema(value: unknown): value is Schema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const props: unknown = Reflect.get(value, "~standard");
  return (
    typeof props === "object" && props !== null && "validate" in props && "jsonSchema" in props
  );
}
