import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { NO_RULES } from "../../src/cassette/rules/rules.ts";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import { recordedCalls } from "../../src/hardening/recordings/recorded-calls.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { loadProject } from "../../src/project/load-project.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

const FILES = {
  "main.worker": "---\nmodel: test:m\ntoolsets: { namer: {} }\n---\nYou delegate.\n",
  "namer.worker": "---\nmodel: test:m\n---\nYou clean names.\n",
  "rater.worker":
    "---\nmodel: test:m\ninput_schema: { type: object, properties: { n: { type: integer } }, required: [n] }\n" +
    "output_schema: { type: object, properties: { good: { type: boolean } }, required: [good] }\n---\nYou rate.\n",
  "deep.yaml":
    "- { tool_call: { name: namer, input: { input: A b } } }\n- a-b\n" +
    "- { tool_call: { name: namer, input: { input: C } } }\n- c\n- Done.\n",
  "twice.yaml": "- a-b\n- a_b\n",
  "rated.yaml": "- '{ \"good\": true }'\n",
};

async function recordedIn(folder: string, worker: string, options: { model?: string } = {}) {
  const host = testHost({ cwd: folder });
  const { entry } = await loadProject({ files: [`${worker}.worker`] }, host);
  const cassettes = nodeFileSystem
    .list(folder)
    .filter((name) => name.startsWith("c-"))
    .map((name) => join(folder, name));
  const source = { cassettes, files: nodeFileSystem, rules: NO_RULES, ...options };
  return recordedCalls(entry as WorkerFunction, source);
}

async function record(folder: string, name: string, request: Partial<Parameters<typeof run>[0]>) {
  await run({
    files: [join(folder, "main.worker"), join(folder, "namer.worker")],
    input: "Go.",
    cassette: { path: join(folder, `c-${name}.yaml`), mode: "record" },
    host: testHost(),
    ...request,
  });
}

describe("the recorded calls of a worker", () => {
  test("are those of other runs, however deep, and further samples", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, FILES);
    await record(folder.path, "deep", { script: join(folder.path, "deep.yaml") });
    await record(folder.path, "twice", {
      files: [join(folder.path, "namer.worker")],
      input: "A b",
      script: join(folder.path, "twice.yaml"),
      cassette: { path: join(folder.path, "c-twice.yaml"), mode: "record", samples: 2 },
    });
    const { calls, leftOut } = await recordedIn(folder.path, "namer");
    expect(calls.map(({ input, output, callId }) => [input, output, callId])).toEqual([
      [{ input: "A b" }, "a-b", "main/namer"],
      [{ input: "C" }, "c", "main/namer#2"],
      [{ input: "A b" }, "a-b", "namer"],
      [{ input: "A b" }, "a_b", "namer"],
    ]);
    expect(calls[0]).toMatchObject({ source: "script", model: "test:m", exchanges: 1 });
    expect(Object.values(leftOut)).toEqual([0, 0, 0, 0, 0]);
  });

  test("have inputs and outputs as the schemas say", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, FILES);
    await record(folder.path, "rated", {
      files: [join(folder.path, "rater.worker")],
      input: { n: 3 },
      script: join(folder.path, "rated.yaml"),
    });
    const { calls } = await recordedIn(folder.path, "rater");
    expect(calls.map(({ input, output }) => [input, output])).toEqual([[{ n: 3 }, { good: true }]]);
  });

  test("of another prompt, or another model, are left out and counted", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, FILES);
    await record(folder.path, "deep", { script: join(folder.path, "deep.yaml") });
    const other = await recordedIn(folder.path, "namer", { model: "test:other" });
    expect(other).toMatchObject({ calls: [], leftOut: { otherModel: 2, stale: 0 } });
    writeFiles(folder.path, { "namer.worker": "---\nmodel: test:m\n---\nYou tidy names.\n" });
    const stale = await recordedIn(folder.path, "namer");
    expect(stale).toMatchObject({ calls: [], leftOut: { stale: 2 } });
  });
});
