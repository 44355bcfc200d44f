import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Clock } from "../host/host.ts";
import { type Answer, collectAnswer } from "../model/answer.ts";
import type { ModelEvent } from "../model/event.ts";
import { type AnswerPart, userText } from "../model/message.ts";
import type { ModelRequest } from "../model/request.ts";
import type { ModelTransport } from "../model/transport.ts";
import { ProviderError, type ProviderErrorInit } from "./provider-error.ts";
import {
  DEFAULT_RETRY_POLICY,
  type RetryInfo,
  type RetryOptions,
  retryDelay,
  withRetry,
} from "./retry.ts";

const request: ModelRequest = {
  model: "anthropic:claude-haiku-4-5",
  system: "",
  messages: [userText("Sort them.")],
  tools: [],
  serverTools: [],
  settings: {},
};

/** What the inner transport does when it is asked once: events, then an error if there is one. */
interface Behaviour {
  readonly events: readonly ModelEvent[];
  readonly error?: unknown;
}

const end: ModelEvent = {
  kind: "end",
  stop: "end",
  usage: { inputTokens: 1, outputTokens: 1 },
  source: "live",
};
const text = (said: string): ModelEvent => ({ kind: "part", part: { kind: "text", text: said } });
const toolCall = (id: string): ModelEvent => ({
  kind: "part",
  part: { kind: "tool-call", id, name: "ls", input: {} },
});

function failure(init: Partial<ProviderErrorInit> = {}): ProviderError {
  return new ProviderError({
    what: request.model,
    reason: "529 overloaded_error",
    status: 529,
    retryable: true,
    ...init,
  });
}

/** A transport that behaves as told, once for each time it is asked, and a clock that notes. */
function stage(behaviours: readonly Behaviour[], options: Partial<RetryOptions> = {}) {
  const sleptMs: number[] = [];
  const retries: RetryInfo[] = [];
  let calls = 0;
  const inner: ModelTransport = {
    async *stream() {
      const behaviour = behaviours[calls++];
      if (!behaviour) throw new Error("asked more often than the test has behaviours");
      yield* behaviour.events;
      if (behaviour.error !== undefined) throw behaviour.error;
    },
  };
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    sleep: async (durationMs) => {
      sleptMs.push(durationMs);
    },
  };
  const onRetry = (info: RetryInfo) => retries.push(info);
  const transport = withRetry(inner, { clock, random: () => 0, onRetry, ...options });
  const ask = (signal = new AbortController().signal): Promise<Answer> =>
    collectAnswer(transport.stream(request, { signal }));
  return { transport, ask, sleptMs, retries, calls: () => calls };
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("nothing was thrown"),
    (error: unknown) => error,
  );
}

describe("a request that fails before anything was handed on", () => {
  test("is asked again after a wait that doubles", async () => {
    const { ask, sleptMs, retries } = stage([
      { events: [], error: failure() },
      { events: [], error: failure() },
      { events: [text("done"), end] },
    ]);
    expect((await ask()).parts).toEqual([{ kind: "text", text: "done" }]);
    expect(sleptMs).toEqual([500, 1000]);
    expect(retries.map(({ attempt, delayMs, model }) => [attempt, delayMs, model])).toEqual([
      [1, 500, request.model],
      [2, 1000, request.model],
    ]);
  });

  test("waits as long as the server asks", async () => {
    const { ask, sleptMs } = stage([
      { events: [], error: failure({ retryAfterMs: 12_345 }) },
      { events: [end] },
    ]);
    await ask();
    expect(sleptMs).toEqual([12_345]);
  });

  test("is given up at once when the server asks for too long a wait", async () => {
    const { ask, sleptMs } = stage([{ events: [], error: failure({ retryAfterMs: 3_600_000 }) }]);
    const error = await caught(ask());
    expect(String(error)).toContain(
      'ask "anthropic:claude-haiku-4-5": 529 overloaded_error (the server asks to wait 3600 s, longer than the 60 s that are' +
        " waited at most; asked once, waited 0 s in all)",
    );
    expect(sleptMs).toEqual([]);
  });

  test("says by how little the wait that a server asks for is too long", async () => {
    const { ask } = stage([{ events: [], error: failure({ retryAfterMs: 60_040 }) }]);
    expect(String(await caught(ask()))).toContain("asks to wait 60.04 s, longer than the 60 s");
  });

  test("fails with the last error, how often it was asked and how long was waited", async () => {
    const cause = new Error("socket hang up");
    const last = failure({ status: 503, type: "unavailable", reason: "503", cause, tries: ["x"] });
    const { ask, calls } = stage([
      { events: [], error: failure() },
      { events: [], error: failure() },
      { events: [], error: last },
    ]);
    const error = await caught(ask());
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      reason: "503 (asked 3 times, waited 1.5 s in all)",
      status: 503,
      type: "unavailable",
      tries: ["x"],
      cause,
    });
    expect(calls()).toBe(3);
  });

  test("fails with the error as it came when no retries are allowed", async () => {
    const error = failure();
    const { ask } = stage([{ events: [], error }], { policy: { maxRetries: 0 } });
    expect(await caught(ask())).toBe(error);
  });

  test.each([
    ["a provider's error that does not pass", failure({ status: 401, retryable: false })],
    ["any other error", new TypeError("a bug")],
  ])("fails at once with %s, unchanged", async (_what, error) => {
    const { ask, calls } = stage([{ events: [text("a")], error }]);
    expect(await caught(ask())).toBe(error);
    expect(calls()).toBe(1);
  });
});

describe("a request that fails in the middle of an answer", () => {
  test("takes back what was handed on and begins anew", async () => {
    const { transport } = stage([
      { events: [{ kind: "text-delta", text: "do" }], error: failure() },
      { events: [text("done"), end] },
    ]);
    const { signal } = new AbortController();
    const kinds: string[] = [];
    for await (const event of transport.stream(request, { signal })) kinds.push(event.kind);
    expect(kinds).toEqual(["text-delta", "restart", "part", "end"]);
  });

  test("takes back a tool call that had ended: half an answer does not count as one", async () => {
    const { ask, calls } = stage([
      { events: [text("I look."), toolCall("t1")], error: failure({ status: undefined }) },
      { events: [toolCall("t2"), end] },
    ]);
    expect((await ask()).parts).toEqual([{ kind: "tool-call", id: "t2", name: "ls", input: {} }]);
    expect(calls()).toBe(2);
  });

  test("fails when the error does not pass, tool call or not", async () => {
    const error = failure({ retryable: false });
    const { ask } = stage([{ events: [toolCall("t1")], error }]);
    expect(await caught(ask())).toBe(error);
  });

  test("does not begin anew after its end", async () => {
    const error = failure();
    const { ask, calls } = stage([{ events: [end], error }]);
    expect(await caught(ask())).toBe(error);
    expect(calls()).toBe(1);
  });
});

describe("an abort", () => {
  test("ends the wait with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error("the person pressed ^C");
    const clock: Clock = {
      nowMs: () => 0,
      monotonicMs: () => 0,
      sleep: (_durationMs, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
          abort.abort(reason);
        }),
    };
    const { ask, calls } = stage([{ events: [], error: failure() }], { clock });
    expect(await caught(ask(abort.signal))).toBe(reason);
    expect(calls()).toBe(1);
  });

  test("passes through unchanged, even as an error that could be retried", async () => {
    const error = failure();
    const { ask, calls } = stage([{ events: [], error }]);
    expect(await caught(ask(AbortSignal.abort()))).toBe(error);
    expect(calls()).toBe(1);
  });
});

test("a chosen wait never exceeds the policy's and loses at most the jitter", () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), chance, (attempt, drawn) => {
      const wholeMs = Math.min(500 * 2 ** (attempt - 1), 8000);
      const delayMs = retryDelay(DEFAULT_RETRY_POLICY, attempt, drawn);
      expect(delayMs).toBeLessThanOrEqual(wholeMs);
      expect(delayMs).toBeGreaterThanOrEqual(wholeMs * 0.75);
    }),
  );
});

describe("whatever the inner transport does", () => {
  const kinds = fc.array(
    fc.constantFrom("text-delta" as const, "text" as const, "tool-call" as const),
    { maxLength: 4 },
  );
  const outcome = fc.constantFrom("end", "retryable", "retryable", "fatal");
  const attempts = fc.array(fc.record({ kinds, outcome }), { minLength: 5, maxLength: 5 });

  function behaviourOf(plan: { kinds: readonly string[]; outcome: string }, turn: number) {
    const events = plan.kinds.map((kind, index): ModelEvent => {
      const id = `${turn}.${index}`;
      if (kind === "text-delta") return { kind: "text-delta", text: id };
      return kind === "text" ? text(id) : toolCall(id);
    });
    if (plan.outcome === "end") return { events: [...events, end] };
    return { events, error: failure({ retryable: plan.outcome === "retryable" }) };
  }

  test("the answer is the last one asked for, whole, and retries are bounded", async () => {
    const maxRetries = fc.integer({ min: 0, max: 4 });
    await fc.assert(
      fc.asyncProperty(attempts, maxRetries, async (plans, allowed) => {
        const behaviours = plans.map(behaviourOf);
        const staged = stage(behaviours, { policy: { maxRetries: allowed } });
        const { signal } = new AbortController();
        const events = staged.transport.stream(request, { signal });
        const result = await collectAnswer(events).catch(() => null);
        expect(staged.calls()).toBeLessThanOrEqual(1 + allowed);
        expect(staged.sleptMs).toHaveLength(staged.calls() - 1);
        if (result === null) return;
        // The answer is that of the last time it was asked, whole, and nothing of earlier times.
        const last = behaviours[staged.calls() - 1]?.events ?? [];
        expect(result.parts).toEqual(partsOf(last));
      }),
    );
  });

  function partsOf(events: readonly ModelEvent[]): AnswerPart[] {
    return events.flatMap((event) => (event.kind === "part" ? [event.part] : []));
  }
});
