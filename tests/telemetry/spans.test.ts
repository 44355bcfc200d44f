import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterEach, describe, expect, test } from "vitest";
import { openProject, run, start } from "../../src/api/open-project.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { type Said, wireServer } from "../support/answering-server.ts";
import { keepingTracer, textsOf, tracedProject, treeOf, treeSpans } from "./traced-project.ts";

const call = (tool: string, word = "hello"): Said => ({ tool, input: { word } });

afterEach(() => {
  trace.disable();
  context.disable();
});

/** Runs `main` with a model that is played over HTTP. */
async function traced(said: readonly Said[], options: Partial<Parameters<typeof run>[0]> = {}) {
  using project = tracedProject();
  await using server = await wireServer(said);
  const kept = keepingTracer();
  const host = { ...nodeHost(), env: { ...server.env, MY_TOKEN: "sk-secret" } };
  const ended = await run({
    files: project.files,
    entry: "main",
    input: "Do it for Ada.",
    host,
    telemetry: { tracer: kept.tracer },
    ...options,
  }).then(
    (report) => report.output,
    (error: { code: string }) => error.code,
  );
  const spans = kept.spans();
  const named = (name: string) => spans.find((span) => span.name === name);
  return { ended, spans, named, tree: treeOf(treeSpans(spans)) };
}

describe("a run's spans", () => {
  test("are one tree of calls, requests, tools and approvals", async () => {
    const { ended, tree, named } = await traced(
      [
        call("echo"),
        { tool: "helper", input: { input: "Help." } },
        "Helped.",
        call("ask"),
        "Done.",
      ],
      { approvals: "approve-all" },
    );
    expect(ended).toBe("Done.");
    expect(tree).toEqual([
      "invoke_agent main",
      "  chat claude-haiku-4-5",
      "  execute_tool echo",
      "  chat claude-haiku-4-5",
      "  invoke_agent helper",
      "    chat claude-haiku-4-5",
      "  chat claude-haiku-4-5",
      "  execute_tool ask",
      "    approve ask",
      "  chat claude-haiku-4-5",
    ]);
    expect(named("invoke_agent main")).toMatchObject({
      kind: SpanKind.INTERNAL,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "main",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-haiku-4-5",
        "gen_ai.usage.input_tokens": 15,
        "gen_ai.usage.output_tokens": 10,
        "llm_do.run.id": expect.any(String),
      },
    });
    expect(named("chat claude-haiku-4-5")).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-haiku-4-5",
        "gen_ai.response.finish_reasons": ["tool_call"],
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 2,
      },
    });
    expect(named("execute_tool echo")?.attributes).toMatchObject({
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "echo",
      "gen_ai.tool.type": "function",
      "gen_ai.tool.call.id": expect.stringContaining("toolu_1"),
      "llm_do.call.id": "main/echo",
    });
    expect(named("approve ask")?.attributes).toMatchObject({
      "llm_do.approval.allowed": true,
      "llm_do.approval.by": "policy",
    });
  });

  test("hold nothing that was said, unless somebody asks for it", async () => {
    const said = [call("echo"), call("fail"), "Done for Ada."];
    const silent = await traced(said);
    expect(silent.ended).toBe("Done for Ada.");
    expect(textsOf(silent.spans)).not.toMatch(/Ada|hello|You work/);
    expect(JSON.stringify(silent.spans.map(({ status }) => status))).not.toContain("Ada");
    const kept = keepingTracer();
    const full = await traced(said, { telemetry: { tracer: kept.tracer, captureContent: true } });
    expect(full.ended).toBe("Done for Ada.");
    const texts = textsOf(kept.spans());
    for (const text of [
      "Do it for Ada.",
      "hello",
      "said hello",
      "You work with",
      "Done for Ada.",
    ]) {
      expect(texts).toContain(text);
    }
    expect(texts).not.toContain("sk-secret");
    const chat = kept.spans().findLast(({ name }) => name.startsWith("chat"));
    expect(JSON.parse(String(chat?.attributes["gen_ai.output.messages"]))).toEqual([
      {
        role: "assistant",
        parts: [{ type: "text", content: "Done for Ada." }],
        finish_reason: "stop",
      },
    ]);
  });

  test("say what failed, was denied, and was asked for in vain", async () => {
    const { named } = await traced([call("fail"), call("ask"), "Done."], {
      approvals: "reject-all",
    });
    expect(named("execute_tool fail")).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { "error.type": "tool_error" },
    });
    expect(named("execute_tool ask")?.attributes["error.type"]).toBe("denied");
    expect(named("approve ask")?.attributes["llm_do.approval.allowed"]).toBe(false);
    const failed = await traced([]);
    expect(failed.ended).toBe("provider");
    expect(failed.named("invoke_agent main")).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: "provider" },
      attributes: { "error.type": "provider" },
    });
    expect(failed.named("chat claude-haiku-4-5")?.status.code).toBe(SpanStatusCode.ERROR);
    const needed = await traced([call("ask")]);
    expect(needed.named("invoke_agent main")?.attributes["error.type"]).toBe("approval-needed");
    expect(needed.spans).toHaveLength(4);
  });

  test("end when the run is cancelled", async () => {
    using project = tracedProject();
    await using server = await wireServer([call("wait")]);
    const kept = keepingTracer();
    const handle = start({
      files: project.files,
      entry: "main",
      input: "Go.",
      host: { ...nodeHost(), env: server.env },
      telemetry: { tracer: kept.tracer },
    });
    const read = async () => {
      for await (const event of handle) if (event.kind === "tool-call") handle.cancel("enough");
    };
    await expect(read()).rejects.toThrow("enough");
    await expect(handle.result).rejects.toMatchObject({ code: "aborted" });
    const errors = kept.spans().map(({ name, attributes }) => [name, attributes["error.type"]]);
    expect(errors).toContainEqual(["invoke_agent main", "aborted"]);
    expect(errors).toContainEqual(["execute_tool wait", expect.any(String)]);
  });

  test("of a code entry begin with a workflow, below the caller's span", async () => {
    trace.setGlobalTracerProvider(keepingTracer().provider);
    const kept = keepingTracer();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const outer = kept.tracer.startSpan("request");
    const { tree } = await context.with(trace.setSpan(context.active(), outer), () =>
      traced(["Helped."], {
        entry: "through",
        input: { word: "Help." },
        telemetry: { tracer: kept.tracer },
      }),
    );
    outer.end();
    expect(tree).toEqual([]);
    expect(treeOf(treeSpans(kept.spans()))).toEqual([
      "request",
      "  invoke_workflow through",
      "    invoke_agent helper",
      "      chat claude-haiku-4-5",
    ]);
  });
});

describe("the tracer is", () => {
  test("that of the registered provider, for every run of a project", async () => {
    const kept = keepingTracer();
    trace.setGlobalTracerProvider(kept.provider);
    using folder = tracedProject();
    await using server = await wireServer(["One.", "Two.", "Three."]);
    const host = { ...nodeHost(), env: server.env };
    const project = await openProject({ files: folder.files, host });
    await project.run({ entry: "helper", input: "Go." });
    await project.run({ entry: "helper", input: "Go.", telemetry: false });
    const off = { ...host, env: { ...server.env, OTEL_SDK_DISABLED: "true" } };
    await run({ files: folder.files, entry: "helper", input: "Go.", host: off });
    expect(kept.spans().map(({ name }) => name)).toEqual([
      "chat claude-haiku-4-5",
      "invoke_agent helper",
    ]);
  });

  test("no reason to fail, when it does", async () => {
    const warnings: string[] = [];
    const tracer = keepingTracer().tracer;
    let count = 0;
    const broken = {
      startSpan: (...args: Parameters<typeof tracer.startSpan>) => {
        if (count++ === 2) throw new Error("no span");
        return tracer.startSpan(...args);
      },
    };
    const { ended } = await traced([call("echo"), "Done."], {
      telemetry: { tracer: broken as typeof tracer },
      onWarning: (message) => warnings.push(message),
    });
    expect([ended, warnings]).toEqual(["Done.", ["a span could not be made: no span"]]);
  });
});
