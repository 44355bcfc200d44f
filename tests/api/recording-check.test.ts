import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openCassette } from "../../src/api/cassette/open-cassette.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import {
  answer,
  codeFile,
  echoing,
  end,
  ProjectFolder,
  silentTransport,
  toolCall,
  withTools,
} from "./a-project.ts";

/** A worker whose tool says something else in each run, which its model then says. */
function changing(effect: "pure" | "local" | "external", value = "`call ${++count}`") {
  return new ProjectFolder({
    "main.worker": withTools("look"),
    "tools.ts": codeFile(
      "let count = 0;",
      "export const tools = toolset({",
      `  look: tool({ description: "Looks.", input: z.object({}), effect: "${effect}",`,
      `    run: (_input, ctx) => ${value} }),`,
      "});",
    ),
  });
}

/** Calls the tool, then repeats what it gave. */
function looking() {
  return echoing((said, { messages }) =>
    messages.at(-1)?.kind === "tool"
      ? answer(said)
      : [{ kind: "part", part: toolCall("look") }, end("tool-calls")],
  );
}

type Mode = "record" | "auto";

const MODES: readonly Mode[] = ["record", "auto"];

async function refusal(running: Promise<unknown>) {
  return running.then(
    () => "kept",
    (error: unknown) => error,
  );
}

const REFUSED = {
  code: "cassette-miss",
  reason: expect.stringContaining("its recording cannot be replayed"),
};

describe("what a run from code records is replayed once", () => {
  test.each(MODES)("in %s, and refused where that asks something else", async (mode) => {
    using folder = changing("pure");
    const project = await folder.open();
    const warnings: string[] = [];
    const running = project.run({
      input: "Go.",
      cassette: { path: "c.yaml", mode },
      transport: looking(),
      onWarning: (message) => warnings.push(message),
    });
    expect(await refusal(running)).toMatchObject({
      ...REFUSED,
      run: { cassette: "c.yaml", usage: { inputTokens: 2 } },
    });
    const kept = mode === "record" ? "c.yaml.recording" : "c.yaml";
    expect(readFileSync(folder.file(kept), "utf8")).toContain("call 1");
    expect(existsSync(folder.file("c.yaml"))).toBe(mode === "auto");
    if (mode === "record") expect(warnings).toEqual([expect.stringContaining(kept)]);
  });

  test.each(MODES)("in %s, as on another day", async (mode) => {
    using folder = changing("pure", "new Date().toISOString()");
    const project = await folder.open();
    const cassette = { path: "c.yaml", mode };
    const running = project.run({ input: "Go.", cassette, transport: looking() });
    expect(await refusal(running)).toMatchObject(REFUSED);
  });

  test.each(["local", "external"] as const)("without running tools that are %s", async (effect) => {
    using folder = changing(effect);
    const project = await folder.open();
    const cassette = { path: "c.yaml", mode: "record" } as const;
    const transport = looking();
    expect((await project.run({ input: "Go.", cassette, transport })).output).toBe("call 1");
    expect((await project.run({ input: "Go.", transport })).output).toBe("call 2");
  });

  test("without an event, a question or a request", async () => {
    using folder = changing("external");
    folder.write("main.worker", withTools("look").replace("pre_approved: true", ""));
    const project = await folder.open();
    let asked = 0;
    const kinds: string[] = [];
    const transport = looking();
    await project.run({
      input: "Go.",
      cassette: { path: "c.yaml", mode: "record" },
      transport,
      approvals: () => ++asked === 1,
      onEvent: ({ kind }) => kinds.push(kind),
    });
    expect({ asked, requests: transport.asked.length }).toEqual({ asked: 1, requests: 2 });
    expect(kinds.filter((kind) => kind === "model-response")).toHaveLength(2);
  });

  test("in each turn of a chat, with what was approved for the session", async () => {
    using folder = changing("external");
    folder.write("main.worker", withTools("look").replace("pre_approved: true", ""));
    const project = await folder.open();
    let asked = 0;
    const chat = project.chat({
      cassette: { path: "c.yaml", mode: "record" },
      transport: looking(),
      approvals: () => ({ kind: "allow", by: "person", forSession: ++asked > 0 }),
    });
    expect((await chat.send("One.").result).output).toBe("call 1");
    expect((await chat.send("Two.").result).output).toBe("call 2");
    expect(asked).toBe(1);
  });

  test("unless the request says otherwise", async () => {
    using folder = changing("pure");
    const project = await folder.open();
    const cassette = { path: "c.yaml", mode: "record", check: false } as const;
    expect((await project.run({ input: "Go.", cassette, transport: looking() })).output).toBe(
      "call 1",
    );
    expect(existsSync(folder.file("c.yaml"))).toBe(true);
  });
});

describe("what many runs record is replayed once when their cassette is closed", () => {
  test.each(MODES)("in %s, and refused with the run that cannot be", async (mode) => {
    using folder = changing("pure", '`${ctx.prompt.includes("bad") ? ++count : "same"}`');
    const project = await folder.open();
    const warnings: string[] = [];
    const cassette = await openCassette({
      path: "c.yaml",
      mode,
      host: folder.host,
      onWarning: (message) => warnings.push(message),
    });
    const transport = looking();
    for (const input of ["good", "bad", "good"]) await project.run({ input, cassette, transport });
    const refused = await refusal(cassette.close());
    expect(refused).toMatchObject(REFUSED);
    const kept = mode === "record" ? "c.yaml.recording" : "c.yaml";
    expect(readFileSync(folder.file(kept), "utf8")).toContain("same");
    if (mode === "record") expect(warnings).toEqual([expect.stringContaining(kept)]);
    expect(await refusal(cassette.close())).toBe(refused);
  });

  test("and kept where all can be, with ends that a replay repeats", async () => {
    using folder = changing("external");
    const project = await folder.open();
    const cassette = await openCassette({ path: "c.yaml", mode: "record", host: folder.host });
    const transport = looking();
    const running = ["a", "b", "a"].map((input) => project.run({ input, cassette, transport }));
    await Promise.all(running);
    const limited = { input: "c", cassette, transport, limits: { maxCalls: 0 } };
    await expect(project.run(limited)).rejects.toMatchObject({ code: "limit" });
    await cassette.close();
    expect(existsSync(folder.file("c.yaml"))).toBe(true);
  });

  test("but for runs whose time was over", async () => {
    using folder = changing("external");
    const project = await folder.open();
    const cassette = await openCassette({ path: "c.yaml", mode: "auto", host: folder.host });
    const slow: ModelTransport = {
      async *stream(request, options) {
        if (request.messages.at(-1)?.kind === "tool")
          yield* silentTransport.stream(request, options);
        else yield* looking().stream(request, options);
      },
    };
    const run = project.run({ input: "a", cassette, transport: slow, limits: { timeoutMs: 1 } });
    await expect(run).rejects.toMatchObject({ code: "limit", limit: "timeoutMs" });
    expect(await refusal(cassette.close())).toBe("kept");
  });

  test("though one of them was cut off", async () => {
    using folder = changing("pure");
    const project = await folder.open();
    const cassette = await openCassette({ path: "c.yaml", mode: "auto", host: folder.host });
    await project.run({ input: "a", cassette, transport: looking() });
    const failing = echoing(() => {
      throw new Error("down");
    });
    await expect(project.run({ input: "b", cassette, transport: failing })).rejects.toThrow();
    expect(await refusal(cassette.close())).toMatchObject(REFUSED);
  });

  test("with runs that begin while it is replayed", async () => {
    using folder = changing("external");
    const project = await folder.open();
    const cassette = { path: "c.yaml", mode: "record" } as const;
    const transport = looking();
    const later: Promise<unknown>[] = [];
    const stream = transport.stream;
    const one = project.run({ input: "a", cassette, transport });
    // Begins at some moment of the first run's end, whichever that is.
    for (let tick = 0; tick < 400; tick++) {
      await Promise.resolve();
      if (tick % 40 === 0)
        later.push(project.run({ input: `b${tick}`, cassette, transport: { stream } }));
    }
    await Promise.all([one, ...later]);
    const replay = { path: "c.yaml", mode: "replay" } as const;
    for (const input of ["a", "b40", "b360"]) await project.run({ input, cassette: replay });
  });

  test("unless its options say otherwise", async () => {
    using folder = changing("pure");
    const project = await folder.open();
    const options = { path: "c.yaml", mode: "record", host: folder.host, check: false } as const;
    const cassette = await openCassette(options);
    await project.run({ input: "a", cassette, transport: looking() });
    await cassette.close();
    expect(existsSync(folder.file("c.yaml"))).toBe(true);
  });
});
