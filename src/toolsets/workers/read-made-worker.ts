import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import { inlineSchema } from "../../functions/inline-schema.ts";
import type { Grant, Offer, WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf, type Schema } from "../../functions/schema.ts";
import { workerFunction } from "../../functions/worker-function.ts";
import { attachesFiles } from "../../functions/worker-input.ts";
import type { Json } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import { isCompatibleModel } from "../../worker/compatible-models.ts";
import { workerError } from "../../worker/front-matter.ts";
import { parseWorker } from "../../worker/parse-worker.ts";
import type { SchemaReference } from "../../worker/schema-reference.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";

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

/** What a worker that a model makes may say, beyond what every worker may. */
interface MadeWorkerRules {
  /** Names that it may write in its `toolsets`, beside its own. */
  readonly toolsets: readonly string[];
  /** Patterns that its model must fit; empty: it may name none. */
  readonly models: readonly string[];
}

/**
 * Refuses everything by which a file would give itself more than it is offered.
 *
 * @throws LlmDoError `worker` with the place
 */
function checkMadeWorker(definition: WorkerDefinition, name: string, rules: MadeWorkerRules): void {
  const refuse = (key: string, reason: string, hint: string) => {
    throw refusal(definition, { key, reason, hint });
  };
  if (definition.name !== name) {
    refuse("name", `"name" must be the one that it is made under, ${name}`, 'leave "name" out');
  }
  if (definition.entry) refuse("entry", "a run does not start with it", 'leave "entry" out');
  if (definition.compatibleModels) {
    refuse("compatible_models", "its model is not its own choice", 'leave "compatible_models" out');
  }
  if (definition.serverTools.length > 0) {
    const hint = 'leave "server_side_tools" out';
    refuse("server_side_tools", "tools of the provider are not offered", hint);
  }
  checkModel(definition, rules.models, refuse);
  checkSchema(definition, definition.inputSchema);
  checkSchema(definition, definition.outputSchema);
  for (const reference of definition.toolsets) checkToolset(definition, reference, rules);
}

type Refuse = (key: string, reason: string, hint: string) => void;

/** A script is a file of the machine's, so no pattern offers one. */
function checkModel(
  { model }: WorkerDefinition,
  patterns: readonly string[],
  refuse: Refuse,
): void {
  if (model === undefined) return;
  if (isCompatibleModel(patterns, model) && !/^script:/i.test(model)) return;
  const without = 'leave "model" out: it then runs with the model of who calls it';
  const fitting = `use one that fits ${patterns.join(" or ")}, or ${without}`;
  const reason = `the model ${JSON.stringify(model)} is not offered`;
  refuse("model", reason, patterns.length === 0 ? without : fitting);
}

/**
 * A schema of a code file would run that code; and what is left is checked in steps that its size
 * bounds, which regular expressions and references within a schema are not.
 */
function checkSchema(definition: WorkerDefinition, schema: SchemaReference | undefined): void {
  if (schema === undefined) return;
  const { place } = schema;
  if (schema.kind !== "inline") {
    const reason = "a schema cannot be that of a code file";
    throw workerError(definition.file, { reason, place, tries: ["write the schema itself"] });
  }
  const key = unboundedKey(schema.schema);
  if (key === undefined) return;
  const reason = `a schema of a made worker cannot hold "${key}"`;
  throw workerError(definition.file, { reason, place, tries: [`leave "${key}" out`] });
}

/** A keyword that costs more than its size; a property may have its name. */
function unboundedKey(value: Json): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const isKeyword = UNBOUNDED.has(key) && !isSubschema(key, part);
    const found = isKeyword ? key : unboundedKey(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

const UNBOUNDED: ReadonlySet<string> = new Set(["pattern", "patternProperties", "$ref"]);

/** Both other keywords are texts, and the description of a property is none. */
function isSubschema(key: string, part: Json): boolean {
  return key !== "patternProperties" && typeof part !== "string";
}

/** What a name may do was configured by who offers it, and by nobody else. */
function checkToolset(
  { file, name }: WorkerDefinition,
  { reference, config, approvals, offers, place }: ToolsetReference,
  { toolsets }: MadeWorkerRules,
): void {
  if (reference !== name && !toolsets.includes(reference)) {
    const reason = `the toolset ${JSON.stringify(reference)} is not offered`;
    throw workerError(file, { reason, place, tries: [advice(reference, toolsets)] });
  }
  const said = [...Object.keys(config), ...(offers ? ["toolsets"] : [])];
  const isBare = said.length === 0 && Object.keys(approvals).length === 0;
  if (isBare) return;
  const reason = `"${reference}" is configured and approved of by who offers it`;
  throw workerError(file, { reason, place, tries: [`write "${reference}: {}"`] });
}

function advice(reference: string, toolsets: readonly string[]): string {
  if (toolsets.length === 0) return 'leave "toolsets" out: none is offered';
  const near = nearest(reference, toolsets);
  return near === undefined ? `use some of: ${toolsets.join(", ")}` : `write "${near}"`;
}

function refusal(
  { file, places }: WorkerDefinition,
  { key, reason, hint }: { readonly key: string; readonly reason: string; readonly hint: string },
): LlmDoError {
  const place = places.get(key) ?? { file, line: 1, column: 1 };
  return workerError(file, { reason, place, tries: [hint] });
}
