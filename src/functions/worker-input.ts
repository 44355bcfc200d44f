import { isJsonObject, type Json, type JsonSchema } from "../model/json.ts";
import { referredSchema } from "../model/schema/schema-parts.ts";
import type { TakingFunction } from "./described-input.ts";
import type { AttachmentInput } from "./given-attachments.ts";
import { objectSchema, optional, required, text, textList } from "./object-schema.ts";
import { jsonSchemaOf, type Schema, validate } from "./schema.ts";

/** What a worker takes unless it declares another input. */
export interface WorkerInput {
  readonly input: string;
  /** Paths, resolved against the project's folder, and values that stand for files. */
  readonly attachments?: readonly AttachmentInput[];
}

/** What {@link WorkerInput} comes to: values stand there by their names and addresses. */
interface TextInput {
  readonly input: string;
  readonly attachments?: readonly string[];
}

export const workerInputSchema: Schema<TextInput> = objectSchema(
  {
    input: required(text("What the worker is asked.")),
    attachments: optional(textList("Paths of files to attach.", "a list of paths")),
  },
  "text or an object",
);

/** Whether files would leave the machine with an input of a worker. */
export function attachesFiles(input: unknown): boolean {
  const attachments: unknown = isJsonObject(input) ? input["attachments"] : undefined;
  return attachments !== undefined && !(Array.isArray(attachments) && attachments.length === 0);
}

/** Plain text stands for `{ input: text }`. */
export function coerceText(input: unknown): unknown {
  return typeof input === "string" ? { input } : input;
}

/** The other way round, for people: the text of an input that is one text and nothing else. */
export function plainText(input: Json): Json {
  if (!isJsonObject(input) || Object.keys(input).length !== 1) return input;
  const { input: text } = input;
  return typeof text === "string" ? text : input;
}

/** Whether an input is one text, and at most attachments beside it: no other property is described. */
export function takesOnlyText({ properties }: JsonSchema): boolean {
  const { attachments: _paths, ...rest } = isJsonObject(properties) ? properties : {};
  const { input } = rest;
  return Object.keys(rest).length === 1 && isJsonObject(input) && input.type === "string";
}

type ReadText =
  | { readonly kind: "valid"; readonly value: unknown }
  | { readonly kind: "invalid"; readonly reason: string };

/**
 * Reads a text that a person or a program's author wrote as the input of a function: the text itself
 * where the schema takes it, else `{ input: text }` where the schema has a property `input`. Any other
 * schema refuses it: most would drop the text unseen, because they ignore unknown properties.
 */
export async function readTextInput(target: TakingFunction, text: string): Promise<ReadText> {
  const asText = await validate(target.input, text);
  if (asText.kind === "valid") return asText;
  const hasField = hasTextField(jsonSchemaOf(target.input, "input", target.name));
  const asField = hasField ? await validate(target.input, coerceText(text)) : asText;
  if (asField.kind === "valid") return asField;
  const { inputType } = await import("./described-input.ts");
  const issues = hasField ? `${asField.issues.join("; ")};` : "it is a text, and";
  const reason = `its input does not fit: ${issues} it takes ${inputType(target)}`;
  return { kind: "invalid", reason };
}

/** Whether a schema has a property `input`, in any of its parts. */
function hasTextField(schema: JsonSchema): boolean {
  return hasField(schema, schema, new Set());
}

function hasField(schema: Json | undefined, root: JsonSchema, followed: Set<string>): boolean {
  if (!isJsonObject(schema)) return false;
  if (isJsonObject(schema.properties) && Object.hasOwn(schema.properties, "input")) return true;
  const { $ref: reference } = schema;
  if (typeof reference === "string" && !followed.has(reference)) {
    followed.add(reference);
    if (hasField(referredSchema(root, reference), root, followed)) return true;
  }
  return [schema.anyOf, schema.oneOf, schema.allOf].some(
    (parts) => Array.isArray(parts) && parts.some((part) => hasField(part, root, followed)),
  );
}
