import { dirname, resolve } from "node:path";
import { messageOf } from "../errors/message-of.ts";
import { isSchema, type Schema } from "../functions/schema.ts";
import type { Host } from "../host/host.ts";
import { nearest } from "../words/nearest.ts";
import { type Exports, loadCodeFile } from "./load-code-file.ts";
import { resolvePackage } from "./resolve-package.ts";
import { type SchemaNaming, schemaError } from "./schema-error.ts";
import { shown } from "./shown-path.ts";

/** Where references lead from. */
export interface SchemaScope {
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
export async function loadSchemaReference(
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
  const value = Object.hasOwn(exports, name) ? exports[name] : undefined;
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
