import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { inlineSchema } from "../../functions/inline-schema.ts";
import type { Grant, Offer, WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf, type Schema } from "../../functions/schema.ts";
import { workerFunction } from "../../functions/worker-function.ts";
import { attachesFiles } from "../../functions/worker-input.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { SchemaReference } from "../../worker/schema-reference.ts";
import { checkMadeWorker } from "./made-worker-rules.ts";

/** What made workers can be. */
export interface MadeWorkerScope {
  readonly offer: Offer;
  /** Patterns that a model which one names must fit. */
  readonly models: readonly string[];
}

/**
 * Reads the text of a worker as that of any `.worker` file, and links it to what is offered. The
 * text only chooses: what it can call, and how that is configured and approved of, was linked before.
 *
 * @throws LlmDoError `worker` with the place
 */
export async function readMadeWorker(
  text: string,
  { name, file }: { readonly name: string; readonly file: string },
  { offer, models }: MadeWorkerScope,
): Promise<WorkerFunction> {
  const definition = parseWorker(text, file);
  checkMadeWorker(definition, name, { toolsets: offer.toolsets, models });
  const chosen = definition.toolsets.map(({ reference }) => reference);
  const functions = new Map<string, Grant>();
  const worker: WorkerFunction = {
    ...workerFunction(definition, {
      functions,
      input: await schemaOf("input_schema", definition.inputSchema),
      output: await schemaOf("output_schema", definition.outputSchema),
    }),
    sources: offer.sources.filter(({ toolset }) => chosen.includes(toolset)),
    configuredIn: offer.configuredIn,
  };
  for (const toolset of chosen) {
    if (toolset === name) functions.set(name, itself(worker));
    for (const grant of offer.grants) {
      if (grant.toolset === toolset) functions.set(grant.function.name, grant);
    }
  }
  return worker;
}

/** Why a text is no such worker, for the model that wrote it; undefined for another failure. */
export function flawOf(error: unknown): string | undefined {
  if (!isLlmDoError(error) || error.code !== "worker") return undefined;
  const { line, column } = error.place ?? {};
  const where = line === undefined ? "" : `line ${line}, column ${column}: `;
  return [`${where}${error.reason}`, ...error.tries].join("; ");
}

async function schemaOf(
  key: string,
  reference: SchemaReference | undefined,
): Promise<Schema | undefined> {
  if (reference?.kind !== "inline") return undefined;
  return inlineSchema(reference.schema, { key, place: reference.place });
}

/** Files would need an approval that nobody could configure, so a worker passes itself none. */
function itself(worker: WorkerFunction): Grant {
  const { name, input } = worker;
  const { validate } = input["~standard"];
  const refuseFiles: typeof validate = (value) =>
    attachesFiles(value)
      ? { issues: [{ message: "a made worker that calls itself cannot attach files" }] }
      : validate(value);
  return {
    function: {
      ...worker,
      input: { "~standard": { ...input["~standard"], validate: refuseFiles } },
    },
    inputSchema: jsonSchemaOf(input, "input", name),
    toolset: name,
    approval: { preApproved: false, blocked: false },
  };
}
