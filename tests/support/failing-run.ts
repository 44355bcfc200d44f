import { join } from "node:path";
import type { LlmDoError } from "../../src/errors/llm-do-error.ts";
import { isLlmDoError, type RunEvent, type RunRequest, run } from "../../src/index.ts";
import { folderWith } from "./cli-project.ts";
import { testHost } from "./host.ts";

/** A run of `run()` in a folder of its own, and how it ended. */
export interface EndedRun {
  readonly output: unknown;
  readonly error: LlmDoError | undefined;
  readonly events: readonly RunEvent[];
}

/** Files of a project that answers from `script.yaml`, unless it has none. */
export type ProjectFiles = Readonly<Record<string, string>>;

export type RequestIn = (folder: string) => Partial<RunRequest>;

/**
 * Runs a project once for each request, in one folder. Files that end in `.worker` or `.ts` are the
 * project's; `script.yaml` answers where it is there.
 */
export async function runsOf(
  files: ProjectFiles,
  ...requests: readonly RequestIn[]
): Promise<readonly EndedRun[]> {
  using folder = folderWith(files);
  const ended: EndedRun[] = [];
  for (const request of requests) {
    const events: RunEvent[] = [];
    const made: RunRequest = {
      files: Object.keys(files).filter((file) => /\.(?:worker|ts)$/.test(file)),
      input: "Go.",
      host: testHost({ cwd: folder.path }),
      ...("script.yaml" in files ? { script: join(folder.path, "script.yaml") } : {}),
      onEvent: (event) => events.push(event),
      ...request(folder.path),
    };
    ended.push(
      await run(made).then(
        ({ output }) => ({ output, error: undefined, events }),
        (error: unknown) => {
          if (!isLlmDoError(error)) throw error;
          return { output: undefined, error, events };
        },
      ),
    );
  }
  return ended;
}

/** How one run of a project ended. */
export async function runOf(files: ProjectFiles, request: RequestIn = () => ({})) {
  const [ended] = await runsOf(files, request);
  if (!ended) throw new TypeError("no run was made");
  return ended;
}
