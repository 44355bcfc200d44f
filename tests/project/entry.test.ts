import { describe, expect, test } from "vitest";
import { parseSet } from "../../src/worker/overrides.ts";
import { codeFile, load, workerFile } from "../support/loading.ts";

const plain = workerFile();
const marked = workerFile("entry: true");
const code = codeFile('export const count = aTool("count");');

describe("the entry of a project is", () => {
  test.each<[string, Record<string, string>, string | undefined, string]>([
    [
      "the function that the flag names",
      { "main.worker": marked, "b.worker": plain, "t.ts": code },
      "count",
      "count",
    ],
    ["the worker that says so", { "main.worker": plain, "b.worker": marked }, undefined, "b"],
    ["the function main", { "a.worker": plain, "main.worker": plain }, undefined, "main"],
    [
      "the tool main",
      { "a.worker": plain, "t.ts": codeFile('export const main = aTool("m");') },
      undefined,
      "main",
    ],
    ["the only worker", { "a.worker": plain }, undefined, "a"],
    ["the only tool", { "t.ts": code }, undefined, "count"],
  ])("%s", async (_which, files, entry, name) => {
    const { project } = await load(files, { entry });
    expect(project?.entry.name).toBe(name);
  });

  test.each<[string, Record<string, string>, string | undefined, string]>([
    [
      "two workers say so",
      { "a.worker": marked, "b.worker": marked },
      undefined,
      `Failed to find "entry": a.worker and b.worker both say entry: true; known: a, b
Try: keep one of the two, or pass --entry`,
    ],
    [
      "none of several is called main",
      { "a.worker": plain, "b.worker": plain },
      undefined,
      `Failed to find "entry": there is no function "main"; known: a, b
Try: --entry a, in a case entry: a`,
    ],
    [
      "the flag names none",
      { "analyzer.worker": plain, "b.worker": plain },
      "analyser",
      `Failed to find "entry": there is no function "analyser"; known: analyzer, b
Try: --entry analyzer, in a case entry: analyzer`,
    ],
    [
      "there is no function at all",
      { "t.ts": "export const nothing = 1;" },
      undefined,
      `Failed to find "entry": there is no function "main"; known: none
Try: export const main = tool({ ... }), see docs/tools.md`,
    ],
  ])("nothing when %s", async (_why, files, entry, message) => {
    const { error, report } = await load(files, { entry });
    expect(report).toBe(message);
    expect(error).toMatchObject({ code: "project", exitCode: 2 });
  });
});

describe("--set", () => {
  const files = {
    "main.worker": workerFile(
      "model: p:a",
      "settings: { temperature: 1 }",
      "toolsets: { helper: {} }",
    ),
    "helper.worker": workerFile("model: p:b"),
  };
  const overrides = (...sets: string[]) => ({ overrides: sets.map(parseSet) });

  test("changes the entry worker and no other", async () => {
    const { project } = await load(files, overrides("model=p:c", "settings.max_tokens=9"));
    expect(project?.entry).toMatchObject({
      model: "p:c",
      settings: { temperature: 1, maxTokens: 9 },
    });
    expect(project?.space.get("helper")).toMatchObject({ model: "p:b" });
  });

  test("changes the worker that --entry names", async () => {
    const { project } = await load(files, { entry: "helper", ...overrides("model=p:c") });
    expect(project?.entry).toMatchObject({ name: "helper", model: "p:c" });
    expect(project?.space.get("main")).toMatchObject({ model: "p:a" });
  });

  test("may correct what could not be linked without it", async () => {
    const strict = `export const notes = toolset(({ limit }) => {
  if (typeof limit !== "number") throw new Error("limit must be a number");
  return toolset({ [\`limit_\${limit}\`]: aTool("x") });
});`;
    const { project } = await load(
      {
        "main.worker": workerFile("toolsets: { notes: { limit: many } }"),
        "t.ts": codeFile(strict),
      },
      overrides("toolsets.notes.limit=3"),
    );
    const { entry } = project ?? {};
    expect(entry?.kind === "worker" && [...entry.functions.keys()]).toEqual(["limit_3"]);
  });

  test("may rename the entry", async () => {
    const { project } = await load(files, overrides("name=other"));
    expect(project?.entry.name).toBe("other");
    expect([...(project?.space.keys() ?? [])]).toEqual(["other", "helper"]);
  });

  test("of an unknown key is an error that names the flag", async () => {
    const { report } = await load(files, overrides("modell=p:c"));
    expect(report).toMatch(/^Failed to .*modell.*\n {2}at --set modell\nTry: .*model/);
  });

  test("is refused where the entry is code", async () => {
    const { error, report } = await load({ "t.ts": code }, overrides("model=p:c"));
    expect(
      report,
    ).toBe(`Failed to set "count": --set changes the front matter of the entry worker, and the entry is code
Try: name a worker with --entry`);
    expect(error?.exitCode).toBe(2);
  });
});
