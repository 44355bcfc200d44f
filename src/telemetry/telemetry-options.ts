import type { Tracer } from "@opentelemetry/api";
import type { Environment } from "../host/host.ts";
import type { Project } from "../project/project.ts";
import type { ProjectRun } from "../project/run/run-project.ts";

/** What a program says of the spans of a run. */
export interface TelemetryOptions {
  /** Makes the spans. Default: that of the registered provider, else one that `OTEL_` variables describe. */
  readonly tracer?: Tracer;
  /**
   * Whether spans hold what was said: prompts, answers, inputs and results. Default: whether
   * `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` is true.
   */
  readonly captureContent?: boolean;
}

/** `false` for a run without spans, whatever is registered. */
export type Telemetry = TelemetryOptions | false;

/** A project's run that is about to start. */
export interface TracedRun {
  readonly project: Project;
  readonly run: ProjectRun;
  /** Default: spans where a provider is registered, or `OTEL_` variables say where they go. */
  readonly telemetry?: Telemetry | undefined;
}

/** Where OpenTelemetry keeps what programs register. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/** Whether a run has spans. */
export function isWanted(telemetry: Telemetry | undefined, env: Environment): boolean {
  if (telemetry === false || env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return false;
  return telemetry?.tracer !== undefined || isProviderRegistered() || isExporterNamed(env);
}

/** Whether a program has registered a provider of tracers. */
export function isProviderRegistered(): boolean {
  const registered: unknown = Reflect.get(globalThis, REGISTERED);
  return typeof registered === "object" && registered !== null && "trace" in registered;
}

/** Whether variables say that spans are sent to a collector. */
function isExporterNamed(env: Environment): boolean {
  const exporter = env["OTEL_TRACES_EXPORTER"];
  if (exporter !== undefined && exporter !== "") return exporter.split(",").includes("otlp");
  return Boolean(env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_ENDPOINT"]);
}
