import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { all, answer, answering, ProjectFolder } from "./a-project.ts";

describe("an onEvent that fails", () => {
  test.each<RunEvent["kind"]>(["run-start", "text-delta", "run-end"])(
    "by throwing at %s ends the run with an error that says so",
    async (kind) => {
      using folder = new ProjectFolder();
      const project = await folder.open();
      const cause = new Error("no such socket");
      const running = project.run({
        input: "Hi",
        transport: answering(answer("Hello")),
        onEvent: (event) => {
          if (event.kind === kind) throw cause;
        },
      });
      await expect(running).rejects.toMatchObject({
        code: "call",
        message: 'Failed to run "main": onEvent threw: no such socket',
        cause,
      });
    },
  );

  test("by rejecting ends the run, at its last event as well", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const running = project.run({
      input: "Hi",
      transport: answering(answer("Hello")),
      onEvent: async (event) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (event.kind === "run-end") throw new Error("too late");
      },
    });
    await expect(running).rejects.toMatchObject({
      code: "call",
      reason: "onEvent rejected: too late",
    });
  });

  test("hurts no reader of the handle", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({
      input: "Hi",
      transport: answering(answer("Hello")),
      onEvent: () => {
        throw new Error("always");
      },
    });
    const seen: RunEvent[] = [];
    const reading = (async () => {
      for await (const event of handle) seen.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ reason: "onEvent threw: always" });
    expect(seen.map(({ kind }) => kind)).toContain("run-end");
    expect(seen.find(({ kind }) => kind === "error")).toMatchObject({ code: "call" });
  });

  test("that never settles does not keep an aborted run", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const stop = new AbortController();
    const running = project.run({
      input: "Hi",
      transport: answering(answer("Hello")),
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === "run-end") setImmediate(() => stop.abort());
        return new Promise<void>(() => undefined);
      },
    });
    expect((await running).output).toBe("Hello");
  });
});

test("text after a server's tool begins the answer anew", async () => {
  using folder = new ProjectFolder();
  const project = await folder.open();
  const opaque = { kind: "opaque", extra: { wire: "anthropic", data: {} } } as const;
  const transport = answering(answer("I search.", opaque, "Found it."));
  const handle = project.start({ input: "Hi", transport });
  const texts = (await all(handle.answer)).map(({ text }) => text);
  expect(texts.filter((text) => text.startsWith("I search.") && text !== "I search.")).toEqual([]);
  expect(texts.at(-1)).toBe("Found it.");
});
