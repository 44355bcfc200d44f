import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeHost } from "../../host/node-host.ts";
import { loadProject } from "../../project/load-project.ts";
import { checkOptions } from "./check-options.ts";
import { runObserved } from "./run-observed.ts";
import type { TestOptions, TestRun } from "./test-options.ts";
import type { TestSubject } from "./test-session.ts";
import { watched } from "./watched-promise.ts";

export interface RunTestRequest extends TestOptions {
  /**
   * Paths or `file:` URLs of `.worker` and code files; the folder of the first is the project's folder.
   */
  readonly files: readonly (string | URL)[];
  /** The function to run. Default: the worker that says `entry: true`, else `main`, else the only one. */
  readonly entry?: string;
  /** What it is called with: a text, or what its input schema takes. */
  readonly input: unknown;
}

/**
 * Runs a project, or one function of it, and writes down all that it does. What ends the run, and
 * what keeps the project from loading or its cassette from opening, is the run's `error`.
 *
 * Models are asked only where the test names them: see {@link TestOptions.live}.
 *
 * @throws LlmDoError for what is wrong with the test: a key that it does not know, a double of no function, a script with answers
 * that were not asked for, a workspace that is missing
 *
 * @example
 * using run = await runTest({
 *   files: ["main.worker", "tools.ts"],
 *   input: "What is 2 + 3?",
 *   script: [{ tool_call: { name: "add", input: { a: 2, b: 3 } } }, "It is 5."],
 *   doubles: { add: () => 5 },
 * });
 * run.output; // "It is 5."
 */
export function runTest(request: RunTestRequest): Promise<TestRun> {
  return watched(runProjectTest(request, "runTest"), "runTest");
}

/** How a test runner uses the run of a project. */
type RunTestSetting = Pick<TestSubject, "rerecord" | "decideLater">;

export async function runProjectTest(
  request: RunTestRequest,
  called: "runTest" | "llm",
  setting: RunTestSetting = {},
): Promise<TestRun> {
  if (called === "runTest") checkOptions(request, called); // llm has checked what it was given
  const { entry, input, ...options } = request;
  const files = request.files.map((file) => (file instanceof URL ? fileURLToPath(file) : file));
  const { cwd } = options.host ?? nodeHost();
  const absolute = files.map((file) => resolve(cwd, file));
  return runObserved(
    {
      files: absolute,
      input,
      ...setting,
      load: (host, workFolder) => loadProject({ files, entry, workFolder }, host),
    },
    options,
  );
}
