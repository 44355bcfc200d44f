import { describe, expect, test } from "vitest";
import { check } from "../support/checking.ts";
import { codeFile, workerFile } from "../support/loading.ts";

const HAIKU = "model: anthropic:claude-haiku-4-5";
const NOTES = codeFile('export const notes = toolset({ add: aTool("add") });');

/** What a check finds of a project with this `workers`, a toolset and a helper without a model. */
async function linesOf(workers: string, request: Parameters<typeof check>[1] = {}) {
  const files = {
    "main.worker": workerFile(HAIKU, `toolsets: { workers: ${workers} }`),
    "helper.worker": workerFile("description: Helps."),
    "tools.ts": NOTES,
  };
  return (await check(files, request)).lines;
}

const OFFERED = "toolsets: { helper: {}, notes: {} }";

describe("a check of a worker that makes workers", () => {
  test("finds nothing wrong with what is only offered: a made worker can call it", async () => {
    expect(await linesOf(`{ ${OFFERED} }`)).toEqual([]);
  });

  test("finds what neither it nor a made worker can call", async () => {
    expect(await linesOf("{ toolsets: { notes: {} } }")).toEqual([
      'helper.worker:1:1: nothing that starts with "main" can call the worker "helper"',
    ]);
  });

  test("finds that a headless run cannot make one, unless that is approved of", async () => {
    expect(await linesOf(`{ ${OFFERED} }`, { headless: true })).toEqual([
      'main.worker:3:13: "worker_create" needs approval, and a headless run has nobody to give it',
    ]);
    const approved = "_approval_config: { worker_create: { pre_approved: true } }";
    expect(await linesOf(`{ ${OFFERED}, ${approved} }`, { headless: true })).toEqual([]);
  });

  test("finds every name that is wrong among those that are offered", async () => {
    expect(
      await linesOf("{ toolsets: { helper: {}, note: {}, shell: { rule: [] }, notes: {} } }"),
    ).toEqual([
      expect.stringMatching(/^main\.worker:3:48: unknown toolset "note"; known: /),
      expect.stringMatching(/^main\.worker:3:67: "shell" refused its configuration: unknown key/),
    ]);
  });

  test("finds an offer that is both approved of and blocked", async () => {
    const both = "{ _approval_config: { add: { pre_approved: true, blocked: true } } }";
    expect(await linesOf(`{ toolsets: { helper: {}, notes: ${both} } }`)).toEqual([
      'main.worker:3:77: "add" is both pre_approved and blocked',
    ]);
  });

  test("takes the maker's model for what a made worker hands on", async () => {
    const files = {
      "main.worker": workerFile(HAIKU, `toolsets: { workers: { ${OFFERED} } }`),
      "helper.worker": workerFile("compatible_models: ['openai:*']"),
      "tools.ts": NOTES,
    };
    expect((await check(files)).lines).toEqual([
      expect.stringMatching(
        /^helper\.worker:2:1: "helper" would be asked with anthropic:claude-haiku-4-5/,
      ),
    ]);
  });

  test("says nothing of a name that a file which does not load may hold", async () => {
    const files = {
      "main.worker": workerFile(HAIKU, "toolsets: { workers: { toolsets: { lost: {} } } }"),
      "lost.worker": "no front matter",
    };
    expect((await check(files)).lines).toEqual(["lost.worker:1:1: front matter is missing"]);
  });
});
