import type { Grant, LlmFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { isJsonObject, type Json, type JsonSchema } from "../../model/json.ts";
import {
  braced,
  filledType,
  propertyName,
  schemaType,
  union,
} from "../../model/schema/schema-type.ts";
import type { Project } from "../project.ts";

/** How a file of this kind begins; what begins otherwise was written by somebody else. */
export const TYPES_MARK = "// Made by llm-do";

/** How deep the types of one function stand in the file. */
const INDENT = "      ";

/**
 * The text of a declaration file that tells TypeScript a project's functions by name, for
 * `ctx.call` and `ctx.functions`. The same project and command give the same text.
 *
 * @param command the command line that makes the file
 * @throws LlmDoError `code` when a schema cannot be expressed in JSON Schema
 */
export function functionTypes(project: Project, command: string): string {
  const entries = [...byName(project)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, targets]) => declaredFunction(name, targets));
  return `${TYPES_MARK}: ${command}
// Run that again when a function is added, renamed, or takes or gives something else.

import type {} from "llm-do";

declare module "llm-do" {
  interface FunctionTypes {
${entries.join("")}  }
}
`;
}

/** Toolsets that are made for one worker may give a name to different functions. */
function byName({ space }: Project): ReadonlyMap<string, readonly LlmFunction[]> {
  const named = new Map<string, LlmFunction[]>();
  for (const [name, target] of space) named.set(name, [target]);
  for (const { function: target } of [...space.values()].flatMap(grantsFor)) {
    if (space.has(target.name)) continue;
    named.set(target.name, [...(named.get(target.name) ?? []), target]);
  }
  return named;
}

function grantsFor(target: LlmFunction): readonly Grant[] {
  return target.kind === "worker" ? [...target.functions.values()] : [];
}

function declaredFunction(name: string, targets: readonly LlmFunction[]): string {
  const descriptions = [...new Set(targets.map(({ description }) => commentOf(description)))];
  const type = braced(
    [
      `readonly input: ${union(targets.map(inputType))};`,
      ...checkedLine(targets),
      `readonly output: ${union(targets.map(outputType))};`,
    ],
    "    ",
  );
  return `${descriptions.join("")}    readonly ${propertyName(name)}: ${type};\n`;
}

/** Left out where it is what callers pass, without the text that may stand for an object. */
function checkedLine(targets: readonly LlmFunction[]): readonly string[] {
  const passed = union(
    targets.map(({ input, name }) => schemaType(jsonSchemaOf(input, "input", name), INDENT)),
  );
  const checked = union(targets.map(checkedType));
  const isClear = checked === passed && !passed.includes(" | "); // of texts and objects, maybe
  return isClear ? [] : [`readonly checked: ${checked};`];
}

/** Text stands for `{ input: text }` where a function takes that. */
function inputType({ input, name }: LlmFunction): string {
  const schema = jsonSchemaOf(input, "input", name);
  const type = schemaType(schema, INDENT);
  return takesText(schema) ? union(["string", type]) : type;
}

/** What its code gets: texts are objects by then, and defaults are filled in. */
function checkedType({ input, name }: LlmFunction): string {
  const taken = jsonSchemaOf(input, "input", name);
  try {
    const made = jsonSchemaOf(input, "output", name);
    // Some libraries close what they made of an object, which says nothing new of its type.
    const isSame = canonicalJson(opened(made)) === canonicalJson(opened(taken));
    return filledType(isSame ? taken : made, INDENT);
  } catch {
    return "unknown"; // a transform may make anything, also what JSON Schema cannot say
  }
}

/** A schema whose objects may have more properties than it names. */
function opened(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => opened(item));
  if (!isJsonObject(schema)) return schema;
  const fields = Object.entries(schema).filter(
    ([key, value]) => key !== "additionalProperties" || value !== false,
  );
  return Object.fromEntries(fields.map(([key, value]) => [key, opened(value)]));
}

function takesText({ properties, required }: JsonSchema): boolean {
  const needed = Array.isArray(required) ? required : [];
  const text = isJsonObject(properties) ? properties["input"] : undefined;
  return (
    isJsonObject(text) && text["type"] === "string" && needed.every((name) => name === "input")
  );
}

function outputType(target: LlmFunction): string {
  const schema = target.kind === "worker" ? target.output : target.tool.output;
  if (schema) return schemaType(jsonSchemaOf(schema, "output", target.name), INDENT);
  return target.kind === "worker" ? "string" : "unknown";
}

function commentOf(description: string): string {
  const lines = description
    .trim()
    .replaceAll("*/", "*\\/")
    .split("\n")
    .map((line) => line.trim());
  if (lines.length === 1) return `    /** ${lines[0]} */\n`;
  return `    /**\n${lines.map((line) => `     *${line === "" ? "" : ` ${line}`}\n`).join("")}     */\n`;
}
