import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { tool } from "../../src/index.ts";
import { runTest, runTool } from "../../src/testing/index.ts";
import { failure } from "../support/cassettes.ts";
import { ADDS, addingProject } from "../support/test-project.ts";

describe("what runTest does not know is an error", () => {
  const wrong = (more: object) =>
    failure(() => runTest({ files: ["a.worker"], input: "", ...more }));

  test.each([
    [{ aprovals: "headless" }, 'unknown key "aprovals"', "approvals in the place of aprovals"],
    [
      { limits: { maxCall: 1 } },
      'unknown key "maxCall" in limits',
      "maxCalls in the place of maxCall",
    ],
    [
      { cassette: { path: "a.yaml", mod: "record" } },
      'unknown key "mod" in cassette',
      "mode in the place of mod",
    ],
    [{ cassette: { path: "a.yaml", mode: "recrod" } }, "cassette.mode must be one of", "record"],
    [{ approvals: "aprove-all" }, "approvals must be one of", "approve-all"],
    [{ approvals: { close: "alow" } }, "approvals.close must be one of allow, deny", "allow"],
    [{ tools: "lvie" }, "tools must be one of live, recorded", "live"],
  ])("%j, with the nearest word", async (more, reason, meant) => {
    const error = await wrong(more);
    expect([error.code, error.what]).toEqual(["usage", "runTest"]);
    expect(error.reason).toContain(reason);
    expect(error.tries).toEqual([meant]);
  });

  test.each([
    [{ limits: { maxCalls: Number.NaN } }, "limits.maxCalls must be a whole number", "NaN"],
    [{ limits: { maxTokens: -1 } }, "limits.maxTokens must be a whole number", "-1"],
    [{ limits: { maxUsd: Number.POSITIVE_INFINITY } }, "limits.maxUsd must be", "Infinity"],
    [{ limits: { timeoutMs: "5" } }, "limits.timeoutMs must be a number", '"5"'],
    [{ limits: 3 }, "limits must be an object", "3"],
    [{ files: "a.worker" }, "files must be a list", '"a.worker"'],
    [{ files: [] }, "files must be", ""],
    [{ live: "anthropic:*" }, "live must be a list", '"anthropic:*"'],
    [{ doubles: { add: 5 } }, "doubles.add must be a function or a tool", "5"],
    [{ onEvent: "log" }, "onEvent must be a function", '"log"'],
    [{ script: 3 }, "script must be a list of answers or a transport", "3"],
  ])("%j", async (more, reason, shown) => {
    const error = await wrong(more);
    expect(error.reason).toContain(reason);
    expect(error.reason).toContain(`, not ${shown}`);
  });

  test("an address of the web among the files", async () => {
    using project = addingProject();
    const files = [new URL("https://example.org/a.worker")];
    await expect(project.run({ files })).rejects.toMatchObject({
      reason: expect.stringContaining("holds the URL https://example.org/a.worker"),
    });
  });

  test("a URL as a text, with what to pass", async () => {
    const error = await wrong({ files: ["main.worker", "file:///p/a.worker"] });
    expect(error.reason).toContain("files must be a list of paths and file: URLs");
    expect(error.tries).toEqual(['new URL("file:///p/a.worker") in the place of the text']);
  });
});

test("runTest takes URLs, and options that are undefined", async () => {
  using project = addingProject();
  const files = ["main.worker", "helper.worker", "tools.ts"];
  const run = await project.run({
    files: files.map((file) => pathToFileURL(join(project.path, file))),
    script: ADDS,
    limits: { maxCalls: 1 },
    ...({ approvals: undefined, tools: undefined } as object),
  });
  expect(run.output).toBe("It is 5.");
});

test("runTool knows what runTest knows, but for models", async () => {
  const add = tool({ description: "Add.", input: z.object({}), effect: "pure", run: () => 1 });
  const wrong = (options: object) => failure(() => runTool(add, {}, options));
  expect((await wrong({ script: [] })).reason).toContain('unknown key "script"');
  expect((await wrong({ nmae: "add" })).tries).toEqual(["name in the place of nmae"]);
  expect((await wrong({ limits: { maxCalls: -1 } })).what).toBe("runTool");
});
