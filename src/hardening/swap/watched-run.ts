import { type RunRequest, run as runProject } from "../../project/run/run.ts";
import type { RunReport } from "../../project/run/run-report.ts";
import { watchOf } from "./watch-of.ts";

/**
 * Loads a project and runs its entry, as the command line does.
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
export function run(request: RunRequest): Promise<RunReport> {
  return runProject(request, watchOf);
}
