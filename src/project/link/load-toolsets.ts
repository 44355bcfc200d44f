import { dirname, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Host } from "../../host/host.ts";
import { ownField } from "../../model/json.ts";
import { BUILT_IN_TOOLSETS } from "../../toolsets/built-in.ts";
import { nearest } from "../../words/nearest.ts";
import { type ToolsetReference, withOffers } from "../../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import type { FoundExports } from "../load/found-exports.ts";
import { type Exports, loadCodeFile } from "../load/load-code-file.ts";
import { resolvePackage } from "../load/package-resolution.ts";
import { plainAdvice, plainKind, plainProblem } from "../load/plain-export.ts";
import { isPython, pythonAdvice } from "../project-files.ts";
import { shown } from "../project-paths.ts";
import { linkError, type Naming } from "./link-errors.ts";
import { type LoadedToolsets, type ToolsetSource, toolsetSource } from "./toolset-source.ts";

/** What comes before linking: what workers name that no passed file brings. */
interface LoadInput {
  readonly workers: readonly WorkerDefinition[];
  readonly found: FoundExports;
  /** The project's folder, absolute. */
  readonly folder: string;
}

/**
 * Loads the built-in toolsets and the exports of packages and paths that the workers name, and
 * nothing that none of them names.
 *
 * @throws LlmDoError `project` when something has the name of a built-in toolset, or a reference
 * leads to nothing; `code` when a file does not load
 */
export async function loadToolsets(input: LoadInput, host: Host): Promise<LoadedToolsets> {
  for (const named of namedThings(input)) checkNotBuiltIn(named);
  const loaded = new Map<ToolsetReference, ToolsetSource>();
  // One after the other: of several errors the first in file order is told.
  for (const worker of input.workers) {
    for (const reference of withOffers(worker.toolsets)) {
      const source = await load({ worker, reference }, input.folder, host);
      if (source) loaded.set(reference, source);
    }
  }
  return loaded;
}

async function load(
  naming: Naming,
  folder: string,
  host: Host,
): Promise<ToolsetSource | undefined> {
  const name = naming.reference.reference;
  const builtIn = BUILT_IN_TOOLSETS.get(name);
  const { value } = naming.reference;
  if (value !== undefined) {
    if (!builtIn) return toolsetSource(value, name, naming.worker.file);
    const reason = `"${name}" is the name of a built-in toolset`;
    throw linkError(naming, reason, { tries: ["give the value another name"] });
  }
  if (builtIn) return { kind: "built-in", name, make: await builtIn(host) };
  const reference = exportReference(name);
  return reference && loadReference(naming, reference, { folder, host });
}

interface Named {
  readonly name: string;
  readonly file: string;
}

function namedThings({ workers, found }: LoadInput): readonly Named[] {
  const tools = found.toolsets.flatMap(({ file, value }) =>
    Object.keys(value.tools).map((name) => ({ name, file })),
  );
  return [...workers, ...found.tools, ...found.toolsets, ...found.factories, ...tools];
}

function checkNotBuiltIn({ name, file }: Named): void {
  if (!BUILT_IN_TOOLSETS.has(name)) return;
  throw new LlmDoError({
    code: "project",
    verb: "load",
    what: name,
    reason: `${file} has something of this name, which is that of a built-in toolset`,
    place: { file },
    tries: ["rename it: workers, tools and toolsets share one name space"],
  });
}

/** An export of a package or a file, as in `my-package#searchTools` and `./search.ts#searchTools`. */
interface ExportReference {
  readonly module: string;
  readonly name: string;
}

/** Reads a name in `toolsets` as a reference; undefined when it is none. */
function exportReference(reference: string): ExportReference | undefined {
  const at = reference.lastIndexOf("#");
  return at < 0 ? undefined : { module: reference.slice(0, at), name: reference.slice(at + 1) };
}

/**
 * Loads what a reference names: paths are relative to the worker's file, packages are those that the
 * project's folder can import.
 *
 * @throws LlmDoError `project` with the place of the reference when there is no such package, file,
 * export, or it is no toolset; `code` when the file does not load
 */
async function loadReference(
  naming: Naming,
  reference: ExportReference,
  { folder, host }: { readonly folder: string; readonly host: Host },
): Promise<ToolsetSource> {
  const { module, name } = reference;
  if (module === "" || name === "") {
    const tries = ['write "PACKAGE#EXPORT" or "./FILE.ts#EXPORT"'];
    const reason = `"${naming.reference.reference}" does not name an export of something`;
    throw linkError(naming, reason, { tries });
  }
  if (isPython(module)) {
    const reason = `${module} is Python, and tools are written in TypeScript`;
    throw linkError(naming, reason, { tries: pythonAdvice(module) });
  }
  const path = isPath(module)
    ? checkedPath(naming, module, host)
    : await packagePath(naming, module, folder);
  const exports = await loadCodeFile(path, host);
  const file = shown(path, host);
  const value = ownField(exports, name);
  const source = value === undefined ? undefined : toolsetSource(value, name, file);
  if (source) return source;
  if (value === undefined) throw missingExport(naming, reference, exports);
  const kind = plainKind(value);
  if (!kind) {
    const tries = ["export what toolset({ ... }) or tool({ ... }) makes"];
    throw linkError(naming, `"${name}" of ${module} is not a toolset`, { tries });
  }
  const plain = { ...kind, name, file: module, ownName: undefined };
  throw linkError(naming, plainProblem(plain), { tries: plainAdvice(plain) });
}

function isPath(module: string): boolean {
  return /^\.{0,2}\//.test(module);
}

function checkedPath(naming: Naming, module: string, host: Host): string {
  const path = resolve(dirname(resolve(host.cwd, naming.worker.file)), module);
  const stat = host.files.stat(path);
  if (stat?.kind === "file") return path;
  const reason = stat
    ? `${shown(path, host)} is a ${stat.kind}`
    : `there is no file ${shown(path, host)}`;
  const tries = ["write the path relative to the worker's file"];
  throw linkError(naming, reason, { tries });
}

async function packagePath(naming: Naming, module: string, folder: string): Promise<string> {
  try {
    return await resolvePackage(module, folder);
  } catch (error) {
    const name = packageName(module);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_MODULE_NOT_FOUND") {
      const reason = `the package "${name}" is not installed where ${folder} would find it`;
      throw linkError(naming, reason, { tries: [`npm install ${name}`], cause: error });
    }
    const reason = `the package "${name}" cannot be imported: ${messageOf(error)}`;
    throw linkError(naming, reason, { cause: error });
  }
}

/** `@scope/name/path` and `name/path` without the path. */
function packageName(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function missingExport(naming: Naming, { module, name }: ExportReference, exports: Exports) {
  const toolsets = Object.keys(exports).filter((key) => isToolsetLike(exports[key], key));
  const near = nearest(name, toolsets);
  const has = toolsets.length === 0 ? "it exports no toolset" : `it has ${toolsets.join(", ")}`;
  const tries = [
    near === undefined ? "export it there, or correct the name" : `write "${module}#${near}"`,
  ];
  return linkError(naming, `${module} has no export "${name}"; ${has}`, { tries });
}

function isToolsetLike(value: unknown, name: string): boolean {
  try {
    return toolsetSource(value, name, "") !== undefined;
  } catch {
    return true; // one that is malformed, which is for whoever names it to know
  }
}
