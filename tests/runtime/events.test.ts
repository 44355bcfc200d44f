import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { CallContext } from "../../src/functions/call-context.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { aTool, aWorker, runEntry } from "../support/project.ts";
import { expectNoUnhandledRejections } from "../support/unhandled.ts";

expectNoUnhandledRejections();

test("a small run tells of everything once, in order", async () => {
  const look = aTool("look", { run: () => ({ files: 2 }) });
  const inner = aWorker("inner", { asks: [look] });
  const main = aWorker("main", { calls: [inner] });
  const { events } = await runEntry(main, {
    approvals: "approve-all",
    script: `
- [{ thinking: Hm. }, { tool_call: { name: inner, input: { input: Count. } } }]
- tool_call: { name: look }
- Two.
- There are two.`,
  });
  const lines = events.map((event) => {
    const { kind, callId, parentCallId = "-", depth } = event;
    return [kind, callId, parentCallId, depth, event.function].join(" ");
  });
  expect(lines).toEqual([
    "run-start main - 0 main",
    "call-start main - 0 main",
    "model-request main - 0 main",
    "thinking-delta main - 0 main",
    "model-response main - 0 main",
    "tool-call main - 0 main",
    "approval-decision main - 0 main",
    "call-start main/inner main 1 inner",
    "model-request main/inner main 1 inner",
    "model-response main/inner main 1 inner",
    "tool-call main/inner main 1 inner",
    "approval-request main/inner main 1 inner",
    "approval-decision main/inner main 1 inner",
    "call-start main/inner/look main/inner 2 look",
    "call-end main/inner/look main/inner 2 look",
    "tool-result main/inner main 1 inner",
    "model-request main/inner main 1 inner",
    "text-delta main/inner main 1 inner",
    "model-response main/inner main 1 inner",
    "call-end main/inner main 1 inner",
    "tool-result main - 0 main",
    "model-request main - 0 main",
    ...Array(3).fill("text-delta main - 0 main"),
    "model-response main - 0 main",
    "call-end main - 0 main",
    "run-end main - 0 main",
  ]);
  for (const { runId, atMs } of events) expect({ runId, atMs }).toEqual({ runId: "id-1", atMs: 0 });
});

test("what a call used counts for it and all calls above it, not for its siblings", async () => {
  const inner = aWorker("inner");
  const main = aWorker("main", { calls: [inner] });
  const { events } = await runEntry(main, {
    script: `
- [{ tool_call: { name: inner, input: { input: a } } }, { tool_call: { name: inner, input: { input: b } } }, { usage: { input_tokens: 1 } }]
- { when: { contains: a }, text: A, usage: { input_tokens: 10 } }
- { when: { contains: b }, text: B, usage: { input_tokens: 100 } }
- { text: Done., usage: { input_tokens: 1000 } }`,
  });
  const used = events.flatMap((event) =>
    event.kind === "call-end" ? [[event.callId, event.usage.inputTokens]] : [],
  );
  expect(used).toEqual([
    ["main/inner", 10],
    ["main/inner#2", 100],
    ["main", 1111],
  ]);
});

test("an answer that begins anew is taken back", async () => {
  const { events, result } = await runEntry(aWorker("main"), {
    script: {
      async *stream() {
        yield { kind: "text-delta", text: "Ha" };
        yield { kind: "restart", reason: "overloaded" };
        yield { kind: "part", part: { kind: "text", text: "Whole" } };
        yield {
          kind: "end",
          stop: "end",
          usage: { inputTokens: 0, outputTokens: 0 },
          source: "live",
        };
      },
    },
  });
  expect(result?.output).toBe("Whole");
  expect(events).toContainEqual(
    expect.objectContaining({ kind: "answer-restart", reason: "overloaded" }),
  );
});

/** One call of the tree: what it calls, whether at once, and how it ends. */
interface Plan {
  readonly children: readonly Plan[];
  readonly how: "one by one" | "at once" | "left behind";
  readonly ends: "well" | "throws" | "swallows" | "unknown" | "badly" | "hangs";
}

function anyPlan(levels: number): fc.Arbitrary<Plan> {
  const children = levels === 0 ? fc.constant([]) : fc.array(anyPlan(levels - 1), { maxLength: 3 });
  return fc.record({
    children,
    how: fc.constantFrom<Plan["how"]>("one by one", "at once", "left behind"),
    ends: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<Plan["ends"]>("well", "swallows", "throws") },
      { weight: 1, arbitrary: fc.constantFrom<Plan["ends"]>("unknown", "badly", "hangs") },
    ),
  });
}

async function follow(plan: Plan, ctx: CallContext): Promise<unknown> {
  const callOf = (child: Plan) => {
    const answer = ctx.call("step", child);
    return plan.ends === "swallows" ? answer.catch(() => "swallowed") : answer;
  };
  if (plan.how === "one by one") for (const child of plan.children) await callOf(child);
  if (plan.how === "at once") await Promise.all(plan.children.map(callOf));
  if (plan.how === "left behind") for (const child of plan.children) void callOf(child);
  if (plan.ends === "throws") throw new Error("thrown");
  if (plan.ends === "unknown") return ctx.call("stepp", {});
  if (plan.ends === "badly") return 1n;
  if (plan.ends === "hangs") return new Promise(() => undefined);
  return "well";
}

describe("for any tree of calls", () => {
  const step = aTool("step", { input: z.any(), run: follow });

  async function eventsOf(plan: Plan, maxCalls: number): Promise<readonly RunEvent[]> {
    const { events } = await runEntry(step, {
      input: plan,
      limits: { maxDepth: 4, maxCalls },
      signal: AbortSignal.timeout(5),
    });
    return events;
  }

  test("every call that starts ends once, and the run's end is the last that is told", async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan(5), fc.integer({ min: 1, max: 30 }), async (plan, maxCalls) => {
        const events = await eventsOf(plan, maxCalls);
        const told = events.length;
        await new Promise((resolve) => setTimeout(resolve, 1)); // what was left behind goes on
        const idsOf = (kind: RunEvent["kind"]) =>
          events.flatMap((event) => (event.kind === kind ? [event.callId] : []));
        const started = idsOf("call-start");
        expect(new Set(started).size).toBe(started.length);
        expect(idsOf("call-end").toSorted()).toEqual(started.toSorted());
        for (const { kind, callId, parentCallId } of events) {
          if (kind !== "call-start" || parentCallId === undefined) continue;
          expect(started).toContain(parentCallId);
          expect(callId.startsWith(`${parentCallId}/`)).toBe(true);
        }
        expect(events.at(0)?.kind).toBe("run-start");
        expect(events.at(-1)?.kind).toBe("run-end");
        expect(events.length).toBe(told);
      }),
      { numRuns: 150 },
    );
  });
});
