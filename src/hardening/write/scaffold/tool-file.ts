import { jsonSchemaOf, type Schema } from "../../../functions/schema.ts";
import { isJsonObject, type Json, type JsonSchema } from "../../../model/json.ts";
import { schemaType } from "../../../model/schema/schema-type.ts";
import type { SchemaReference } from "../../../worker/schema-reference.ts";
import { isPlainName, type Scaffold } from "./scaffold.ts";
import { textCode, valueCode } from "./value-code.ts";

/** How the answer of a tool that nobody has written yet is declared. */
export const UNWRITTEN_BODY = `/** Answers as the prompt would, or says why it cannot: the prompt is asked then. */
export function answer(_input: Input): Answer {
  return { ok: false, reason: "no code has been written yet" };
}
`;

/** The text of `NAME.ts`: a tool with the worker's name and schemas, around a function `answer`. */
export function toolFile({ worker, definition }: Scaffold, body: string, note?: string): string {
  const { name, description, file } = worker;
  const input = inputPart(worker.input, definition.inputSchema, name);
  const value = worker.output ? jsonSchemaOf(worker.output, "output", name) : undefined;
  return `// Made by llm-do harden from ${baseName(file)}. It is yours to edit.
${note === undefined ? "" : `${note}\n`}import { tool } from "llm-do";
import { z } from "zod";
${input.imports}
export type Input = ${schemaType(jsonSchemaOf(worker.input, "output", name), "")};

export type Output = ${value ? schemaType(value, "") : "string"};

export type Answer =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly reason: string };

${body.trim()}

${input.declaration}
export const outputSchema = z.union([
  z.strictObject({
    ok: z.literal(true),
    value: ${valueSchema(value)},
  }),
  z.strictObject({ ok: z.literal(false), reason: z.string() }),
]);

${exported(name, description)}`;
}

function exported(name: string, description: string): string {
  const isPlain = isPlainName(name);
  const declared = `${isPlain ? `export const ${name}` : "const hardened"} = tool({
  description: ${textCode(description)},
  input: inputSchema,
  output: outputSchema,
  effect: "pure",
  run: (input) => answer(input as Input),
});
`;
  return isPlain ? declared : `${declared}\nexport { hardened as ${JSON.stringify(name)} };\n`;
}

interface InputPart {
  readonly imports: string;
  readonly declaration: string;
}

/** The worker's own schema: named where it names one, written out where it is written out. */
function inputPart(
  schema: Schema,
  reference: SchemaReference | undefined,
  name: string,
): InputPart {
  if (reference === undefined) return { imports: "", declaration: TEXT_INPUT };
  if (reference.kind === "reference") {
    const at = reference.reference.lastIndexOf("#");
    const path = importPath(reference.reference.slice(0, at));
    const imported = reference.reference.slice(at + 1);
    const what = imported === "inputSchema" ? imported : `${imported} as inputSchema`;
    return {
      imports: `import { ${what} } from ${JSON.stringify(path)};\n`,
      declaration: "export { inputSchema };\n",
    };
  }
  const written = jsonSchemaOf(schema, "input", name);
  const code = isForZod(written)
    ? schemaCode(written, 0, "export const inputSchema = ")
    : "z.looseObject({})";
  return { imports: "", declaration: `export const inputSchema = ${code};\n` };
}

const TEXT_INPUT = `export const inputSchema = z.strictObject({
  input: z.string(),
  attachments: z.array(z.string()).optional(),
});
`;

function valueSchema(schema: JsonSchema | undefined): string {
  if (!schema) return "z.string()";
  // What zod cannot hold a value to, the worker's own schema does at run time.
  return isForZod(schema) ? schemaCode(schema, 4, "value: ") : "z.json()";
}

/** Keywords that `z.fromJSONSchema` reads beside a `type`; it refuses or passes over many others. */
const FOR_ZOD: ReadonlySet<string> = new Set(
  "type properties required additionalProperties items minItems maxItems minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum title description default examples".split(
    " ",
  ),
);

function isForZod(schema: Json | undefined): boolean {
  if (!isJsonObject(schema)) return false;
  const { type, enum: choices, const: only, anyOf, properties = {}, required = [] } = schema;
  if (choices !== undefined || only !== undefined) {
    return [choices ?? [only]].flat().every((one) => typeof one !== "object" || one === null);
  }
  if (Array.isArray(anyOf)) return Object.keys(schema).length === 1 && anyOf.every(isForZod);
  const isKnown = typeof type === "string" && Object.keys(schema).every((one) => FOR_ZOD.has(one));
  if (!isKnown || !isJsonObject(properties) || !Array.isArray(required)) return false;
  const { items, additionalProperties: others = true } = schema;
  const inner = [...Object.values(properties), ...(type === "array" ? [items] : [])];
  if (typeof others !== "boolean") inner.push(others);
  return required.every((one) => Object.hasOwn(properties, String(one))) && inner.every(isForZod);
}

function schemaCode(schema: JsonSchema, indent: number, before: string): string {
  const call = "z.fromJSONSchema(";
  const besides = before.length + call.length + ");".length;
  return `${call}${valueCode(schema, { indent, besides })})`;
}

/** A worker's reference is relative to its file, beside which the tool stands. */
function importPath(module: string): string {
  const isFile = /\.[cm]?[jt]s$/.test(module) && !/^\.{0,2}\//.test(module);
  return isFile ? `./${module}` : module;
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
