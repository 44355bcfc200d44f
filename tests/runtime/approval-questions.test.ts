import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { ApprovalRequest } from "../../src/approval/approval-request.ts";
import type { Asker } from "../../src/approval/decide.ts";
import type { Decision } from "../../src/approval/decision.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import type { Asking } from "../../src/runtime/state/run-state.ts";
import { ManualClock } from "../support/clock.ts";
import { testHost } from "../support/host.ts";
import { aTool, aWorker, type RunLiteral, runEntry, toldToModel } from "../support/project.ts";
import { expectNoUnhandledRejections } from "../support/unhandled.ts";

expectNoUnhandledRejections();

/** A tool that says whom it was sent to, and the list of them. */
function sending(name = "send") {
  const sent: string[] = [];
  const tool = aTool(name, {
    input: z.object({ to: z.string() }),
    effect: "external",
    run: ({ to }) => {
      sent.push(to);
      return `sent to ${to}`;
    },
  });
  return { tool, sent };
}

/** An answer that calls `send` for each of these, and then the end. */
const sendTo = (...names: readonly string[]) =>
  `- ${names.map((to) => `- tool_call: { name: send, input: { to: ${to} } }`).join("\n  ")}\n- Done.`;

const turns = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};

const requestsOf = (events: readonly RunEvent[]) =>
  events.filter((event) => event.kind === "approval-request");
const decisionsOf = (events: readonly RunEvent[]) =>
  events.filter((event) => event.kind === "approval-decision");

/** An asker whose questions wait until the test answers them. */
function waitingAsker() {
  const open: {
    readonly request: ApprovalRequest;
    readonly signal: AbortSignal;
    readonly answer: (decision: Decision | boolean) => void;
  }[] = [];
  const ask: Asker = (request, { signal }) => {
    const { promise, resolve } = Promise.withResolvers<Decision | boolean>();
    open.push({ request, signal, answer: resolve });
    return promise;
  };
  return { ask, open };
}

describe("a question", () => {
  test("is answered by true or false, at once or later", async () => {
    const { tool, sent } = sending();
    const ask: Asker = ({ input }) => JSON.stringify(input).includes("ada");
    const main = aWorker("main", { asks: [tool] });
    const ran = await runEntry(main, { script: sendTo("ada", "bob"), approvals: ask });
    expect(toldToModel(ran)).toBe("send: sent to ada\nsend! the person said no");
    expect(sent).toEqual(["ada"]);
    expect(decisionsOf(ran.events)).toMatchObject([
      { allowed: true, by: "person" },
      { allowed: false, by: "person", reason: "the person said no" },
    ]);
  });

  test("has an id that is unique in the run, in its events as well, and the same the next time", async () => {
    const ids: string[][] = [];
    for (const asking of ["one-by-one", "at-once", "one-by-one"] as const) {
      const { tool } = sending();
      const seen: string[] = [];
      const ran = await runEntry(aWorker("main", { asks: [tool] }), {
        script: sendTo("ada", "ada", "bob"),
        asking,
        approvals: ({ id }) => seen.push(id) > 0,
      });
      expect(requestsOf(ran.events).map(({ id }) => id)).toEqual(seen);
      expect(decisionsOf(ran.events).map(({ id }) => id)).toEqual(seen);
      expect(new Set(seen).size).toBe(3);
      ids.push(seen);
    }
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
  });

  test("that nobody is there for ends with an event as well", async () => {
    const { tool } = sending();
    const ran = await runEntry(aWorker("main", { asks: [tool] }), { script: sendTo("ada") });
    expect(ran.error?.code).toBe("approval-needed");
    const [asked] = requestsOf(ran.events);
    expect(decisionsOf(ran.events)).toMatchObject([
      { id: asked?.id, allowed: false, by: "nobody" },
    ]);
  });
});

describe("a question that is open when its run ends", () => {
  /** Ends a run whose question waits, and what became of it. */
  async function endedWhileAsking(
    end: (run: { controller: AbortController; clock: ManualClock }) => void,
    more: Partial<RunLiteral> = {},
  ) {
    const { tool, sent } = sending();
    const { ask, open } = waitingAsker();
    const controller = new AbortController();
    const clock = new ManualClock();
    const running = runEntry(aWorker("main", { asks: [tool] }), {
      script: sendTo("ada"),
      approvals: ask,
      signal: controller.signal,
      host: testHost({ clock }),
      ...more,
    });
    await turns();
    expect(open).toHaveLength(1);
    end({ controller, clock });
    const ran = await running;
    const told = ran.events.length;
    open[0]?.answer(true); // comes too late
    await turns();
    expect(sent).toEqual([]);
    expect(ran.events).toHaveLength(told);
    return { ran, question: open[0] };
  }

  test.each<[string, Parameters<typeof endedWhileAsking>, string]>([
    ["cancelled", [({ controller }) => controller.abort("the client went")], "the client went"],
    [
      "out of time",
      [({ clock }) => clock.pass(1000), { limits: { timeoutMs: 1000 } }],
      "main took 1 s",
    ],
  ])("is withdrawn, with an event that says so: %s", async (_how, given, why) => {
    const { ran, question } = await endedWhileAsking(...given);
    expect(question?.signal.aborted).toBe(true);
    expect(question?.signal.reason).toBe(ran.error);
    const [decision, ...more] = decisionsOf(ran.events);
    expect(more).toEqual([]);
    expect(decision).toMatchObject({ id: question?.request.id, allowed: false, by: "abort" });
    expect(decision?.reason).toContain(why);
    expect(ran.events.at(-1)?.kind).toBe("run-end");
  });

  test("is withdrawn by a limit that a call beside it reached", async () => {
    const { tool, sent } = sending();
    const { ask, open } = waitingAsker();
    const more = aTool("more", { run: (_input, ctx) => turns().then(() => ctx.call("more", {})) });
    const main = aWorker("main", { asks: [tool], calls: [more] });
    const ran = await runEntry(main, {
      script:
        "- - tool_call: { name: send, input: { to: ada } }\n  - tool_call: { name: more }\n- Done.",
      approvals: ask,
      limits: { maxCalls: 4 },
    });
    expect(ran.error?.code).toBe("limit");
    expect(open[0]?.signal.aborted).toBe(true);
    expect(decisionsOf(ran.events).filter(({ tool: name }) => name === "send")).toMatchObject([
      { id: open[0]?.request.id, by: "abort", allowed: false },
    ]);
    expect(sent).toEqual([]);
  });

  test("is withdrawn when the run ends well without waiting for it", async () => {
    const { tool, sent } = sending();
    const { ask, open } = waitingAsker();
    const hasty = aTool("hasty", {
      run: async (_input, ctx) => {
        ctx.call("send", { to: "ada" }).catch(() => undefined);
        await turns();
        return "gone on";
      },
    });
    const main = aWorker("main", { asks: [tool], calls: [hasty] });
    const ran = await runEntry(main, {
      script: "- tool_call: { name: hasty }\n- Done.",
      approvals: ask,
    });
    expect(ran.result?.output).toBe("Done.");
    expect(open[0]?.signal.aborted).toBe(true);
    expect(decisionsOf(ran.events).filter(({ tool: name }) => name === "send")).toMatchObject([
      { by: "abort", allowed: false },
    ]);
    expect(sent).toEqual([]);
  });
});

describe("questions that are asked at once", () => {
  test("are open together, and each answer is its call's", async () => {
    const { tool } = sending();
    const { ask, open } = waitingAsker();
    const running = runEntry(aWorker("main", { asks: [tool] }), {
      script: sendTo("ada", "bob", "eve"),
      approvals: ask,
      asking: "at-once",
    });
    await turns();
    expect(open.map(({ request }) => request.input)).toEqual([
      { to: "ada" },
      { to: "bob" },
      { to: "eve" },
    ]);
    open[2]?.answer(true);
    open[0]?.answer(true);
    open[1]?.answer(false);
    const told = toldToModel(await running);
    expect(told).toBe("send: sent to ada\nsend! the person said no\nsend: sent to eve");
  });

  test("are settled together where the same was answered for the session", async () => {
    const { tool, sent } = sending();
    const { ask, open } = waitingAsker();
    const running = runEntry(aWorker("main", { asks: [tool] }), {
      script: sendTo("ada", "ada", "bob"),
      approvals: ask,
      asking: "at-once",
    });
    await turns();
    open[1]?.answer({ kind: "allow", by: "person", forSession: true });
    await turns();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, false, false]);
    expect(sent.toSorted()).toEqual(["ada", "ada"]);
    open[0]?.answer(false); // was withdrawn
    open[2]?.answer(false);
    const ran = await running;
    expect(toldToModel(ran)).toBe("send: sent to ada\nsend: sent to ada\nsend! the person said no");
    expect(decisionsOf(ran.events)).toHaveLength(3);
  });
});

test("each request has one decision before the run's end, and what is not allowed does not run", async () => {
  const answer = fc.constantFrom("yes", "no", "always", "throw", "never", "nothing" as const);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ to: fc.constantFrom("a", "b"), answer }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.constantFrom<Asking>("one-by-one", "at-once"),
      async (calls, asking) => {
        const { tool, sent } = sending();
        const controller = new AbortController();
        let asked = 0;
        const ask: Asker = async () => {
          switch (calls[asked++]?.answer) {
            case "yes":
              return true;
            case "no":
              return false;
            case "always":
              return { kind: "allow", by: "person", forSession: true };
            case "throw":
              throw new Error("the page is gone");
            case "never":
              return new Promise(() => undefined);
            default:
              return undefined as unknown as boolean;
          }
        };
        const running = runEntry(aWorker("main", { asks: [tool] }), {
          script: sendTo(...calls.map(({ to }) => to)),
          approvals: ask,
          asking,
          signal: controller.signal,
        });
        await turns();
        if (calls.some((call) => call.answer === "never")) controller.abort();
        const { events } = await running;
        const requests = requestsOf(events).map(({ id }) => id);
        const decisions = decisionsOf(events);
        for (const id of requests) {
          expect(decisions.filter((decision) => decision.id === id)).toHaveLength(1);
        }
        expect(new Set(decisions.map(({ id }) => id)).size).toBe(decisions.length);
        expect(sent.length).toBeLessThanOrEqual(decisions.filter(({ allowed }) => allowed).length);
      },
    ),
    { numRuns: 60 },
  );
});

test("nobody is asked for a run that has ended", async () => {
  const { tool } = sending();
  const ask = vi.fn(() => true);
  const ran = await runEntry(aWorker("main", { asks: [tool] }), {
    script: sendTo("ada"),
    approvals: ask,
    signal: AbortSignal.abort(),
  });
  expect(ran.error?.code).toBe("aborted");
  expect(ask).not.toHaveBeenCalled();
});
