import { resolve } from "node:path";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { isTool, type Tool } from "../../../functions/tool.ts";
import { isToolset, isToolsetFactory } from "../../../functions/toolset.ts";
import type { Host } from "../../../host/host.ts";
import { type Exports, loadCodeFile } from "../../../project/load/load-code-file.ts";
import {
  type PlainExport,
  plainAdvice,
  plainKind,
  plainProblem,
} from "../../../project/load/plain-export.ts";
import { checkFile } from "../../../project/project-files.ts";
import { nearest } from "../../../words/nearest.ts";

/** A tool that may stand in for a prompt. */
export interface FoundTool {
  /** As it was named: `file.ts#tool` or `file.ts#toolset.tool`. */
  readonly reference: string;
  /** The tool's own name. */
  readonly name: string;
  readonly tool: Tool;
  /** Absolute. */
  readonly path: string;
}

/**
 * Loads the tool that a command line names.
 *
 * @param reference `file.ts#tool` or `file.ts#toolset.tool`, the path from the current folder
 * @throws LlmDoError `usage` for what is no such name, or a tool that is not `pure`; `file` or `code`
 * for a file that is not there, does not load or does not export it
 */
export async function findTool(reference: string, host: Host): Promise<FoundTool> {
  const at = reference.lastIndexOf("#");
  const [file, name] = [reference.slice(0, at), reference.slice(at + 1)];
  if (at <= 0 || name === "") throw noReference(reference, host);
  const path = checkFile(file, host);
  const exports = await loadCodeFile(path, host);
  const tools = toolsIn(exports);
  const tool = tools.get(name);
  const kind = Object.hasOwn(exports, name) ? plainKind(exports[name]) : undefined;
  if (!tool && kind) throw notMade(reference, { ...kind, name, file, ownName: undefined });
  if (!tool) throw noSuchTool(reference, { file, name, names: [...tools.keys()] });
  if (tool.effect !== "pure") throw notPure(reference, tool);
  return { reference, name: name.slice(name.lastIndexOf(".") + 1), tool, path };
}

/** All tools of a module by the names that a command line may use. */
function toolsIn(exports: Exports): ReadonlyMap<string, Tool> {
  const tools = new Map<string, Tool>();
  for (const [name, value] of Object.entries(exports)) {
    if (isTool(value)) tools.set(name, value);
    else if (isToolset(value) && !isToolsetFactory(value)) {
      for (const [own, tool] of Object.entries(value.tools)) tools.set(`${name}.${own}`, tool);
    }
  }
  return tools;
}

function noReference(reference: string, { files, cwd }: Host): LlmDoError {
  const isThere = files.stat(resolve(cwd, reference)) !== undefined;
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what: reference,
    reason: "it names no tool of a file, and no .worker file",
    tries: [
      isThere
        ? `name the export, too: ${reference}#tool`
        : "llm-do compare main.worker tools.ts#tool",
    ],
  });
}

interface Missing {
  readonly file: string;
  readonly name: string;
  readonly names: readonly string[];
}

function noSuchTool(reference: string, { file, name, names }: Missing): LlmDoError {
  // A tool of a toolset may have been named without it.
  const near = nearest(name, names) ?? names.find((each) => each.endsWith(`.${name}`));
  const known = names.length === 0 ? "it exports no tool" : `it has ${names.join(", ")}`;
  return new LlmDoError({
    code: "code",
    verb: "compare",
    what: reference,
    reason: `${file} has no tool "${name}"; ${known}`,
    place: { file },
    tries: [near === undefined ? "export what tool({ ... }) makes" : `write "${file}#${near}"`],
  });
}

function notMade(reference: string, plain: Omit<PlainExport, "placeOf">): LlmDoError {
  return new LlmDoError({
    code: "code",
    verb: "compare",
    what: reference,
    reason: plainProblem(plain),
    place: { file: plain.file },
    tries: plainAdvice(plain),
  });
}

function notPure(reference: string, { effect }: Tool): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "compare",
    what: reference,
    reason: `its effect is "${effect}", and only a "pure" tool can stand in for a prompt`,
    tries: ['move what is computed into a tool with effect: "pure"'],
  });
}
