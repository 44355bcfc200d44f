import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { tool } from "../../src/functions/tool.ts";
import { callsOf, runTool } from "../../src/testing/index.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const summarize = tool({
  description: "Summarize files.",
  input: z.object({ paths: z.array(z.string()) }),
  output: z.string().max(20),
  effect: "pure",
  run: async ({ paths }, ctx) => {
    const parts: unknown[] = [];
    for (const path of paths) parts.push(await ctx.call("analyzer", { path }));
    return parts.join(" ");
  },
});
const host = testHost();

describe("a tool by itself", () => {
  test("calls doubles by name", async () => {
    const analyzer = vi.fn(({ path }: { path: string }) => `${path}!`);
    const run = await runTool(summarize, { paths: ["a", "b"] }, { host, doubles: { analyzer } });
    expect(run).toMatchObject({ output: "a! b!", exitCode: 0 });
    expect(callsOf(run, "analyzer").map(({ id }) => id)).toEqual([
      "tool/analyzer",
      "tool/analyzer#2",
    ]);
  });

  test("gives doubles a text as workers get it", async () => {
    const asking = tool({
      description: "Ask.",
      input: z.object({}),
      effect: "pure",
      run: async (_input, ctx) => String(await ctx.call("helper", "Help.")),
    });
    const helper = ({ input }: { input: string }) => `${input} Done.`;
    const { output } = await runTool(asking, {}, { host, doubles: { helper } });
    expect(output).toBe("Help. Done.");
  });

  test("calls whole tools through the gate, which checks their input", async () => {
    const run = vi.fn(() => "x");
    const input = z.object({ path: z.number() });
    const analyzer = tool({ description: "Analyze.", input, effect: "pure", run });
    const { error } = await runTool(summarize, { paths: ["a"] }, { host, doubles: { analyzer } });
    expect(error?.message).toContain("its input does not fit: path:");
    expect(run).not.toHaveBeenCalled();
  });

  test("reaches nothing but its doubles", async () => {
    const { error } = await runTool(summarize, { paths: ["a"] }, { host });
    expect(error?.code).toBe("call");
    expect(error?.message).toContain('there is no function "analyzer"');
  });

  test.each([
    ["input", { paths: 3 }, "its input does not fit: paths:"],
    ["output", { paths: ["a very long name of a file"] }, "its output does not fit:"],
  ])("is held to its schema of the %s", async (_what, input, message) => {
    const doubles = { analyzer: ({ path }: { path: string }) => path };
    const { error } = await runTool(summarize, input as never, {
      host,
      doubles,
      name: "summarize",
    });
    expect(error?.message).toContain(`Failed to call "summarize": ${message}`);
  });

  test("works in a folder, at a time and with a chance that the test says", async () => {
    using folder = temporaryFolder();
    const stamp = tool({
      description: "Say where and when.",
      input: z.object({}),
      effect: "local",
      run: (_input, ctx) => [ctx.cwd, ctx.now(), ctx.random()],
    });
    const run = await runTool(stamp, {}, { host, workFolder: folder.path });
    expect(run.output).toEqual([folder.path, Date.UTC(2026, 0, 1), 0.5]);
  });

  test("is answered from a cassette where its effect is external", async () => {
    using folder = temporaryFolder();
    let count = 0;
    const fetched = tool({
      description: "Count.",
      input: z.object({}),
      effect: "external",
      run: () => ++count,
    });
    const inFolder = testHost({ cwd: folder.path });
    const path = "count.yaml";
    for (const mode of ["record", "replay", "replay"] as const) {
      const run = await runTool(fetched, {}, { host: inFolder, cassette: { path, mode } });
      expect(run.output).toBe(1);
    }
    expect(count).toBe(1);
  });
});

describe("the approval of a tool", () => {
  const remove = tool({
    description: "Remove a file.",
    input: z.object({ path: z.string() }),
    effect: "pure",
    approval: ({ path }) => {
      if (path.startsWith("/")) return { deny: "it is outside" };
      return path.endsWith(".tmp") ? "allow" : "ask";
    },
    run: () => "removed",
  });
  const removed = (path: string, approvals?: "headless" | "approve-all") =>
    runTool(remove, { path }, { host, name: "remove", ...(approvals ? { approvals } : {}) });

  test("is not asked for where a person calls it", async () => {
    expect((await removed("a.txt")).output).toBe("removed");
  });

  test.each([
    ["a.tmp", "headless", undefined],
    ["a.txt", "headless", "approval-needed"],
    ["a.txt", "approve-all", undefined],
    ["/a.tmp", "approve-all", "approval-denied"],
  ] as const)("of %s, %s, under a worker", async (path, approvals, code) => {
    expect((await removed(path, approvals)).error?.code).toBe(code);
  });
});
