import { resolve } from "node:path";
import { isLlmDoError, type LlmDoError } from "../../src/errors/llm-do-error.ts";
import { loadProject, type ProjectSource } from "../../src/project/load-project.ts";
import type { Project } from "../../src/project/project.ts";
import { temporaryFolder, testHost } from "./host.ts";
import { writeFiles } from "./project.ts";

const functions = resolve(import.meta.dirname, "../../src/functions");

/** The first lines of a code file: what a user's file imports, from the sources. */
const IMPORTS = `import { tool } from ${JSON.stringify(`${functions}/tool.ts`)};
import { toolset } from ${JSON.stringify(`${functions}/toolset.ts`)}; import { worker } from ${JSON.stringify(`${functions}/worker.ts`)};
import { z } from "zod";
`;

/** A code file's text that exports tools and toolsets: each answers with its own name. */
export function codeFile(...statements: readonly string[]): string {
  const made = `const aTool = (name) => tool({ description: name, input: z.object({}), effect: "pure", run: () => name });\n`;
  return IMPORTS + made + statements.join("\n");
}

export interface Loaded {
  readonly project: Project | undefined;
  readonly error: LlmDoError | undefined;
  /** The error as a person reads it; the folder is `.` in it. */
  readonly report: string;
}

/** Writes files into a folder of their own and loads them, all unless told otherwise. */
export async function load(
  files: Readonly<Record<string, string>>,
  source: Partial<ProjectSource> = {},
): Promise<Loaded> {
  using folder = temporaryFolder();
  writeFiles(folder.path, files);
  const host = testHost({ cwd: folder.path });
  try {
    const project = await loadProject({ files: Object.keys(files), ...source }, host);
    return { project, error: undefined, report: "" };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { project: undefined, error, report: error.report().replaceAll(folder.path, ".") };
  }
}

/** A `.worker` file with front matter lines and instructions. */
export function workerFile(...lines: readonly string[]): string {
  return ["---", ...lines, "---", "Do it.", ""].join("\n");
}
