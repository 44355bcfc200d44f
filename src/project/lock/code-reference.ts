import { relative, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import { type Domain, isDomain } from "../../functions/domain.ts";
import { isTool, type Tool } from "../../functions/tool.ts";
import { isToolset } from "../../functions/toolset.ts";
import type { Host } from "../../host/host.ts";
import { ownField } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import { loadCodeFile } from "../load/load-code-file.ts";

/** An export of a code file, `FILE#EXPORT` or `FILE#TOOLSET.TOOL`; or a file of templates, a path alone. */
interface CodeReference {
  /** Absolute path of the file. */
  readonly path: string;
  /** The toolset that a tool is in. */
  readonly toolset: string | undefined;
  readonly name: string;
}

/** Where a reference stands, for errors, and the folder that its path is relative to. */
interface ReferenceScope {
  /** Absolute. */
  readonly folder: string;
  readonly place: Place | undefined;
  readonly host: Host;
}

/** Reads a reference. */
export function codeReference(reference: string, folder: string): CodeReference {
  const at = reference.lastIndexOf("#");
  if (at < 0) return { path: resolve(folder, reference), toolset: undefined, name: "" };
  const names = reference.slice(at + 1).split(".");
  const name = names.pop() ?? "";
  const toolset = names.length > 0 ? names.join(".") : undefined;
  return { path: resolve(folder, reference.slice(0, at)), toolset, name };
}

/**
 * Loads a tool that may stand in for a prompt.
 *
 * @throws LlmDoError `project` when there is no such file or tool, or it is not pure; `code` when the
 * file does not load
 */
export async function loadStandInTool(reference: string, scope: ReferenceScope): Promise<Tool> {
  return checkPure(await loadTool(reference, scope), reference, scope);
}

/**
 * Loads a tool.
 *
 * @throws LlmDoError `project` when there is no such file or tool; `code` when the file does not load
 */
export async function loadTool(reference: string, scope: ReferenceScope): Promise<Tool> {
  const { path, toolset, name } = codeReference(reference, scope.folder);
  const exports = await exportsOf(reference, path, scope);
  const outer = toolset === undefined ? undefined : exports[toolset];
  const tools = isToolset(outer) ? outer.tools : toolset === undefined ? exports : {};
  const found = ownField(tools, name);
  if (isTool(found)) return found;
  const known = Object.keys(tools).filter((key) => isTool(tools[key]));
  throw noExport(reference, scope, { what: "tool", known, asked: name });
}

/**
 * Loads a domain: an export of a code file, or the guard that a file of templates makes by itself.
 *
 * @throws LlmDoError `project` when there is no such file or domain; `code` when the file does not load;
 * `file` for a file of templates that cannot be read
 */
export async function loadDomain(reference: string, scope: ReferenceScope): Promise<Domain> {
  const { path, name } = codeReference(reference, scope.folder);
  if (path.endsWith(TEMPLATES_ENDING)) return await loadTemplates(reference, path, scope);
  const exports = await exportsOf(reference, path, scope);
  const found = ownField(exports, name);
  if (isDomain(found)) return found;
  const known = Object.keys(exports).filter((key) => isDomain(exports[key]));
  throw noExport(reference, scope, { what: "domain", known, asked: name });
}

/**
 * Only what follows from the input may stand in for a prompt: what a tool does to the world beside
 * its answer no comparison has seen.
 *
 * @throws LlmDoError `project` for a tool with another effect
 */
export function checkPure(
  tool: Tool,
  what: string,
  { place }: Pick<ReferenceScope, "place">,
): Tool {
  if (tool.effect === "pure") return tool;
  const reason = `its effect is ${tool.effect}, and only a pure tool may stand in for a prompt`;
  throw new LlmDoError({
    code: "project",
    verb: "load",
    what,
    reason,
    place,
    tries: ['say effect: "pure" if it only computes its answer from its input'],
  });
}

/** What a file of templates is told by: code files end otherwise. */
const TEMPLATES_ENDING = ".json";

async function loadTemplates(
  reference: string,
  path: string,
  scope: ReferenceScope,
): Promise<Domain> {
  checkThere(reference, path, scope);
  // Few runs have code that answers in a prompt's place.
  const { guardOf } = await import("../../functions/templates/listed-templates.ts");
  const { readTemplates } = await import("../../functions/templates/template-file.ts");
  const file = relative(scope.host.cwd, path);
  return guardOf(readTemplates(scope.host.files.readText(path), file), file);
}

async function exportsOf(reference: string, path: string, scope: ReferenceScope) {
  checkThere(reference, path, scope);
  return await loadCodeFile(path, scope.host);
}

function checkThere(reference: string, path: string, { host, place }: ReferenceScope): void {
  if (host.files.stat(path)?.kind === "file") return;
  const reason = `there is no file ${relative(host.cwd, path)}`;
  const tries = ["correct the path"];
  throw new LlmDoError({ code: "project", verb: "load", what: reference, reason, place, tries });
}

function noExport(
  reference: string,
  { place }: ReferenceScope,
  { what, known, asked }: { what: string; known: readonly string[]; asked: string },
): LlmDoError {
  const near = nearest(asked, known);
  const has = known.length === 0 ? `no ${what}` : known.join(", ");
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: reference,
    reason: `there is no ${what} "${asked}" in it; it has ${has}`,
    place,
    tries: [near === undefined ? `export it there, or correct the name` : `write "${near}"`],
  });
}
