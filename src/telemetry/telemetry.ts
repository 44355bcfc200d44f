import { lazily } from "../host/lazily.ts";
import type { ProjectOutcome, ProjectRun } from "../project/run/run-project.ts";
import { isWanted, type TracedRun } from "./telemetry-options.ts";

const tracing = lazily(() => import("./trace-run.ts"));

/**
 * Runs a project with a span for the run and for all that happens in it. Where nobody wants spans,
 * nothing is loaded.
 *
 * @param start runs the project with what it is given, which is `run` where there are no spans
 * @throws what `start` throws
 */
export async function withTelemetry(
  traced: TracedRun,
  start: (run: ProjectRun) => Promise<ProjectOutcome>,
): Promise<ProjectOutcome> {
  const { run, telemetry } = traced;
  if (!isWanted(telemetry, run.host.env)) return start(run);
  const { traceRun } = await tracing();
  return traceRun(traced, start);
}
