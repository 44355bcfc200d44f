import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { CallContext } from "../../src/functions/call-context.ts";
import { validate } from "../../src/functions/schema.ts";
import type { Tool } from "../../src/functions/tool.ts";
import { openByDescriptor, openChecked } from "../../src/host/confined/folder-openers.ts";
import { nodeConfinedFiles } from "../../src/host/confined/node-confined-files.ts";
import { type FolderOpener, hasDescriptorPaths } from "../../src/host/confined/open-folder.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import { makeFilesystem } from "../../src/toolsets/filesystem/filesystem.ts";
import { configField } from "../support/config-field.ts";

/** The ways of opening a folder that this system has. */
export const OPENERS: readonly (readonly [name: string, open: FolderOpener])[] = [
  ...(hasDescriptorPaths() ? [["through descriptors", openByDescriptor] as const] : []),
  ["with checks", openChecked],
];

export interface Tools {
  readonly tools: Readonly<Record<string, Tool>>;
  read(input: JsonObject): Promise<Json>;
  write(input: JsonObject): Promise<Json>;
  list(input?: JsonObject): Promise<Json>;
}

/** The toolset of a worker in the project `cwd`. */
export function openTools(cwd: string, config: JsonObject = {}, open?: FolderOpener): Tools {
  const place = {
    cwd,
    workerName: "main",
    workerPath: join(cwd, "main.worker"),
    workerDir: cwd,
  };
  const { tools } = makeFilesystem(
    configField("filesystem", config),
    place,
    nodeConfinedFiles(open),
  );
  return {
    tools,
    read: (input) => call(toolOf(tools, "read_file"), input),
    write: (input) => call(toolOf(tools, "write_file"), input),
    list: (input = {}) => call(toolOf(tools, "list_files"), input),
  };
}

export function toolOf(tools: Readonly<Record<string, Tool>>, name: string): Tool {
  const found = tools[name];
  if (!found) throw new Error(`there is no tool ${name}`);
  return found;
}

/** Validates and runs, as the gate does. */
async function call(tool: Tool, input: JsonObject): Promise<Json> {
  const checked = await validate(tool.input, input);
  if (checked.kind === "invalid") throw new Error(checked.issues.join("; "));
  // These tools use nothing of a run, and answer JSON.
  return (await tool.run(checked.value, {} as CallContext)) as Json;
}

/** What a model is told of a call that fails. */
export async function failureOf(answer: Promise<Json>): Promise<string> {
  try {
    return `answered ${JSON.stringify(await answer)}`;
  } catch (error) {
    if (isLlmDoError(error) && error.code === "call") return error.message;
    throw error;
  }
}

/** Makes a named pipe, which Node cannot. */
export function makePipe(path: string): void {
  execFileSync("/usr/bin/env", ["mkfifo", path]);
}
