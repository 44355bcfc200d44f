import { expect, test } from "vitest";
import { testHost } from "../../tests/support/host.ts";
import type { RunEvent } from "../runtime/state/run-event.ts";
import { createRunView } from "./run-view.ts";

/** What a run view writes at the end of a run without a cassette. */
function usedOf(parts: {
  readonly isTerminal: boolean;
  verbosity?: number;
  source?: "live" | "script";
}) {
  const { isTerminal, verbosity = 0, source = "live" } = parts;
  let out = "";
  const write = (text: string) => {
    out += text;
  };
  const host = { ...testHost(), stderr: { write, isTerminal, columns: 80 } };
  const view = createRunView({ isJson: false, verbosity, isAsked: false }, host);
  const about = {
    runId: "r",
    callId: "main",
    parentCallId: undefined,
    function: "main",
    depth: 0,
    atMs: 0,
  };
  const event: RunEvent = {
    ...about,
    kind: "model-response",
    model: "anthropic:claude-haiku-4-5",
    parts: [],
    stop: "end",
    usage: { inputTokens: 1000, outputTokens: 100 },
    source,
  };
  view.onEvent(event);
  view.onEvent(event);
  view.stop();
  view.showUsed();
  return out.split("\n").filter((line) => line.includes("used:"));
}

test("a run without a cassette says what it used, to a person", () => {
  const used = ["used: 2200 tokens, $0.0030"];
  expect(usedOf({ isTerminal: true }).map((line) => line.replace(/^.*(?=used)/, ""))).toEqual(used);
  expect(usedOf({ isTerminal: false, verbosity: 1 })).toEqual(used);
  expect(usedOf({ isTerminal: false })).toEqual([]);
  expect(usedOf({ isTerminal: true, source: "script" })).toEqual([]);
});
