import { expect, test } from "vitest";
import { testHost } from "../../tests/support/host.ts";
import type { RunEvent, RunEventBody } from "../runtime/state/run-event.ts";
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
  tool: "send",
  target: "main/send",
  input: {},
});
const decides = (by: string) =>
  call("main", { kind: "approval-decision", tool: "send", target: "main/send", allowed: true, by });

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
