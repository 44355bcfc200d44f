import { expect, test } from "vitest";
import { EVERYTHING, results, runMcp } from "./mcp-project.ts";

const SPEAKER = "---\ntoolsets: [mcp]\n---\nYou speak.\n";

/** A worker that offers a server to the workers that it makes, and has none itself. */
function offering(approvals: object): string {
  const mcp = {
    command: process.execPath,
    args: [EVERYTHING],
    tools: ["echo", "get-sum"],
    _approval_config: approvals,
  };
  const workers = {
    toolsets: { mcp },
    _approval_config: { worker_create: { pre_approved: true } },
  };
  return `---\nmodel: test\ntoolsets: ${JSON.stringify({ workers })}\n---\nYou work.\n`;
}

test("a made worker has the tools of a server that is offered, with the approvals of the offer", async () => {
  const { events, error } = await runMcp({
    mcp: {},
    files: {
      "main.worker": offering({ echo: { pre_approved: true }, "get-sum": { blocked: true } }),
    },
    script: JSON.stringify([
      { tool_call: { name: "worker_create", input: { name: "speaker", content: SPEAKER } } },
      { tool_call: { name: "worker_call", input: { name: "speaker", input: "Say hello." } } },
      [
        { tool_call: { name: "echo", input: { message: "hello" } } },
        { tool_call: { name: "get-sum", input: { a: 1, b: 2 } } },
      ],
      "Said.",
      "Done.",
    ]),
  });
  expect(error).toBeUndefined();
  expect(results(events)).toContain("Echo: hello");
  expect(results(events)).toContain('! "get-sum" is blocked by the configuration of speaker');
});
