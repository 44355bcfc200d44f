import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openCassette } from "../../src/api/cassette/open-cassette.ts";
import type { Cassette } from "../../src/api/cassette/opened-cassette.ts";
import { run } from "../../src/api/open-project.ts";
import type { OpenProject } from "../../src/api/opened-project.ts";
import type { RunReport } from "../../src/api/run-report.ts";
import { answer, codeFile, echoing, end, ProjectFolder, toolCall, withTools } from "./a-project.ts";

/** A worker whose tool gives another number each time, which its model then says. */
const DRAWING = {
  "main.worker": withTools("draw"),
  "tools.ts": codeFile(
    "let count = 0;",
    "export const tools = toolset({",
    '  draw: tool({ description: "Draw.", input: z.object({}), effect: "external",',
    "    run: async (_input, ctx) => {",
    "      await new Promise((resolve) => setImmediate(resolve));",
    "      return `${++count} at ${ctx.now()}`;",
    "    } }),",
    "});",
  ),
};

/** Asks for the tool as often as the first message says, then repeats what the last one gave. */
function drawing() {
  return echoing((said, { messages }) => {
    const [first] = messages;
    const text =
      first?.kind === "user" && first.content[0]?.kind === "text" ? first.content[0].text : "";
    const wanted = Number(/\d+$/.exec(text)?.[0] ?? 0);
    const done = messages.filter(({ kind }) => kind === "tool").length;
    return done < wanted
      ? [{ kind: "part", part: toolCall("draw", {}, `t${done}`) }, end("tool-calls")]
      : answer(`${text}: ${said}`);
  });
}

type Mode = "record" | "auto" | "replay";

function open(folder: ProjectFolder, mode: Mode, path = "c.yaml"): Promise<Cassette> {
  return openCassette({ path, mode, host: folder.host });
}

/** Runs all inputs at once; outputs in the order of the inputs. */
async function outputs(
  project: OpenProject,
  inputs: readonly string[],
  cassette: Cassette | { path: string; mode: Mode },
) {
  const transport = drawing();
  const running = inputs.map((input) => project.run({ input, cassette, transport }));
  const reports = await Promise.all(running);
  return { outputs: reports.map(({ output }) => output), asked: transport.asked.length };
}

describe("a cassette that many runs share", () => {
  test("records and replays 200 runs at once", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const inputs = Array.from({ length: 200 }, (_each, index) => `ticket ${index}: 0`);
    const recorded = await open(folder, "record");
    const made = await outputs(project, inputs, recorded);
    expect(await recorded.close()).toMatchObject({ exchanges: { live: 200, served: 0 } });
    const again = await open(folder, "replay");
    const replayed = await outputs(project, [...inputs].reverse(), again);
    expect(replayed.outputs).toEqual([...made.outputs].reverse());
    expect(replayed.asked).toBe(0);
    expect(await again.close()).toMatchObject({ exchanges: { served: 200, unused: 0 } });
  });

  test("gives each run back what its own tools said, whatever the others did", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("a 1", "b 1", "a 2", "c 2", "d 3"), {
          minLength: 1,
          maxLength: 6,
        }),
        async (inputs) => {
          using folder = new ProjectFolder(DRAWING);
          const project = await folder.open();
          const recorded = await open(folder, "record");
          const made = await outputs(project, inputs, recorded);
          await recorded.close();
          const again = await open(folder, "replay");
          // One after the other and in another order than they were recorded in.
          const replayed: unknown[] = [];
          for (const input of [...inputs].reverse()) {
            replayed.push(...(await outputs(project, [input], again)).outputs);
          }
          await again.close();
          expect(replayed.toSorted()).toEqual(made.outputs.toSorted());
        },
      ),
      { numRuns: 15 },
    );
  });

  test("says in each report what that run took, and in its summary what all did", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    await using cassette = await open(folder, "auto");
    expect(cassette.summary).toBeUndefined();
    const transport = drawing();
    const first = await project.run({ input: "x 0", cassette, transport });
    expect(first).toMatchObject({ cassette: "c.yaml", summary: { exchanges: { live: 1 } } });
    await project.run({ input: "y 0", cassette, transport });
    expect(cassette.summary).toMatchObject({ exchanges: { live: 2, served: 0 } });
  });

  test("writes what a run of its own would, where there is one run only", async () => {
    using folder = new ProjectFolder(DRAWING);
    const project = await folder.open();
    const cassette = await open(folder, "record", "shared.yaml");
    await outputs(project, ["a 2"], cassette);
    await cassette.close();
    expect(readFileSync(folder.file("shared.yaml"), "utf8")).not.toMatch(/main#/);
    const own = { path: "shared.yaml", mode: "replay" } as const;
    expect((await outputs(project, ["a 2"], own)).asked).toBe(0);
  });

  test("is shared by runs that name its path at the same time", async () => {
    using folder = new ProjectFolder(DRAWING);
    const project = await folder.open();
    const inputs = ["a 1", "b 1", "a 1"];
    const made = await outputs(project, inputs, { path: "c.yaml", mode: "record" });
    const replayed = await outputs(project, inputs, { path: "./c.yaml", mode: "replay" });
    expect(replayed).toEqual({ outputs: made.outputs, asked: 0 });
  });

  test("replays one after the other what runs recorded at the same time", async () => {
    using folder = new ProjectFolder(DRAWING);
    const project = await folder.open();
    const made = await outputs(project, ["a 1", "b 2"], { path: "c.yaml", mode: "record" });
    const replay = { path: "c.yaml", mode: "replay" } as const;
    for (const [index, input] of ["a 1", "b 2"].entries()) {
      expect((await outputs(project, [input], replay)).outputs).toEqual([made.outputs[index]]);
    }
  });

  test("is refused in another mode at the same time", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    await using cassette = await open(folder, "record");
    const cassettes = { path: "c.yaml", mode: "auto" } as const;
    await expect(project.run({ input: "x 0", cassette: cassettes })).rejects.toMatchObject({
      code: "usage",
      reason: "this process has it open with mode record, not auto",
    });
    await expect(open(folder, "replay")).rejects.toMatchObject({ code: "usage" });
    expect(cassette.mode).toBe("record");
  });

  test("is refused once it is closed", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const cassette = await open(folder, "auto");
    await cassette.close();
    await cassette.close();
    await expect(project.run({ input: "x", cassette })).rejects.toMatchObject({
      code: "usage",
      reason: "c.yaml is closed",
    });
  });

  test("waits for the runs that use it when it is closed", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    let running: Promise<unknown>;
    {
      await using cassette = await open(folder, "record");
      running = project.run({ input: "x 0", cassette, transport: drawing() });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await running;
    expect(readFileSync(folder.file("c.yaml"), "utf8")).toContain("x 0");
  });

  test.each(["project.run", "project.start", "run", "chat"] as const)(
    "waits for what was started by %s before it was closed",
    async (by) => {
      using folder = new ProjectFolder();
      const project = await folder.open();
      const transport = drawing();
      const start = (input: string, cassette: Cassette): Promise<RunReport> => {
        const request = { input, cassette, transport };
        if (by === "run") return run({ files: ["main.worker"], host: folder.host, ...request });
        if (by === "project.run") return project.run(request);
        if (by === "project.start") return project.start(request).result;
        return project.chat({ cassette, transport }).send(input).result;
      };
      async function runAll(): Promise<readonly RunReport[]> {
        await using cassette = await open(folder, "record");
        return Promise.all(["x 0", "y 0"].map((input) => start(input, cassette)));
      }
      const reports = await runAll();
      expect(reports.map(({ output }) => output)).toEqual(["x 0: x 0", "y 0: y 0"]);
      expect(readFileSync(folder.file("c.yaml"), "utf8")).toContain("y 0: y 0");
    },
  );

  test("of another copy of llm-do is refused by name", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const other = { path: "c.yaml", mode: "auto", close: async () => undefined } as never;
    await expect(project.run({ input: "x", cassette: other })).rejects.toMatchObject({
      code: "usage",
      reason: "this copy of llm-do did not open it",
    });
  });
});

describe("in record", () => {
  async function recordAnew(folder: ProjectFolder, failure: Error | string) {
    const project = await folder.open();
    await outputs(project, ["old 0"], { path: "c.yaml", mode: "record" });
    const warnings: string[] = [];
    const cassette = await openCassette({
      path: "c.yaml",
      mode: "record",
      host: folder.host,
      onWarning: (message) => warnings.push(message),
    });
    const stop = new AbortController();
    const failing = echoing(() => {
      if (typeof failure === "string") stop.abort(failure);
      if (failure instanceof Error) throw failure;
      return answer("never");
    });
    await outputs(project, ["new 0"], cassette);
    const run = { input: "bad", cassette, transport: failing, signal: stop.signal };
    await expect(project.run(run)).rejects.toBeDefined();
    await cassette.close();
    return { text: readFileSync(folder.file("c.yaml"), "utf8"), warnings };
  }

  test("a run that is aborted leaves the old cassette, and says where the new one is", async () => {
    using folder = new ProjectFolder();
    const { text, warnings } = await recordAnew(folder, "enough");
    expect(text).toContain("old 0");
    expect(warnings).toEqual([expect.stringContaining("c.yaml.recording")]);
  });

  test("a run that fails in a way that a replay repeats does not", async () => {
    using folder = new ProjectFolder(DRAWING);
    const project = await folder.open();
    const cassette = await open(folder, "record");
    const limited = { input: "a 3", cassette, transport: drawing(), limits: { maxCalls: 1 } };
    await expect(project.run(limited)).rejects.toMatchObject({ code: "limit" });
    await cassette.close();
    const replay = { path: "c.yaml", mode: "replay" } as const;
    await expect(project.run({ ...limited, cassette: replay })).rejects.toMatchObject({
      code: "limit",
    });
  });
});
