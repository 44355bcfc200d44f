import { describe, expect, test, vi } from "vitest";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import type { ToolSource } from "../../src/functions/tool-source.ts";
import { DoubledProject } from "../../src/testing/api/doubled-project.ts";
import { failure } from "../support/cassettes.ts";
import { aTool, aWorker, runEntry } from "../support/project.ts";

/** A worker whose only tool, `look_up`, is known when a server was asked for it. */
function served(run: () => unknown): { worker: WorkerFunction; closed: () => boolean } {
  let isClosed = false;
  const { tool } = aTool("look_up", { run });
  const source: ToolSource = {
    asked: { tool: "server", input: {} },
    list: async () => ({}),
    toolsOf: () => new Map([["look_up", tool]]),
    close: async () => {
      isClosed = true;
    },
  };
  const granted = {
    source,
    toolset: "server",
    approvals: { look_up: { preApproved: true, blocked: false } },
    place: { file: "main.worker" },
  };
  return { worker: aWorker("main", { sources: [granted] }), closed: () => isClosed };
}

function doubled(worker: WorkerFunction, doubles: Record<string, () => unknown>) {
  const space = new Map([[worker.name, worker]]);
  return new DoubledProject({ folder: "/p", workFolder: "/p", space, entry: worker }, doubles);
}

const SCRIPT = "- tool_call: { name: look_up, input: {} }\n- Done.\n";

describe("a double of a function that only a run learns of", () => {
  test("runs in its place", async () => {
    const real = vi.fn();
    const { worker, closed } = served(real);
    const project = doubled(worker, { look_up: () => "double" });
    const { events } = await runEntry(project.project.entry, { script: SCRIPT });
    expect(events.find(({ kind }) => kind === "tool-result")).toMatchObject({ output: "double" });
    expect(real).not.toHaveBeenCalled();
    expect(closed()).toBe(true);
    project.checkNames();
  });

  test("whose name nobody brought is found out after the run", async () => {
    const { worker } = served(() => "real");
    const project = doubled(worker, { lookup: () => "double" });
    await runEntry(project.project.entry, { script: SCRIPT });
    const error = await failure(() => project.checkNames());
    expect(error.report()).toContain('known: look_up, main)\nTry: write "look_up"');
  });
});
