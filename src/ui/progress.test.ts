import { describe, expect, test } from "vitest";
import type { Clock } from "../host/host.ts";
import type { RunEvent, RunEventBody } from "../runtime/state/run-event.ts";
import { progressLine } from "./progress.ts";

/** A terminal that keeps the text of its last line, and a clock that ticks by hand. */
function terminal(columns: number, isTerminal = true) {
  let shown = "";
  let nowMs = 0;
  let wake: () => void = () => undefined;
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (_durationMs, signal) =>
      new Promise((resolve, reject) => {
        wake = resolve;
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  const write = (text: string) => {
    shown = (shown + text).split("\r\u001b[2K").at(-1) ?? "";
  };
  return {
    clock,
    output: { write, isTerminal, columns },
    shown: () => shown.slice(shown.indexOf(" ") + 1), // without the turning sign
    tick: async (durationMs: number) => {
      nowMs += durationMs;
      wake();
      await Promise.resolve();
      await Promise.resolve();
    },
  };
}

function event(body: RunEventBody, callId: string): RunEvent {
  const parent = callId.slice(0, Math.max(0, callId.lastIndexOf("/")));
  return {
    ...body,
    runId: "run",
    callId,
    parentCallId: parent === "" ? undefined : parent,
    function: callId,
    depth: 0,
    atMs: 0,
  };
}

const starts = (callId: string) => event({ kind: "call-start", input: null }, callId);
const asks = (callId: string) =>
  event({ kind: "model-request", model: "test:m", messageCount: 1 }, callId);
const ends = (callId: string) =>
  event({ kind: "call-end", usage: { inputTokens: 0, outputTokens: 0 } }, callId);

describe("the progress line", () => {
  test("says what a run waits for and for how long", async () => {
    const { clock, output, shown, tick } = terminal(80);
    const progress = progressLine(output, clock);
    progress.show(starts("main"));
    progress.show(asks("main"));
    await tick(1500);
    expect(shown()).toBe("1.5 s: main waits for test:m");
    progress.stop();
    expect(shown()).toBe("");
  });

  test("counts the calls that run at once, not those that wait for them", async () => {
    const { clock, output, shown, tick } = terminal(80);
    const progress = progressLine(output, clock);
    for (const id of ["main", "main/a", "main/b"]) progress.show(starts(id));
    await tick(1000);
    expect(shown()).toBe("1.0 s: main/a and 1 more");
    progress.show(ends("main/a"));
    await tick(1000);
    expect(shown()).toBe("2.0 s: main/b");
    progress.show(ends("main/b"));
    await tick(500);
    expect(shown()).toBe("0.5 s: main");
    progress.stop();
  });

  test("is cut to the width of the terminal", async () => {
    const { clock, output, shown, tick } = terminal(16);
    const progress = progressLine(output, clock);
    progress.show(asks("main"));
    await tick(200);
    expect(shown()).toBe("0.2 s: main w");
    progress.stop();
  });

  test("goes away for whatever else is written", async () => {
    const { clock, output, shown, tick } = terminal(80);
    const progress = progressLine(output, clock);
    progress.show(asks("main"));
    await tick(200);
    progress.clear();
    expect(shown()).toBe("");
    progress.stop();
  });

  test("leaves the last line to a question until it is answered", async () => {
    const { clock, output, shown, tick } = terminal(80);
    const progress = progressLine(output, clock);
    progress.show(asks("main"));
    await tick(200);
    progress.show(
      event({ kind: "approval-request", tool: "wave", target: "main/wave", input: {} }, "main"),
    );
    await tick(200);
    expect(shown()).toBe("");
    const allowed = {
      kind: "approval-decision",
      tool: "wave",
      target: "main/wave",
      allowed: true,
      by: "person",
    } as const;
    progress.show(event(allowed, "main"));
    await tick(200);
    expect(shown()).toBe("0.6 s: main waits for test:m");
    progress.stop();
  });

  test("is not there where nobody looks at a terminal", async () => {
    const { clock, output, shown, tick } = terminal(80, false);
    const progress = progressLine(output, clock);
    progress.show(asks("main"));
    await tick(1000);
    progress.stop();
    expect(shown()).toBe("");
  });
});
