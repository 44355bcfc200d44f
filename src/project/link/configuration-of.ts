import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import { type Field, fieldAt } from "../../format/reader.ts";
import { isSchema, jsonSchemaOf } from "../../functions/schema.ts";
import type { BrandedToolsetFactory } from "../../functions/toolset.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import { formatPath, type Path } from "../../yaml/path.ts";
import { yamlError } from "../../yaml/yaml-source.ts";

/**
 * What a toolset of the project is made from: the configuration as it is written, or what the
 * toolset's schema makes of it.
 *
 * @throws LlmDoError with the place of what the schema refuses; of several issues the one about a
 * misspelt key, which may be why another key is missed
 */
export function configurationOf(
  { schema }: Pick<BrandedToolsetFactory, "schema">,
  { config, written }: Pick<ToolsetReference, "config" | "written">,
): JsonObject {
  if (!schema) return config;
  const result = schema["~standard"].validate(config);
  if (result instanceof Promise) {
    result.catch(() => {}); // nobody waits for it
    throw new Error("its schema checks asynchronously, and a configuration is read at once");
  }
  // What the schema makes is what its factory takes, whatever that is.
  if (!result.issues) return result.value as JsonObject;
  const [first] = result.issues;
  const misspelt = result.issues.find((issue) => keyPath(issue) !== undefined);
  const issue = misspelt ?? first;
  if (!issue) throw new Error("its schema refuses it, and does not say why");
  throw issueError(schema, issue, written);
}

function issueError(
  schema: StandardSchemaV1,
  issue: StandardSchemaV1.Issue,
  written: Field,
): LlmDoError {
  const path = pathOf(issue);
  const key = keyPath(issue);
  const near = key && meantKey(schema, key);
  return yamlError(written.source, {
    reason: `"${formatPath([...written.path, ...path])}": ${issue.message}`,
    place: (key && keyPlace(written, key)) ?? fieldAt(written, path).tree.place,
    ...(near === undefined ? {} : { tries: [`write "${near}"`] }),
  });
}

function pathOf({ path = [] }: StandardSchemaV1.Issue): Path {
  return path.map((segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return typeof key === "number" ? key : String(key);
  });
}

/**
 * The path of the key that an issue is about, where it says so: zod by `keys` for keys that are not
 * known and by `invalid_key` for others, valibot by the origin of the path's last step.
 */
function keyPath(issue: StandardSchemaV1.Issue): Path | undefined {
  const path = pathOf(issue);
  const keys: unknown = Reflect.get(issue, "keys");
  const [key]: readonly unknown[] = Array.isArray(keys) ? keys : [];
  if (typeof key === "string") return [...path, key];
  const last: unknown = issue.path?.at(-1);
  const isKey = typeof last === "object" && last !== null && Reflect.get(last, "origin") === "key";
  return isKey || Reflect.get(issue, "code") === "invalid_key" ? path : undefined;
}

function keyPlace(written: Field, path: Path): Place | undefined {
  const { tree } = fieldAt(written, path.slice(0, -1));
  return tree.kind === "map" ? tree.entries.get(String(path.at(-1)))?.keyPlace : undefined;
}

/** The known key that comes nearest to a misspelt one, where the schema can say which it has. */
function meantKey(schema: StandardSchemaV1, path: Path): string | undefined {
  const known = isSchema(schema) ? propertiesAt(inputSchema(schema), path.slice(0, -1)) : [];
  return nearest(String(path.at(-1)), known);
}

function inputSchema(schema: Parameters<typeof jsonSchemaOf>[0]): Json | undefined {
  try {
    return jsonSchemaOf(schema, "input", "the configuration") as Json;
  } catch {
    return undefined; // not all that is checked can be written as JSON Schema
  }
}

function propertiesAt(schema: Json | undefined, path: Path): readonly string[] {
  const [step, ...rest] = path;
  if (!isJsonObject(schema)) return [];
  const { properties, items } = schema;
  if (typeof step === "number") return propertiesAt(items, rest);
  if (!isJsonObject(properties)) return [];
  return step === undefined ? Object.keys(properties) : propertiesAt(properties[step], rest);
}
