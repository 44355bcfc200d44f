import { dirname, resolve } from "node:path";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { inlineSchema } from "../../functions/inline-schema.ts";
import { isSchema, jsonSchemaOf, type Schema } from "../../functions/schema.ts";
import type { Host } from "../../host/host.ts";
import { type JsonSchema, ownField } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import type { SchemaReference } from "../../worker/schema-reference.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import { type Exports, loadCodeFile } from "../load/load-code-file.ts";
import { resolvePackage } from "../load/package-resolution.ts";
import { shown } from "../project-paths.ts";

/** What a worker says of its input and output, loaded. */
export interface WorkerSchemas {
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
}

/** By worker; workers that say nothing are not in it. */
export type LoadedSchemas = ReadonlyMap<WorkerDefinition, WorkerSchemas>;

/**
 * Loads the schemas that workers write or name, so that linking needs no file.
 *
 * @throws LlmDoError with the place: `worker` for a schema that values cannot be held to, `project`
 * for a reference that leads to no schema, `code` for a file that does not load
 */
export async function loadSchemas(
  workers: readonly WorkerDefinition[],
  scope: SchemaScope,
): Promise<LoadedSchemas> {
  const loaded = new Map<WorkerDefinition, WorkerSchemas>();
  // One after the other: of several errors the first in file order is told.
  for (const worker of workers) {
    if (!worker.inputSchema && !worker.outputSchema) continue;
    const input = await loadInput(worker, scope);
    loaded.set(worker, { input, output: await loadOutput(worker, scope) });
  }
  return loaded;
}

async function loadInput(
  worker: WorkerDefinition,
  scope: SchemaScope,
): Promise<Schema | undefined> {
  if (!worker.inputSchema) return undefined;
  const key = worker.inCode ? "input" : "input_schema";
  const naming: SchemaNaming = { worker, key, reference: worker.inputSchema };
  const schema = await loadSchema(naming, scope);
  const { type } = expressed(naming, () => jsonSchemaOf(schema, "input", worker.name));
  if (type === undefined || type === "object") return schema;
  throw schemaError(naming, `it must describe an object, not ${JSON.stringify(type)}`, [
    "make it an object with the value as one of its properties",
  ]);
}

async function loadOutput(
  worker: WorkerDefinition,
  scope: SchemaScope,
): Promise<Schema | undefined> {
  if (!worker.outputSchema) return undefined;
  const key = worker.inCode ? "output" : "output_schema";
  const naming: SchemaNaming = { worker, key, reference: worker.outputSchema };
  const schema = await loadSchema(naming, scope);
  expressed(naming, () => jsonSchemaOf(schema, "input", worker.name));
  return schema;
}

async function loadSchema(naming: SchemaNaming, scope: SchemaScope): Promise<Schema> {
  const { key, reference } = naming;
  switch (reference.kind) {
    case "reference":
      return await loadSchemaReference(naming, reference.reference, scope);
    case "inline":
      return await inlineSchema(reference.schema, { key, place: reference.place });
    case "value":
      return reference.value as Schema; // found by `isSchema`
  }
}

/** What a schema says of itself, or the error with the place where a worker names it. */
function expressed(naming: SchemaNaming, describe: () => JsonSchema): JsonSchema {
  try {
    return describe();
  } catch (error) {
    const { reason, tries } = isLlmDoError(error) ? error : { reason: messageOf(error), tries: [] };
    throw schemaError(naming, reason, tries, error);
  }
}

/** Where references lead from. */
interface SchemaScope {
  /** The project's folder, absolute: its packages are the ones that can be named. */
  readonly folder: string;
  readonly host: Host;
}

/**
 * Loads what `schemas.ts#PitchInput` names. What ends like a code file or begins like a path is
 * relative to the worker's file; anything else is a package.
 *
 * @throws LlmDoError `project` with the place when there is no such file, package or export, or it
 * is no schema; `code` when the file does not load
 */
async function loadSchemaReference(
  naming: SchemaNaming,
  reference: string,
  scope: SchemaScope,
): Promise<Schema> {
  const at = reference.lastIndexOf("#");
  const module = reference.slice(0, at);
  const name = reference.slice(at + 1);
  const path = isPath(module)
    ? checkedPath(naming, module, scope.host)
    : await packagePath(naming, module, scope.folder);
  const exports = await loadCodeFile(path, scope.host);
  const value = ownField(exports, name);
  if (isSchema(value)) return value;
  if (value === undefined) throw missingExport(naming, { module, name }, exports);
  throw schemaError(naming, `"${name}" of ${module} is not a schema`, [
    "export what implements Standard Schema and Standard JSON Schema, such as a schema of zod 4.2 or later",
  ]);
}

function isPath(module: string): boolean {
  return /^\.{0,2}\//.test(module) || /\.[cm]?[jt]s$/.test(module);
}

function checkedPath(naming: SchemaNaming, module: string, host: Host): string {
  const path = resolve(dirname(resolve(host.cwd, naming.worker.file)), module);
  const stat = host.files.stat(path);
  if (stat?.kind === "file") return path;
  const short = shown(path, host);
  const reason = stat ? `${short} is a ${stat.kind}` : `there is no file ${short}`;
  throw schemaError(naming, reason, ["write the path relative to the worker's file"]);
}

async function packagePath(naming: SchemaNaming, module: string, folder: string): Promise<string> {
  try {
    return await resolvePackage(module, folder);
  } catch (error) {
    const reason = `the package "${module}" cannot be imported from ${folder}: ${messageOf(error)}`;
    const tries = ["npm install it, or write a path that ends in .ts"];
    throw schemaError(naming, reason, tries, error);
  }
}

function missingExport(
  naming: SchemaNaming,
  { module, name }: { readonly module: string; readonly name: string },
  exports: Exports,
) {
  const schemas = Object.keys(exports).filter((key) => isSchema(exports[key]));
  const near = nearest(name, schemas);
  const has = schemas.length === 0 ? "it exports no schema" : `it has ${schemas.join(", ")}`;
  return schemaError(naming, `${module} has no export "${name}"; ${has}`, [
    near === undefined ? "export it there, or correct the name" : `write "${module}#${near}"`,
  ]);
}

/** A worker's key that says a schema, for errors about it. */
interface SchemaNaming {
  readonly worker: WorkerDefinition;
  readonly key: "input_schema" | "output_schema" | "input" | "output";
  readonly reference: SchemaReference;
}

function schemaError(
  { worker, key, reference }: SchemaNaming,
  reason: string,
  tries: readonly string[],
  cause?: unknown,
): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: worker.file,
    reason: `"${key}": ${reason}`,
    place: reference.place,
    tries,
    cause,
  });
}
