import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Attributes } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { folderWith } from "../support/cli-project.ts";

const TOOLS = `
import { tool, toolset } from "llm-do";
import { z } from "zod";
const noted = (name, run, approval) =>
  tool({ description: name, input: z.object({ word: z.string() }), effect: "pure", approval, run });
export const kit = toolset({
  echo: noted("Echo.", ({ word }) => "said " + word, "allow"),
  ask: noted("Ask.", ({ word }) => "asked " + word),
  fail: noted("Fail.", () => { throw new Error("it rains on Ada"); }, "allow"),
  wait: noted("Wait.", (_input, ctx) => new Promise((_done, reject) => {
    ctx.signal.addEventListener("abort", () => reject(new Error("aborted")));
  }), "allow"),
  through: noted("Call.", ({ word }, ctx) => ctx.call("helper", { input: word }), "allow"),
});
`;

const worker = (toolsets: string) =>
  `---\nmodel: anthropic:claude-haiku-4-5\ntoolsets: ${toolsets}\n---\nYou work with sk-secret words.\n`;

/** A project of two workers and tools, and its paths. */
export function tracedProject(files: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({
    "main.worker": worker("[kit, helper]"),
    "helper.worker": worker("[]"),
    "tools.ts": TOOLS,
    ...files,
  });
  const names = ["main.worker", "helper.worker", "tools.ts"];
  return {
    path: folder.path,
    files: names.map((name) => `${folder.path}/${name}`),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** A tracer of the official SDK that keeps its spans. */
export function keepingTracer() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  return { provider, tracer: provider.getTracer("test"), spans: () => exporter.getFinishedSpans() };
}

interface TreeSpan {
  readonly name: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly start: number;
}

/** Names of spans as a tree, each level with two spaces more, by the time of their starts. */
export function treeOf(spans: readonly TreeSpan[]): readonly string[] {
  const known = new Set(spans.map(({ id }) => id));
  const below = (parent: string | undefined, depth: number): string[] =>
    spans
      .filter((span) => (known.has(span.parent ?? "") ? span.parent : undefined) === parent)
      .toSorted((left, right) => left.start - right.start)
      .flatMap(({ name, id }) => [`${"  ".repeat(depth)}${name}`, ...below(id, depth + 1)]);
  return below(undefined, 0);
}

/** Spans of the official SDK, for {@link treeOf}. */
export function treeSpans(spans: ReturnType<ReturnType<typeof keepingTracer>["spans"]>) {
  return spans.map((span) => ({
    name: span.name,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    start: span.startTime[0] * 1e9 + span.startTime[1],
  }));
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
  readonly status: { readonly code: number; readonly message?: string };
}

/** A collector on the loopback that keeps what it is sent. */
export async function collector(status = 200) {
  const received: {
    readonly url: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece));
    request.on("end", () => {
      received.push({ url: request.url ?? "", headers: request.headers, body });
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    spans: () =>
      received.flatMap(({ body }) => {
        const { resourceSpans } = JSON.parse(body);
        return resourceSpans[0].scopeSpans[0].spans as ReceivedSpan[]; // as OTLP says
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** One attribute of a span that a collector received. */
export function received(span: ReceivedSpan | undefined, key: string): unknown {
  const found = span?.attributes.find((attribute) => attribute.key === key);
  return found && Object.values(found.value)[0];
}

/** All texts of attributes, to see what they hold. */
export function textsOf(spans: readonly { readonly attributes: Attributes }[]): string {
  return JSON.stringify(spans.map(({ attributes }) => attributes));
}
