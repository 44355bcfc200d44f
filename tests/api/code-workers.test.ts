import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { openProject, run, start } from "../../src/api/open-project.ts";
import { tool } from "../../src/functions/tool.ts";
import { worker } from "../../src/functions/worker.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { modelServer } from "../support/model-server.ts";
import { writeFiles } from "../support/project.ts";

const MODEL = "anthropic:claude-haiku-4-5";

describe("a worker from code in a program", () => {
  test("is run without files, with what a live model answers, recorded and replayed", async () => {
    using folder = temporaryFolder();
    await using server = await modelServer(() => ['{ "kind": "bug" }']);
    const host = testHost({ cwd: folder.path, env: server.env });
    const classify = worker({
      model: MODEL,
      instructions: "Classify.",
      input: z.object({ text: z.string() }),
      output: z.object({ kind: z.enum(["bug", "question"]) }),
    });
    const request = { worker: classify, input: { text: "It crashes." }, host } as const;
    const recorded = await run({
      ...request,
      cassette: { path: join(folder.path, "c.yaml"), mode: "record" },
    });
    const kind: "bug" | "question" = recorded.output.kind;
    expect(kind).toBe("bug");
    expect(server.asked).toHaveLength(1);
    const replayed = await run({
      ...request,
      cassette: { path: join(folder.path, "c.yaml"), mode: "replay" },
    });
    expect(replayed.output).toEqual({ kind: "bug" });
    expect(server.asked).toHaveLength(1);
    const changed = worker({ ...classify.spec, instructions: "Sort." });
    const missed = run({
      worker: changed,
      input: { text: "It crashes." },
      host,
      cassette: { path: join(folder.path, "c.yaml"), mode: "replay" },
    });
    await expect(missed).rejects.toMatchObject({
      code: "cassette-miss",
      details: expect.arrayContaining([
        expect.stringMatching(/its worker: .*code-workers\.test\.ts:\d+/),
      ]),
    });
  });

  test("is called by a tool in its hands, and refused where it is in nobody's", async () => {
    using folder = temporaryFolder();
    const helper = worker({ model: MODEL, instructions: "Help." });
    const stranger = worker({ model: MODEL, instructions: "Stray." });
    const ask = tool({
      description: "Ask.",
      input: z.object({}),
      effect: "pure",
      approval: "allow",
      run: async (_input, ctx) => {
        const said: string = await ctx.call(helper, "Now.");
        const failed = await ctx.call(stranger, "Now.").catch((error: Error) => error.message);
        return `${said} ${failed}`;
      },
    });
    const main = worker({
      model: MODEL,
      instructions: "Do it.",
      toolsets: { ask, helper: [helper, { _approval_config: { helper: { pre_approved: true } } }] },
    });
    await using server = await modelServer(({ system, messages }) =>
      system.includes("Help.")
        ? ["Helped."]
        : messages.length > 1
          ? [JSON.stringify(messages.at(-1))]
          : [{ tool: "ask", input: {} }],
    );
    const host = testHost({ cwd: folder.path, env: server.env });
    const { output } = await run({ worker: main, input: "Go.", host });
    expect(output).toContain("Helped.");
    expect(output).toContain("is not in the toolsets of main");
  });

  test("uses the functions of an open project, whose own are as they were", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, {
      "helper.worker": workerFile(`model: ${MODEL}`),
      "tools.ts": codeFile('export const notes = toolset({ add: aTool("add") });'),
    });
    await using server = await modelServer(() => ["Done."]);
    const host = testHost({ cwd: folder.path, env: server.env });
    const project = await openProject({ files: ["helper.worker", "tools.ts"], host });
    const own = worker({ model: MODEL, instructions: "Do it.", toolsets: ["helper", "notes"] });
    expect((await project.run({ worker: own, input: "Go." })).output).toBe("Done.");
    expect((await project.start({ worker: own, input: "Go." }).result).output).toBe("Done.");
    expect([...project.functions.keys()]).toEqual(["helper", "add"]);
    const wrong = worker({ instructions: "x", toolsets: ["nobody"] });
    await expect(project.run({ worker: wrong, input: "Go." })).rejects.toMatchObject({
      code: "project",
      place: { line: expect.any(Number) },
    });
  });

  test("takes files as values, holds a conversation, is started and runs many inputs", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, {
      "package.json": "{}",
      "helper.worker": workerFile(`model: ${MODEL}`),
    });
    await using server = await modelServer(() => ["Read."]);
    const host = testHost({ cwd: folder.path, env: server.env });
    const project = await openProject({ files: ["helper.worker"], host });
    const reader = worker({ model: MODEL, instructions: "Read it." });
    const data = new TextEncoder().encode("from code");
    const input = { input: "Read.", attachments: [{ name: "a.txt", data }] };
    const { messages } = await project.run({ worker: reader, input });
    expect(JSON.stringify(messages)).toContain("a.txt");
    expect((await project.start({ worker: reader, input }).result).output).toBe("Read.");

    const chat = project.chat({ worker: reader });
    expect((await chat.send(input).result).output).toBe("Read.");
    const second: string = (await chat.send("More.").result).output;
    expect([second, chat.messages.length]).toEqual(["Read.", 4]);
    // @ts-expect-error what the worker does not take
    await expect(chat.send({ text: "x" }).result).rejects.toMatchObject({ code: "call" });

    const outputs: string[] = [];
    for await (const { report } of project.map(["a", input], { worker: reader })) {
      if (report) outputs.push(report.output);
    }
    expect(outputs).toEqual(["Read.", "Read."]);
    const text = await start({ worker: reader, input: "Go.", host }).result;
    expect(text.output.toUpperCase()).toBe("READ.");
  });
});
