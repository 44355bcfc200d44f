import { isJsonObject, type Json, type JsonSchema } from "../model/json.ts";
import { objectSchema, optional, required, text, textList } from "./object-schema.ts";
import type { Schema } from "./schema.ts";

/** What a worker takes unless it declares another input. */
interface WorkerInput {
  readonly input: string;
  /** Paths, resolved against the project's folder. */
  readonly attachments?: readonly string[];
}

/** The schema of {@link WorkerInput}. */
export const workerInputSchema: Schema<WorkerInput> = objectSchema(
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
