import { describe, expect, test } from "vitest";
import type { MapItem } from "../../src/api/map.ts";
import { all, answer, echoing, ProjectFolder, silentTransport } from "./a-project.ts";

/** Answers with what was said, in capitals; keeps count of the runs that go on at once. */
function counting() {
  const counts = { now: 0, most: 0 };
  const transport = echoing(async (said) => {
    counts.most = Math.max(counts.most, ++counts.now);
    await new Promise((resolve) => setImmediate(resolve));
    counts.now--;
    if (said.includes("fail")) throw new Error("no answer");
    return answer(said.toUpperCase());
  });
  return { counts, transport };
}

const outputsOf = (items: readonly MapItem<string>[]) =>
  items
    .toSorted((left, right) => left.index - right.index)
    .map(({ report, error }) => report?.output ?? error?.code);

describe("map", () => {
  test("gives each input with its report or its error, and an error ends nothing", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const inputs = ["a", "fail", "c"];
    const items = await all(project.map(inputs, { transport: counting().transport }));
    expect(outputsOf(items)).toEqual(["A", "call", "C"]);
    for (const { index, input } of items) expect(input).toBe(inputs[index]);
  });

  test("gives them in the order in which they end", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const slow = Promise.withResolvers<void>();
    const transport = echoing(async (said) => {
      if (said === "slow") await slow.promise;
      return answer(said);
    });
    const order: number[] = [];
    for await (const { index } of project.map(["slow", "quick"], { transport })) {
      order.push(index);
      slow.resolve();
    }
    expect(order).toEqual([1, 0]);
  });

  test.each([1, 3])("runs %i at once at most", async (concurrency) => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const { counts, transport } = counting();
    const inputs = Array.from({ length: 12 }, (_each, index) => `n${index}`);
    const items = await all(project.map(inputs, { concurrency, transport }));
    expect(items).toHaveLength(12);
    expect(counts.most).toBe(concurrency);
  });

  test("reads an async iterable no further ahead than it runs", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    let read = 0;
    async function* endless() {
      for (;;) yield `n${read++}`;
    }
    const { transport } = counting();
    let seen = 0;
    for await (const _item of project.map(endless(), { concurrency: 2, transport })) {
      expect(read - seen).toBeLessThanOrEqual(4);
      if (++seen === 10) break;
    }
    expect(seen).toBe(10);
  });

  test("cancels what is under way when its loop is left, also while an input is awaited", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const ended: string[] = [];
    const transport = echoing((said) => answer(said));
    const onEvent = (event: { kind: string; code?: string }) => {
      if (event.kind === "error") ended.push(event.code ?? "");
    };
    const silent = {
      stream: (...args: Parameters<typeof transport.stream>) =>
        args[0].messages.length > 0 && JSON.stringify(args[0].messages).includes("quick")
          ? transport.stream(...args)
          : silentTransport.stream(...args),
    };
    for await (const { input } of project.map(["quick", "waits", "waits"], {
      transport: silent,
      onEvent,
    })) {
      expect(input).toBe("quick");
      break;
    }
    expect(ended).toEqual(["aborted", "aborted"]);
  });

  test("ends all runs when its signal aborts, and begins no more", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const stop = new AbortController();
    const transport = silentTransport;
    const request = { concurrency: 2, signal: stop.signal, transport };
    setImmediate(() => stop.abort("enough"));
    const codes: unknown[] = [];
    const reading = (async () => {
      for await (const { error } of project.map(["a", "b", "c", "d"], request)) {
        codes.push(error?.code);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    expect(codes).toEqual(["aborted", "aborted"]);
  });

  test("gives what has ended although its inputs fail to come", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    async function* broken() {
      yield "a";
      throw new Error("the queue is gone");
    }
    const items: unknown[] = [];
    const reading = (async () => {
      for await (const item of project.map(broken(), { transport: counting().transport })) {
        items.push(item.report?.output);
      }
    })();
    await expect(reading).rejects.toThrow("the queue is gone");
    expect(items).toEqual(["A"]);
  });

  test.each(["replay", "auto"] as const)(
    "records all inputs in one cassette, for %s",
    async (mode) => {
      using folder = new ProjectFolder();
      const project = await folder.open();
      const { transport } = counting();
      const inputs = ["a", "b", "fail", "c"];
      const record = { path: "c.yaml", mode: "record" } as const;
      const recorded = project.map(inputs, { concurrency: 1, transport, cassette: record });
      expect(outputsOf(await all(recorded))).toEqual(["A", "B", "call", "C"]);
      const cassette = { path: "c.yaml", mode } as const;
      const asked = transport.asked.length;
      const replayed = await all(
        project.map(["c", "b", "a"], { concurrency: 2, transport, cassette }),
      );
      expect(outputsOf(replayed)).toEqual(["C", "B", "A"]);
      expect(transport.asked).toHaveLength(asked);
      expect(replayed[0]?.report?.cassette).toBe("c.yaml");
    },
  );

  test("keeps one cassette open while it waits for its inputs", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    async function* seldom(): AsyncGenerator<string> {
      for (const input of ["a", "b"]) {
        yield input;
        await new Promise((resolve) => setTimeout(resolve, 5)); // longer than a run
      }
    }
    const { transport } = counting();
    const cassette = { path: "c.yaml", mode: "record" } as const;
    await all(project.map(seldom(), { transport, cassette }));
    const replay = { path: "c.yaml", mode: "replay" } as const;
    const items = await all(project.map(["a", "b"], { transport, cassette: replay }));
    expect(outputsOf(items)).toEqual(["A", "B"]);
  });

  test("leaves its loop although its inputs do not let themselves be left", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const inputs = {
      [Symbol.iterator]: () => ({
        next: () => ({ value: "a", done: false }),
        return(): never {
          throw new Error("not yet");
        },
      }),
    };
    for await (const _item of project.map(inputs, { transport: counting().transport })) break;
  });

  test("ends with an error where inputs are no iterator's", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const inputs = { [Symbol.iterator]: () => ({ next: () => 3 }) } as never;
    const items = all(project.map(inputs, { transport: counting().transport }));
    await expect(items).rejects.toThrow("gave no object");
  });
});
