import { relative, resolve, sep } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { LlmFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import { coerceText } from "../../functions/worker-input.ts";
import type { Host } from "../../host/host.ts";
import { isJsonObject, type Json } from "../../model/json.ts";
import type { Project } from "../../project/project.ts";

/**
 * Adds the files of `--attach` to the input of a project's entry. Paths are the shell's, relative to
 * the current folder; in the input those inside the project are relative to its folder, so that a
 * recording fits on another machine.
 *
 * @throws LlmDoError `usage` for a path that is no file, and for an entry that takes no attachments
 */
export function withAttached(
  input: unknown,
  paths: readonly string[] | undefined,
  { project, host }: { readonly project: Project; readonly host: Host },
): unknown {
  if (paths === undefined || paths.length === 0) return input;
  for (const path of paths) checkFile(path, host);
  const fields = coerceText(input);
  if (!isJsonObject(fields) || !takesAttachments(project.entry)) throw takesNone(project.entry);
  const { attachments: named = [] } = fields;
  if (!Array.isArray(named)) throw takesNone(project.entry);
  const attached = paths.map((path) => inProject(resolve(host.cwd, path), project));
  return { ...fields, attachments: [...(named as readonly Json[]), ...attached] };
}

function takesAttachments({ input, name }: LlmFunction): boolean {
  const { properties } = jsonSchemaOf(input, "input", name);
  return isJsonObject(properties) && Object.hasOwn(properties, "attachments");
}

/** A path as functions of the project see it; absolute where it lies outside. */
function inProject(absolute: string, { workFolder }: Project): string {
  const short = relative(workFolder, absolute);
  const isOutside = short === ".." || short.startsWith(`..${sep}`) || short === "";
  return isOutside ? absolute : short.split(sep).join("/");
}

function checkFile(path: string, { cwd, files }: Host): void {
  const absolute = resolve(cwd, path);
  const kind = path === "" ? undefined : files.stat(absolute)?.kind;
  if (kind === "file") return;
  throw new LlmDoError({
    code: "usage",
    verb: "attach",
    what: path,
    reason: kind === undefined ? "there is no such file" : "it is not a file",
    place: { file: absolute },
    tries: ["name a file; paths begin at the current folder"],
  });
}

function takesNone({ name, kind }: LlmFunction): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "attach files to",
    what: name,
    reason: "its input has no list of attachments",
    tries: [
      kind === "worker"
        ? "add it to its input_schema: attachments: { type: array, items: { type: string } }"
        : "start with a worker: --entry NAME",
    ],
  });
}
