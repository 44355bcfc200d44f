import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { wireServer } from "../support/answering-server.ts";
import { runCli } from "../support/cli.ts";
import { collector, type ReceivedSpan, received, tracedProject, treeOf } from "./traced-project.ts";

const ANSWERS = "- tool_call: { name: echo, input: { word: hello } }\n- Done.\n";
const WORDS = ["main.worker", "helper.worker", "tools.ts", "Go.", "--script", "answers.yaml"];

function tree(spans: readonly ReceivedSpan[]): readonly string[] {
  return treeOf(
    spans.map((span) => ({
      name: span.name,
      id: span.spanId,
      parent: span.parentSpanId,
      // Spans that start in one millisecond are told apart by their ends: the outer one ends last.
      start: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
    })),
  );
}

describe("the command line", () => {
  test("sends the spans of a run to the collector that variables name", async () => {
    using project = tracedProject({ "answers.yaml": ANSWERS });
    await using sink = await collector();
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20key",
      OTEL_SERVICE_NAME: "greeter",
      OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
    };
    const ended = await runCli(WORDS, { cwd: project.path, env });
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([0, "Done.\n", ""]);
    expect(sink.received).toHaveLength(1);
    const [{ url, headers, body } = { url: "", headers: {}, body: "{}" }] = sink.received;
    expect(url).toBe("/v1/traces");
    expect(headers).toMatchObject({ "content-type": "application/json", "x-key": "a key" });
    expect(JSON.parse(body).resourceSpans[0].resource.attributes).toEqual([
      { key: "deployment.environment.name", value: { stringValue: "test" } },
      { key: "service.name", value: { stringValue: "greeter" } },
    ]);
    const spans = sink.spans();
    expect([...tree(spans)].toSorted()).toEqual(
      [
        "invoke_agent main",
        "  chat claude-haiku-4-5",
        "  execute_tool echo",
        "  chat claude-haiku-4-5",
      ].toSorted(),
    );
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    for (const { traceId, spanId, startTimeUnixNano, endTimeUnixNano } of spans) {
      expect([traceId, spanId]).toEqual([
        expect.stringMatching(/^[\da-f]{32}$/),
        expect.stringMatching(/^[\da-f]{16}$/),
      ]);
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    }
    const chat = spans.find(({ name }) => name.startsWith("chat"));
    expect(chat?.kind).toBe(3);
    expect(received(chat, "gen_ai.usage.input_tokens")).toEqual(expect.any(String));
    expect(body).not.toContain("hello");
  });

  test("sends what was said where that is asked for, and the error of a run that failed", async () => {
    using project = tracedProject({ "answers.yaml": "- error: { status: 400, message: no }\n" });
    await using sink = await collector();
    const env = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink.url}/own`,
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
    };
    const ended = await runCli(WORDS, { cwd: project.path, env });
    expect(ended.code).toBe(1);
    expect(sink.received.map(({ url }) => url)).toEqual(["/own"]);
    const root = sink.spans().find(({ name }) => name === "invoke_agent main");
    expect([root?.status.code, received(root, "error.type")]).toEqual([2, "provider"]);
    expect(sink.received[0]?.body).toContain("Go.");
  });

  test.each([[{ OTEL_SDK_DISABLED: "true" }], [{ OTEL_TRACES_EXPORTER: "none" }]])(
    "sends nothing with %o",
    async (off) => {
      using project = tracedProject({ "answers.yaml": ANSWERS });
      await using sink = await collector();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...off };
      const ended = await runCli(WORDS, { cwd: project.path, env });
      expect([ended.code, ended.stderr, sink.received]).toEqual([0, "", []]);
    },
  );

  test("warns of a collector that does not take them, and does its work", async () => {
    using project = tracedProject({ "answers.yaml": ANSWERS });
    await using sink = await collector(503);
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_HEADERS: "k=hidden-key",
    };
    const refused = await runCli(WORDS, { cwd: project.path, env });
    expect([refused.code, refused.stdout]).toEqual([0, "Done.\n"]);
    expect(refused.stderr).toContain(`the collector at ${sink.url} answered HTTP 503`);
    const gone = await runCli(WORDS, {
      cwd: project.path,
      env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" },
    });
    expect([gone.code, gone.stdout]).toEqual([0, "Done.\n"]);
    expect(gone.stderr).toContain("the collector at http://127.0.0.1:9 cannot be reached");
    const wrong = await runCli(WORDS, {
      cwd: project.path,
      env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "localhost:4317" },
    });
    expect(wrong.stderr).toContain("is no http or https address");
    expect(refused.stderr + gone.stderr + wrong.stderr).not.toContain("hidden-key");
  });
});

describe("a run of a program", () => {
  let spans: readonly ReceivedSpan[];
  beforeAll(async () => {
    using project = tracedProject();
    await using server = await wireServer(["Helped."]);
    await using sink = await collector();
    const env = { ...server.env, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    const host = { ...nodeHost(), env };
    await run({ files: project.files, entry: "helper", input: "Go.", host });
    spans = sink.spans();
  });

  test("sends its spans to the same collector", () => {
    expect(spans.map(({ name }) => name)).toEqual(["chat claude-haiku-4-5", "invoke_agent helper"]);
  });
});

test("a provider of the official SDK sends the spans through its own exporter", async () => {
  using project = tracedProject();
  await using server = await wireServer(["Helped."]);
  await using sink = await collector();
  const exporter = new OTLPTraceExporter({ url: `${sink.url}/v1/traces` });
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const host = { ...nodeHost(), env: server.env };
  const telemetry = { tracer: provider.getTracer("a-program") };
  await run({ files: project.files, entry: "helper", input: "Go.", host, telemetry });
  await provider.shutdown();
  expect(sink.received.map(({ url }) => url)).toEqual(["/v1/traces"]);
  const names = sink.spans().map(({ name }) => name);
  expect(names).toEqual(["chat claude-haiku-4-5", "invoke_agent helper"]);
});
