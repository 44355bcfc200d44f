import type { Attributes, AttributeValue, SpanContext, SpanStatus } from "@opentelemetry/api";
import { maskAddresses } from "../errors/masked-addresses.ts";
import type { Environment, Host } from "../host/host.ts";
import { sameOriginFetch } from "../host/same-origin-fetch.ts";

/** A span as it is sent. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: number;
  readonly context: SpanContext;
  readonly parentSpanId: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly events: readonly {
    readonly name: string;
    readonly atMs: number;
    readonly attributes: Attributes;
  }[];
  readonly status: SpanStatus;
}

/** Where a collector listens by default. */
const DEFAULT_ENDPOINT = "http://localhost:4318";

/** Time for a collector to take the spans of a run. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The body of a request that exports spans, in the JSON of OTLP. */
export function otlpRequest(spans: readonly EndedSpan[], env: Environment): object {
  const named = headerPairs(env["OTEL_RESOURCE_ATTRIBUTES"]);
  const service = env["OTEL_SERVICE_NAME"] || named["service.name"] || "llm-do";
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues({ ...named, "service.name": service }) },
        scopeSpans: [{ scope: { name: "llm-do" }, spans: spans.map(otlpSpan) }],
      },
    ],
  };
}

/**
 * Sends spans to the collector that `OTEL_` variables name.
 *
 * @throws Error with a sentence that says why they were not taken
 */
export async function sendSpans(body: object, { env }: Pick<Host, "env">): Promise<void> {
  const own = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
  const base = env["OTEL_EXPORTER_OTLP_ENDPOINT"] || DEFAULT_ENDPOINT;
  const url = own || `${base.replace(/\/$/, "")}/v1/traces`;
  const timeoutMs = Number(
    env["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"] || env["OTEL_EXPORTER_OTLP_TIMEOUT"],
  );
  const given = env["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] || env["OTEL_EXPORTER_OTLP_HEADERS"];
  const shown = maskAddresses(URL.parse(url)?.origin ?? url);
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new Error(`"${shown}" is no http or https address`);
  }
  let response: Response;
  try {
    response = await sameOriginFetch(url, {
      method: "POST",
      headers: { ...headerPairs(given), "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs > 0 ? timeoutMs : DEFAULT_TIMEOUT_MS),
    });
  } catch (error) {
    // Its message and cause may hold the headers.
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw new Error(
      `the collector at ${shown} ${isLate ? "did not answer in time" : "cannot be reached"}`,
    );
  }
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the collector at ${shown} answered HTTP ${response.status}`);
}

/** A list as `OTEL_` variables have it: `key=value,key=value`, with percent signs before codes. */
function headerPairs(text = ""): Record<string, string> {
  const pairs = text.split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 1
      ? []
      : [[percentDecoded(pair.slice(0, at)), percentDecoded(pair.slice(at + 1))] as const];
  });
  return Object.fromEntries(pairs);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}

function otlpSpan(span: EndedSpan): object {
  const { name, context, parentSpanId, kind, status, events, attributes } = span;
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: kind + 1, // OTLP has one more before them, for a span that does not say
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: keyValues(attributes),
    events: events.map(({ name, atMs, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(atMs),
      attributes: keyValues(attributes),
    })),
    status,
  };
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * 1_000_000n);
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: AttributeValue | undefined | null): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(item)) } };
  switch (typeof value) {
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      return { stringValue: String(value) };
  }
}
