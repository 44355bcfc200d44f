import { context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import { SecretScanner } from "../cassette/secrets/secret-scanner.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { ProjectOutcome, ProjectRun } from "../project/run/run-project.ts";
import type { AroundCall } from "../runtime/state/run-state.ts";
import { attributes } from "./attributes.ts";
import { contentOf } from "./content.ts";
import { otlpTracer } from "./otlp-tracer.ts";
import { RunSpans } from "./run-spans.ts";
import { isProviderRegistered, type TracedRun } from "./telemetry-options.ts";

const CAPTURE_VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";

/**
 * Runs a project with spans. They stand below the caller's active span, and are the active ones for the
 * code of the calls that they are about.
 */
export async function traceRun(
  { project, run, telemetry }: TracedRun,
  start: (run: ProjectRun) => Promise<ProjectOutcome>,
): Promise<ProjectOutcome> {
  const { host } = run;
  const options = telemetry === false ? undefined : telemetry;
  const own = options?.tracer || isProviderRegistered() ? undefined : otlpTracer(host);
  const tracer = options?.tracer ?? own?.tracer ?? trace.getTracer("llm-do");
  const isCaptured =
    options?.captureContent ??
    /^(?:true|1|span_only|span_and_event)$/i.test(host.env[CAPTURE_VARIABLE] ?? "");
  const scanner = isCaptured ? new SecretScanner(host.env) : undefined;
  const content = scanner && contentOf((text) => scanner.mask(text));
  const parent = context.active();
  const spans = new RunSpans({ tracer, project, content, parent, nowMs: host.clock.monotonicMs });
  const root = spans.root;
  try {
    const outcome = await context.with(trace.setSpan(parent, root), () =>
      start(traced(run, spans)),
    );
    const { ended } = outcome;
    if (ended.kind === "failed") fail(root, ended.error, isCaptured);
    return outcome;
  } catch (error) {
    fail(root, error, isCaptured);
    throw error;
  } finally {
    spans.end();
    await own?.export(run.onWarning);
  }
}

/** A run that tells the spans what happens. */
function traced(run: ProjectRun, spans: RunSpans): ProjectRun {
  const { around, onEvent } = run;
  const call: AroundCall = (asked, proceed) =>
    spans.within(asked.id, () => (around?.call ? around.call(asked, proceed) : proceed()));
  return {
    ...run,
    around: {
      ...around,
      call,
      transport: (inner) => spans.watching(around?.transport?.(inner) ?? inner),
    },
    onEvent: (event) => {
      try {
        spans.take(event);
      } catch (error) {
        // A tracer of somebody else's must not end the run.
        run.onWarning(`a span could not be made: ${messageOf(error)}`);
      }
      return onEvent?.(event);
    },
  };
}

/** The message may repeat what was said, so it is content. */
function fail(span: Span, error: unknown, isCaptured: boolean): void {
  const type = isLlmDoError(error) ? error.code : error instanceof Error ? error.name : "error";
  span.setAttributes(attributes({ errorType: type }));
  const message = isCaptured && isLlmDoError(error) ? error.message : type;
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
