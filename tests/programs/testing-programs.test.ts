import { expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { runNode } from "../support/cli.ts";
import { projectOf } from "./packed-programs.ts";

const TIMEOUT_MS = 120_000;

const runsTests = (cwd: string, words: readonly string[], env = {}) =>
  runNode(["node_modules/llm-do/dist/bin/llm-do.js", "test", ...words], {
    cwd,
    env: { NO_COLOR: "1", ...env },
  });

test.each([
  ["help_desk", 30],
  ["tool_library", 5],
])(
  "the tests of %s are recorded and pass offline",
  { timeout: TIMEOUT_MS },
  async (name, count) => {
    using project = projectOf(name);
    await using server = await anthropicServer((body) => {
      const [number = "?"] = /\d+/.exec(JSON.stringify(body.messages)) ?? [];
      return { kind: "text", text: `Answer ${number}.` };
    });
    const recorded = await runsTests(project.path, ["--mode", "record"], server.env);
    expect(recorded.code, recorded.stdout + recorded.stderr).toBe(0);
    const replayed = await runsTests(project.path, []);
    expect(replayed.code, replayed.stdout + replayed.stderr).toBe(0);
    expect(replayed.stdout).toContain(`${count} passed (${count})`);
  },
);
