import { describe, expect, test } from "vitest";
import { testHost } from "../../tests/support/host.ts";
import type { Clock } from "../host/host.ts";
import type { RunEvent, RunEventBody } from "../runtime/state/run-event.ts";
import { progressLine } from "./last-line.ts";
import { createRunView } from "./run-view.ts";

const call = (callId: string, body: RunEventBody): RunEvent => ({
  ...body,
  runId: "r",
  callId,
  parentCallId: undefined,
  function: "f",
  depth: 0,
  atMs: 0,
});
const begins = (callId: string) => call(callId, { kind: "call-start", input: {} });
const asking = call("main", {
  kind: "approval-request",
  id: "main/send#ask",
  tool: "send",
  target: "main/send",
  input: {},
});
const decides = (by: string) =>
  call("main", {
    kind: "approval-decision",
    id: "main/send#ask",
    tool: "send",
    target: "main/send",
    allowed: true,
    by,
  });

function opened(isAsked: boolean) {
  const host = testHost();
  const view = createRunView({ isJson: false, verbosity: 1, isAsked }, host);
  return { view, lines: () => host.written.stderr.split("\n").slice(0, -1) };
}

test("what happens while a person is asked is shown when the question is answered", () => {
  const { view, lines } = opened(true);
  for (const event of [begins("a"), asking, begins("b"), decides("rule"), begins("c")]) {
    view.onEvent(event);
  }
  view.onWarning("slow");
  expect(lines()).toEqual(["a: {}"]);
  view.onEvent(decides("person"));
  expect(lines()).toEqual([
    "a: {}",
    "b: {}",
    "main: send is allowed by rule",
    "c: {}",
    "warning: slow",
    "main: send is allowed by person",
  ]);
});

test("a call beside it whose rule fails does not end a question", () => {
  const { view, lines } = opened(true);
  const fails = call("main", {
    kind: "approval-decision",
    id: "main/send#ask",
    tool: "other",
    target: "main/other",
    allowed: false,
    by: "failure",
    reason: "its rule failed",
  });
  for (const event of [asking, fails, begins("a")]) view.onEvent(event);
  expect(lines()).toEqual([]);
  view.onEvent(decides("person"));
  expect(lines()).toHaveLength(3);
});

test("what happened while a question was never answered is shown at the end", () => {
  const { view, lines } = opened(true);
  for (const event of [asking, begins("a")]) view.onEvent(event);
  expect(lines()).toEqual([]);
  view.stop();
  expect(lines()).toEqual(["a: {}"]);
});

test("a question that is asked elsewhere holds nothing back", () => {
  const { view, lines } = opened(false);
  for (const event of [asking, begins("a")]) view.onEvent(event);
  expect(lines()).toEqual(["a: {}"]);
});

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
      event(
        {
          kind: "approval-request",
          id: "main/send#ask",
          tool: "wave",
          target: "main/wave",
          input: {},
        },
        "main",
      ),
    );
    await tick(200);
    expect(shown()).toBe("");
    const allowed = {
      kind: "approval-decision",
      id: "main/send#ask",
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
