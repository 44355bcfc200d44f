import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { loadProject } from "../../src/project/load-project.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile } from "../support/loading.ts";
import { type Ran, type RunLiteral, runEntry, writeFiles } from "../support/project.ts";

/** A call of a tool, as an item of a script. */
export interface ScriptedCall {
  readonly tool_call: { readonly name: string; readonly input: JsonObject };
}

export function create(name: string, content: string): ScriptedCall {
  return { tool_call: { name: "worker_create", input: { name, content } } };
}

export function call(name: string, input: string | JsonObject = "Go."): ScriptedCall {
  return { tool_call: { name: "worker_call", input: { name, input } } };
}

export function callOf(name: string, input: JsonObject = {}): ScriptedCall {
  return { tool_call: { name, input } };
}

/** The text of a `.worker` file. */
export function workerText(...frontMatter: readonly string[]): string {
  return ["---", ...frontMatter, "---", "You do one thing.", ""].join("\n");
}

/** One answer of a model after the other, in JSON, which is YAML. */
export function script(...answers: readonly unknown[]): string {
  return JSON.stringify(answers);
}

export interface WorkersProject extends Disposable {
  readonly path: string;
  readonly entry: WorkerFunction;
  /** Runs `main`, everything approved unless told otherwise. */
  run(answers: readonly unknown[], literal?: RunLiteral): Promise<Ran>;
  /** What stands at a path of the project; undefined when nothing does. */
  textAt(path: string): string | undefined;
}

/** A project whose `main` has the toolset `workers`, with two tools and a worker to offer. */
export async function workersProject(
  config: JsonObject = {},
  files: Readonly<Record<string, string>> = {},
): Promise<WorkersProject> {
  const folder = temporaryFolder();
  const toolsets = JSON.stringify({ workers: config });
  writeFiles(folder.path, {
    "main.worker": workerText("model: test:model", `toolsets: ${toolsets}`),
    "helper.worker": workerText("description: Helps."),
    "tools.ts": codeFile('export const texts = toolset({ trim: aTool("trim") });'),
    "data/a.txt": "hello",
    ...files,
  });
  const host = testHost({ cwd: folder.path });
  const names = ["main.worker", "helper.worker", "tools.ts"];
  const { entry, space } = await loadProject({ files: names }, host);
  if (entry.kind !== "worker") throw new TypeError("the entry is a worker");
  return {
    path: folder.path,
    entry,
    run: (answers, literal = {}) =>
      runEntry(entry, {
        script: script(...answers),
        space: [...space.values()],
        host,
        approvals: "approve-all",
        ...literal,
      }),
    textAt: (path) => {
      const absolute = join(folder.path, path);
      return existsSync(absolute) ? readFileSync(absolute, "utf8") : undefined;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
