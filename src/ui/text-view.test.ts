import { expect, test } from "vitest";
import type { RunEvent, RunEventBody } from "../runtime/run-event.ts";
import { textView } from "./text-view.ts";

function shown(verbosity: 1 | 2, ...bodies: RunEventBody[]): string {
  let out = "";
  const write = (text: string) => {
    out += text;
  };
  const view = textView({ write, isTerminal: true, columns: 80 }, verbosity);
  for (const body of bodies) {
    const event: RunEvent = {
      ...body,
      runId: "r",
      callId: "main",
      parentCallId: undefined,
      function: "main",
      depth: 0,
      atMs: 0,
    };
    view.show(event);
  }
  return out;
}

test("a streamed answer keeps its lines, tabs and emoji", () => {
  expect(shown(2, { kind: "text-delta", text: "a\tb\n👩‍💻 ü\n" })).toBe("main: a\tb\n👩‍💻 ü\n");
});

test("what a model streams cannot steer the terminal", () => {
  const text = "ok\u001b[2J\u001b]0;title\u0007\r\u009b1A\u202e";
  expect(shown(2, { kind: "text-delta", text })).toBe(
    "main: ok\\u{1b}[2J\\u{1b}]0;title\\u{7}\\r\\u{9b}1A\\u{202e}",
  );
});

test("what a tool gave is one line without control characters, cut when it is long", () => {
  const output = `one\ntwo\u001b[31m${"x".repeat(300)}`;
  const line = shown(1, { kind: "tool-result", tool: "read", output, isError: false });
  expect(line).toMatch(/^main: read gave: one\\ntwo\\u\{1b\}\[31mx+…\n$/);
  expect(line.length).toBeLessThan(240);
});
