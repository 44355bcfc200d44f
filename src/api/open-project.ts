import type { FunctionName, FunctionOutput, FunctionTypes } from "../functions/function-types.ts";
import { lazily } from "../host/lazily.ts";
import { nodeHost } from "../host/node-host.ts";
import { claimCassette } from "./cassette/claim.ts";
import { type RunHandle, startRun } from "./handle/run-handle.ts";
import type { GivenRequest, OpenProject, OpenProjectOptions } from "./opened-project.ts";
import type { RunReport } from "./run-report.ts";
import type { RunRequest } from "./run-request.ts";
import type { EntryRequest, PlainRequest, WorkerRunRequest } from "./typed-request.ts";

/** What opens and runs projects. It loads with the first use, so that importing llm-do costs little. */
const opening = lazily(() => import("./opened-project.ts"));

/**
 * Loads, links and checks a project once, for any number of runs.
 *
 * @example
 * const project = await openProject({ files: ["examples/greeter/main.worker"] });
 * const { output } = await project.run({ input: "Hello, I am Ada." });
 *
 * @throws LlmDoError `file`, `worker`, `code`, `project` or `configuration`, with the place of what is
 * wrong
 */
export async function openProject<Functions = FunctionTypes>(
  options: OpenProjectOptions,
): Promise<OpenProject<Functions>> {
  const here = nodeHost(); // the folder that is the current one now
  const { openedProject } = await opening();
  return openedProject<Functions>(options, here);
}

/**
 * Opens a project and runs its entry, as the command line does.
 *
 * @example
 * const { output } = await run({
 *   files: ["examples/greeter/main.worker"],
 *   input: "Hello, I am Ada.",
 *   cassette: { path: "cassettes/examples/greeter/main.yaml", mode: "replay" },
 * });
 *
 * @throws LlmDoError whatever keeps the run from starting or ends it; `exitCode` is what the
 * command line would end with
 */
export function run<In, Out>(request: WorkerRunRequest<In, Out>): Promise<RunReport<Out>>;
export function run<Name extends FunctionName>(
  request: EntryRequest<Name, FunctionTypes, RunRequest>,
): Promise<RunReport<FunctionOutput<Name>>>;
export function run(request: PlainRequest<FunctionTypes, RunRequest>): Promise<RunReport>;
export async function run(request: GivenRequest): Promise<RunReport<never>> {
  const here = nodeHost();
  using _claim = claimCassette(request?.cassette);
  const { openAndRun } = await opening();
  return await openAndRun(request, here);
}

/**
 * Opens a project and starts a run of its entry. What keeps it from starting is in the handle's
 * `result`.
 *
 * @example
 * const handle = start({ files: ["examples/greeter/main.worker"], input: "Hello, I am Ada." });
 * for await (const event of handle) console.log(event.kind);
 */
export function start<In, Out>(request: WorkerRunRequest<In, Out>): RunHandle<Out>;
export function start<Name extends FunctionName>(
  request: EntryRequest<Name, FunctionTypes, RunRequest>,
): RunHandle<FunctionOutput<Name>>;
export function start(request: PlainRequest<FunctionTypes, RunRequest>): RunHandle;
export function start(request: GivenRequest): RunHandle<never> {
  const here = nodeHost();
  const runId = here.createId();
  return startRun(runId, async (tell, signal) => {
    using _claim = claimCassette(request?.cassette);
    const { openAndRun } = await opening();
    return await openAndRun(request, here, { runId, tell, signal });
  });
}
