import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  FunctionInput,
  FunctionName,
  FunctionOutput,
  FunctionTypes,
} from "../../functions/function-types.ts";
import { nodeHost } from "../../host/node-host.ts";
import type { Json } from "../../model/json.ts";
import { loadProject } from "../../project/load-project.ts";
import { checkTestOptions } from "./check-test-options.ts";
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
 * A request as TypeScript checks it: the input of an entry that is named fits what `llm-do types` has
 * written down of it. `Name` is never where no entry is named.
 */
export type TypedRequest<Name, Request> = Omit<Request, "entry" | "input"> & {
  readonly entry?: Name;
  readonly input: [Name] extends [never] ? unknown : FunctionInput<Name>;
};

/** What the entry of a request gives: any JSON where nothing is written down of it. */
export type EntryOutput<Name> = [Name] extends [keyof FunctionTypes]
  ? [Name] extends [never]
    ? Json
    : FunctionOutput<Name>
  : Json;

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
export function runTest<const Name extends FunctionName = never>(
  request: TypedRequest<Name, RunTestRequest>,
): Promise<TestRun<EntryOutput<Name>>> {
  const running = runProjectTest(request, "runTest");
  return watched(running as Promise<TestRun<EntryOutput<Name>>>, "runTest"); // as the types were written
}

/** How a test runner uses the run of a project. */
type RunTestSetting = Pick<TestSubject, "rerecord" | "decideLater">;

export async function runProjectTest(
  request: RunTestRequest,
  called: "runTest" | "llm",
  setting: RunTestSetting = {},
): Promise<TestRun> {
  if (called === "runTest") checkTestOptions(request, called); // llm has checked what it was given
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
