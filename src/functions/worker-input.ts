import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isJsonObject, type JsonSchema } from "../model/json.ts";
import type { Schema } from "./schema.ts";

/** What a worker takes unless it declares another input. */
export interface WorkerInput {
  readonly input: string;
  /** Paths, resolved against the project's folder. */
  readonly attachments?: readonly string[];
}

const JSON_SCHEMA: JsonSchema = {
  type: "object",
  properties: {
    input: { type: "string", description: "What the worker is asked." },
    attachments: {
      type: "array",
      items: { type: "string" },
      description: "Paths of files to attach.",
    },
  },
  required: ["input"],
  additionalProperties: false,
};

/** The schema of {@link WorkerInput}; written by hand so that a run loads no schema library. */
export const workerInputSchema: Schema<WorkerInput> = {
  "~standard": {
    version: 1,
    vendor: "llm-do",
    validate: validateWorkerInput,
    jsonSchema: { input: () => ({ ...JSON_SCHEMA }), output: () => ({ ...JSON_SCHEMA }) },
  },
};

function validateWorkerInput(value: unknown): StandardSchemaV1.Result<WorkerInput> {
  if (!isJsonObject(value)) return { issues: [{ message: "expected text or an object" }] };
  const issues: StandardSchemaV1.Issue[] = [];
  for (const key of Object.keys(value)) {
    if (key !== "input" && key !== "attachments") issues.push({ message: `unknown key "${key}"` });
  }
  const { input, attachments } = value;
  if (typeof input !== "string") issues.push({ message: "expected string", path: ["input"] });
  if (attachments !== undefined && !isStringList(attachments)) {
    issues.push({ message: "expected a list of paths", path: ["attachments"] });
  }
  if (issues.length > 0) return { issues };
  return { value: value as unknown as WorkerInput }; // both fields were checked above
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Plain text stands for `{ input: text }`. */
export function coerceText(input: unknown): unknown {
  return typeof input === "string" ? { input } : input;
}
