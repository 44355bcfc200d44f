import { expect, test } from "vitest";
import type { RunEvent, RunEventBody } from "../runtime/state/run-event.ts";
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

const TWO_CALLS: RunEventBody = {
  kind: "model-response",
  model: "test:m",
  parts: [1, 2].map((n) => ({ kind: "tool-call", id: `${n}`, name: "read", input: { n } })),
  stop: "tool-calls",
  usage: { inputTokens: 1, outputTokens: 1 },
  source: "live",
};

function asked(n: number): RunEventBody {
  return { kind: "tool-call", tool: "read", target: `main/read#${n}`, input: { n } };
}

function gave(n: number, output: string): RunEventBody {
  return { kind: "tool-result", tool: "read", target: `main/read#${n}`, output, isError: false };
}

test("results of calls that run at once have the numbers of their calls", () => {
  expect(shown(1, TWO_CALLS, asked(1), asked(2), gave(2, "two"), gave(1, "one"))).toBe(
    `main: test:m calls 2 tools (2 tokens)
main: call 1: main/read#1 {"n":1}
main: call 2: main/read#2 {"n":2}
main: call 2: read gave: two
main: call 1: read gave: one
`,
  );
});

test("what was denied says which call, by whom and why, where that is known", () => {
  const denied: RunEventBody = {
    kind: "approval-decision",
    id: "main/send#ask",
    tool: "read",
    target: "main/read#2",
    allowed: false,
    by: "person",
    reason: "not today",
  };
  expect(shown(1, denied)).toBe("main: read is denied by person: not today\n");
  const lines = shown(1, TWO_CALLS, asked(1), asked(2), denied, gave(1, "one")).split("\n");
  expect(lines.at(-3)).toBe("main: call 2: read is denied by person: not today");
});

test("a result of a call that nobody could read has the number of that call", () => {
  const unread: RunEventBody = { kind: "tool-call", tool: "read", input: "{" };
  const refused: RunEventBody = { kind: "tool-result", tool: "read", output: "no", isError: true };
  expect(
    shown(1, TWO_CALLS, asked(1), unread, refused, gave(1, "one")).split("\n").slice(2),
  ).toEqual([
    'main: call 2: read "{"',
    "main: call 2: read failed: no",
    "main: call 1: read gave: one",
    "",
  ]);
});

test("an answer that streamed in is not shown again as a result", () => {
  const said: RunEventBody = { kind: "text-delta", text: "Hello." };
  const result: RunEventBody = {
    kind: "tool-result",
    tool: "main",
    target: "main",
    output: "Hello.",
    isError: false,
  };
  expect(shown(2, said, result)).toBe("main: Hello.\nmain: main gave that answer\n");
  expect(shown(1, said, result)).toBe("main: main gave: Hello.\n");
});

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
