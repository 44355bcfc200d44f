import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import { nearest } from "../../words/nearest.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import { isCalled, type PlainExport, plainAdvice, plainProblem } from "../load/plain-export.ts";

/** A name in a worker's `toolsets`. */
export interface Naming {
  readonly worker: WorkerDefinition;
  readonly reference: ToolsetReference;
}

interface LinkProblem {
  readonly tries?: readonly string[] | undefined;
  readonly cause?: unknown;
  /** Default: that of the name. */
  readonly place?: Place | undefined;
}

/** The error for a name in a worker's `toolsets`, with its place. */
export function linkError(
  { worker, reference }: Naming,
  reason: string,
  { tries = [], cause, place = reference.place }: LinkProblem = {},
): LlmDoError {
  const what = worker.file;
  return new LlmDoError({ code: "project", verb: "load", what, reason, place, tries, cause });
}

/** What stands for the names that only the Python llm-do knows. */
const PYTHON_NAMES: ReadonlyMap<string, string> = new Map([
  ["shell_readonly", "write shell: { rules: [{ pattern: ls, approval_required: false }] }"],
  ["shell_file_ops", "write shell: { rules: [{ pattern: mv }, { pattern: mkdir }] }"],
  ["filesystem_project", "write filesystem: { base_path: . }"],
  ["filesystem_cwd", "write filesystem: { base_path: . }"],
  ["filesystem_ro", "write filesystem: { _approval_config: { write_file: { blocked: true } } }"],
  ["delegation", "name each worker by itself: toolsets: { WORKER: {} }"],
  ["custom", "name the toolset that a code file exports: toolsets: { EXPORT: {} }"],
]);

/** A class of a Python module, as in `llm_do.toolsets.shell.ShellToolset`. */
const PYTHON_CLASS = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/;

/** The path of a code file without the name of what it exports. */
const CODE_PATH = /\.[cm]?[jt]s$/;

/** The error for a name that nothing has, with what to write instead. */
export function unknownToolset(
  naming: Naming,
  known: readonly string[],
  plain: readonly PlainExport[],
): LlmDoError {
  const { reference } = naming.reference;
  const meant = plain.find((each) => isCalled(reference, each));
  if (meant) return linkError(naming, plainProblem(meant), { tries: plainAdvice(meant) });
  const all = known.length === 0 ? "none" : known.join(", ");
  const reason = `unknown toolset "${reference}"; known: ${all}`;
  return linkError(naming, reason, { tries: [advice(reference, known)] });
}

function advice(reference: string, known: readonly string[]): string {
  const python = PYTHON_NAMES.get(reference.replace(/_cwd_ro$|_project_ro$/, "_ro"));
  if (python !== undefined) return python;
  if (CODE_PATH.test(reference)) return `say what it exports: "${reference}#EXPORT"`;
  const near = nearest(reference, known);
  if (near !== undefined) return `write "${near}"`;
  if (PYTHON_CLASS.test(reference)) return classAdvice(reference);
  return "pass the code file that exports it, or the .worker file of that name";
}

/** Classes are named after what they hold, as are the built-in toolsets. */
function classAdvice(reference: string): string {
  const lower = reference.toLowerCase();
  const builtIn = ["shell", "filesystem"].find((name) => lower.includes(name));
  if (builtIn !== undefined) return `write ${builtIn}: { ... }`;
  return "write the toolset in TypeScript, pass its file, and name its export";
}
