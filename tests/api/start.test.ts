import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { start } from "../../src/api/open-project.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { ModelEvent } from "../../src/model/event.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import {
  all,
  answer,
  answering,
  codeFile,
  deltas,
  end,
  ProjectFolder,
  silentTransport,
  toolCall,
  withTools,
} from "./a-project.ts";

const kinds = (events: readonly RunEvent[]) => events.map(({ kind }) => kind);
const said = (events: readonly RunEvent[]) =>
  events.map((event) => (event.kind === "text-delta" ? event.text : "")).join("");

describe("the events of a handle", () => {
  test("are those of the run, from the first to the last, for each reader", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(answer("Hello Ada")) });
    const [first, second] = await Promise.all([all(handle), all(handle)]);
    expect(kinds(first)).toEqual([
      "run-start",
      "call-start",
      "model-request",
      "text-delta",
      "text-delta",
      "text-delta",
      "model-response",
      "call-end",
      "run-end",
    ]);
    expect(second).toEqual(first);
    expect(new Set(first.map(({ runId }) => runId))).toEqual(new Set([handle.runId]));
    expect((await handle.result).output).toBe("Hello Ada");
  });

  test("are there for a reader that comes late, less the deltas of answers that have ended", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(answer("Hello Ada")) });
    const early = all(handle);
    await handle.result;
    const late = await all(handle);
    expect(late).toEqual((await early).filter(({ kind }) => kind !== "text-delta"));
  });

  test("hold the deltas of the answer that is under way for a reader that comes late", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const going = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const handle = project.start({
      input: "Hi",
      transport: {
        async *stream() {
          yield* deltas("Hello ");
          reached.resolve();
          await going.promise;
          yield* answer("Hello ").slice(2);
        },
      },
    });
    await reached.promise;
    const late = all(handle);
    going.resolve();
    expect(said(await late)).toBe("Hello ");
  });

  test("go on when a loop is left or throws", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(answer("Hello Ada")) });
    const whole = all(handle);
    for await (const _event of handle) break;
    const throwing = (async () => {
      for await (const _event of handle) throw new Error("a reader's own");
    })();
    await expect(throwing).rejects.toThrow("a reader's own");
    expect(said(await whole)).toBe("Hello Ada");
    expect((await handle.result).output).toBe("Hello Ada");
  });

  test("end for a loop that is left while it waits", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    await using handle = project.start({ input: "Hi", transport: silentTransport });
    const left = handle[Symbol.asyncIterator]();
    const answers = handle.answer[Symbol.asyncIterator]();
    while ((await left.next()).value?.kind !== "model-request");
    const waiting = [left.next(), answers.next()];
    const over = { done: true, value: undefined };
    expect(await left.return?.()).toEqual(over);
    expect(await answers.return?.()).toEqual(over);
    expect(await Promise.all(waiting)).toEqual([over, over]);
  });

  test("end with the run's error", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering() });
    const seen: RunEvent[] = [];
    const reading = (async () => {
      for await (const event of handle) seen.push(event);
    })();
    await expect(reading).rejects.toThrow("nothing is left to answer");
    expect(kinds(seen).slice(-3)).toEqual(["call-end", "error", "run-end"]);
    await expect(handle.result).rejects.toThrow("nothing is left to answer");
  });

  test("end with what keeps the run from starting", async () => {
    using folder = new ProjectFolder();
    const handle = start({ files: ["gone.worker"], input: "Hi", host: folder.host });
    await expect(all(handle)).rejects.toMatchObject({ code: "file" });
    await expect(all(handle.answer)).rejects.toMatchObject({ code: "file" });
    await expect(handle.result).rejects.toMatchObject({ code: "file" });
  });

  test("keep to a reader that stops, but hold no deltas of ended answers for it", async () => {
    using folder = new ProjectFolder({
      "main.worker": withTools("look"),
      "tools.ts": codeFile('export const tools = toolset({ look: aTool("look") });'),
    });
    const project = await folder.open();
    const long: readonly ModelEvent[] = Array.from({ length: 8000 }, () => ({
      kind: "text-delta",
      text: "x",
    }));
    const call: ModelEvent = { kind: "part", part: toolCall("look") };
    const handle = project.start({
      input: "Hi",
      transport: answering(
        [...long, call, end("tool-calls")],
        [...long, call, end("tool-calls")],
        answer("done"),
      ),
    });
    const stopped = handle[Symbol.asyncIterator]();
    expect((await stopped.next()).value?.kind).toBe("run-start");
    await handle.result;
    const rest: RunEvent[] = [];
    for (let next = await stopped.next(); !next.done; next = await stopped.next()) {
      rest.push(next.value);
    }
    expect(rest.filter(({ kind }) => kind === "text-delta").length).toBeLessThan(100);
    expect(kinds(rest).filter((kind) => kind === "model-response")).toHaveLength(3);
    expect(rest.at(-1)?.kind).toBe("run-end");
  });
});

describe("cancel", () => {
  test("ends a run with its reason", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: silentTransport });
    for await (const event of handle) if (event.kind === "model-request") break;
    handle.cancel("enough");
    await expect(handle.result).rejects.toMatchObject({ code: "aborted", cause: "enough" });
  });

  test("before the first event", async () => {
    using folder = new ProjectFolder();
    const handle = start({ files: ["main.worker"], input: "Hi", host: folder.host });
    handle.cancel("never mind");
    await expect(handle.result).rejects.toMatchObject({ code: "aborted", cause: "never mind" });
  });

  test("after the end does nothing", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(answer("Hello")) });
    await handle.result;
    handle.cancel();
    expect((await handle.result).output).toBe("Hello");
    expect((await all(handle)).at(-1)?.kind).toBe("run-end");
  });

  test("is what await using does, and waits for the end", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    let ended: unknown;
    {
      await using handle = project.start({ input: "Hi", transport: silentTransport });
      handle.result.catch((error) => {
        ended = error;
      });
      for await (const event of handle) if (event.kind === "model-request") break;
    }
    expect(isLlmDoError(ended, "aborted")).toBe(true);
  });

  test("and the request's own signal both end the run", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const own = new AbortController();
    const handle = project.start({ input: "Hi", transport: silentTransport, signal: own.signal });
    own.abort("by signal");
    await expect(handle.result).rejects.toMatchObject({ code: "aborted", cause: "by signal" });
  });
});

describe("the answer of a handle", () => {
  async function answerOf(...answers: readonly (readonly ModelEvent[])[]) {
    using folder = new ProjectFolder({
      "main.worker": withTools("look"),
      "tools.ts": codeFile('export const tools = toolset({ look: aTool("look") });'),
    });
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(...answers) });
    const steps = await all(handle.answer);
    return { steps, output: (await handle.result).output };
  }

  test("grows as the model speaks", async () => {
    const { steps } = await answerOf(answer("Hello Ada"));
    expect(steps.map(({ added }) => added).join("")).toBe("Hello Ada");
    expect(steps.at(-1)?.text).toBe("Hello Ada");
    expect(steps.length).toBeGreaterThan(1);
  });

  test("begins anew after an attempt that broke off", async () => {
    const broken: ModelEvent = { kind: "restart", reason: "the stream broke" };
    const { steps } = await answerOf([...deltas("Dear Ada, "), broken, ...answer("Dear Ada, hi.")]);
    expect(steps.some(({ added }) => added === undefined)).toBe(true);
    expect(steps.at(-1)?.text).toBe("Dear Ada, hi.");
  });

  test("begins anew after text beside a tool call", async () => {
    const { steps } = await answerOf(answer("Let me look.", toolCall("look")), answer("One."));
    expect(shownBy(steps)).toBe("One.");
  });

  test("is shown right by a client that follows added, and its last text is the output", async () => {
    await fc.assert(
      fc.asyncProperty(answersArbitrary, async (answers) => {
        const { steps, output } = await answerOf(...answers);
        expect(shownBy(steps)).toBe(output);
        for (const [index, { text, added }] of steps.entries()) {
          if (added !== undefined) expect((steps[index - 1]?.text ?? "") + added).toBe(text);
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** What a client shows that appends `added`, and begins anew where there is none. */
function shownBy(steps: readonly { readonly text: string; readonly added: string | undefined }[]) {
  return steps.reduce((shown, { text, added }) => (added === undefined ? text : shown + added), "");
}

const words = fc.constantFrom("", " ", "Hi", "Let me look.", "One.", "\n\n", "a b c d e f");
const opaque = { kind: "opaque", extra: { wire: "anthropic", data: {} } } as const;
const parts = fc.array(fc.oneof(words, fc.constant(opaque)), { maxLength: 5 });
const restarts = fc.option(words, { nil: undefined });

function restarted(broken: string | undefined, events: readonly ModelEvent[]) {
  if (broken === undefined) return events;
  const restart: ModelEvent = { kind: "restart", reason: "the stream broke" };
  return [...deltas(broken), restart, ...events];
}

const answersArbitrary = fc
  .tuple(
    fc.array(fc.tuple(parts, restarts), { maxLength: 3 }),
    fc.tuple(parts, restarts),
    fc.boolean(),
  )
  .map(([turns, [last, broken], isWhole]) => {
    const whole = [
      ...turns.map(([said, breaks]) => restarted(breaks, answer(...said, toolCall("look")))),
      restarted(broken, answer(...last)),
    ];
    // Some transports say their parts only.
    return isWhole
      ? whole
      : whole.map((events) => events.filter(({ kind }) => kind !== "text-delta"));
  });
