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
    [{ aprovals: "headless" }, 'it knows no "aprovals"', "approvals"],
    [{ limits: { maxCall: 1 } }, 'it knows no "limits.maxCall"', "maxCalls"],
    [{ cassette: { path: "a.yaml", mod: "record" } }, 'it knows no "cassette.mod"', "mode"],
    [{ cassette: { path: "a.yaml", mode: "recrod" } }, "cassette.mode must be one of", "record"],
    [{ approvals: "aprove-all" }, "approvals must be one of", "approve-all"],
    [{ approvals: { close: "alow" } }, "approvals.close must be one of allow, deny", "allow"],
    [{ tools: "lvie" }, "tools must be one of live, recorded", "live"],
  ])("%j, with the nearest word", async (more, reason, meant) => {
    const error = await wrong(more);
    expect([error.code, error.what]).toEqual(["usage", "runTest"]);
    expect(error.reason).toContain(reason);
    expect(error.tries).toEqual([`write "${meant}"`]);
  });

  test.each([
    [
      { limits: { maxCalls: Number.NaN } },
      "limits.maxCalls must be a whole number from 0 on, and is NaN",
    ],
    [{ limits: { maxTokens: -1 } }, "limits.maxTokens must be a whole number from 0 on, and is -1"],
    [{ limits: { maxUsd: Number.POSITIVE_INFINITY } }, "and is Infinity"],
    [
      { limits: { timeoutMs: "5" } },
      'limits.timeoutMs must be a number from 0 on, and finite, and is "5"',
    ],
    [{ limits: 3 }, "limits must be an object, and is 3"],
    [{ files: "a.worker" }, 'files must be a list, and is "a.worker"'],
    [{ files: [] }, "files must not be empty"],
    [{ files: [new URL("https://example.org/a.worker")] }, "files[0] must be a file: URL"],
    [{ live: "anthropic:*" }, "live must be a list"],
    [{ doubles: { add: 5 } }, "doubles.add must be a function or a tool, and is 5"],
    [{ onEvent: "log" }, "onEvent must be a function"],
    [{ script: 3 }, "script must be a list of answers, a script or a path, and is 3"],
  ])("%j", async (more, reason) => {
    expect((await wrong(more)).reason).toContain(reason);
  });

  test("a URL as a text, with what to pass", async () => {
    const error = await wrong({ files: ["main.worker", "file:///p/a.worker"] });
    expect(error.reason).toContain("files[1] is the text of a URL, which is no path");
    expect(error.tries).toEqual(['pass new URL("file:///p/a.worker")']);
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
  expect((await wrong({ script: [] })).reason).toContain('it knows no "script"');
  expect((await wrong({ nmae: "add" })).tries).toEqual(['write "name"']);
  expect((await wrong({ limits: { maxCalls: -1 } })).what).toBe("runTool");
});
