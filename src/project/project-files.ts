import { extname, resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";

export const WORKER_EXTENSION = ".worker";
const CODE_EXTENSIONS: readonly string[] = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

const EMPTY_PATH_HINT = "a variable of the shell may be empty: leave it out, or set it";

/**
 * The absolute path of a project's file.
 *
 * @throws LlmDoError `file` when nothing of a known kind is there
 */
export function checkFile(file: string, host: Pick<Host, "cwd" | "files">): string {
  if (file.trim() === "") throw badFile(file, "the path is empty", [EMPTY_PATH_HINT]);
  const path = resolve(host.cwd, file);
  const stat = host.files.stat(path);
  if (!stat) throw badFile(file, "there is no such file", ["check the path"]);
  if (stat.kind === "directory") {
    const names = host.files.list(path).filter((name) => isProjectFile(name));
    const example = names.includes("main.worker") ? "main.worker" : names[0];
    throw badFile(
      file,
      "it is a directory",
      example === undefined
        ? ["name the files of the project"]
        : [`${file.replace(/\/+$/, "")}/${example}`],
    );
  }
  if (stat.kind !== "file") throw badFile(file, "it is not a file", []);
  if (isProjectFile(path)) return path;
  if (isPython(path)) throw pythonFile(file);
  throw badFile(file, `the extension "${extname(path)}" is not known`, [
    `name files that end in ${[WORKER_EXTENSION, ...CODE_EXTENSIONS].join(", ")}`,
  ]);
}

/** Whether a path looks like a file of a project, by its extension. */
export function isProjectFile(path: string): boolean {
  const extension = extname(path);
  return extension === WORKER_EXTENSION || CODE_EXTENSIONS.includes(extension);
}

/** Whether a reference to what may stand in for a prompt is the path of another worker, not `FILE#TOOL`. */
export function isWorkerFile(reference: string): boolean {
  return reference.endsWith(WORKER_EXTENSION) && !/#[^/]*$/.test(reference);
}

/** Whether a path is that of Python code, which is not loaded. */
export function isPython(path: string): boolean {
  return extname(path).toLowerCase() === ".py";
}

function badFile(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "file", verb: "load", what, reason, tries });
}

/** A whole file of tools, as short as one can be. */
export const TOOLS_EXAMPLE: readonly string[] = [
  'import { tool, toolset } from "llm-do";',
  'import { z } from "zod";',
  "",
  "export const calc_tools = toolset({",
  "  add: tool({",
  '    description: "Add two numbers.",',
  "    input: z.object({ a: z.number(), b: z.number() }),",
  '    effect: "pure",',
  "    run: ({ a, b }) => a + b,",
  "  }),",
  "});",
];

/** The error for Python code among the files of a project: says how tools are written here. */
function pythonFile(file: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "load",
    what: file,
    reason: "it is Python, and tools are written in TypeScript",
    details: [
      "  .worker files of the Python llm-do run unchanged; a tool becomes what tool({ ... }) makes:",
      ...TOOLS_EXAMPLE.map((line) => (line === "" ? "" : `    ${line}`)),
    ],
    tries: pythonAdvice(file),
  });
}

/** What to do with Python code, one line each. */
export function pythonAdvice(file: string): readonly string[] {
  const ported = file.replace(/\.py$/i, ".ts");
  return [
    `write ${ported} with tool({ ... }) and toolset({ ... }), and pass it in the place of ${file}`,
    "see docs/toolsets/index.md, Coming from the Python llm-do",
  ];
}
