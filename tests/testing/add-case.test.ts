import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readRecordedRun } from "../../src/cassette/file/header.ts";
import { addCase } from "../../src/testing/add/add-case.ts";
import type { AddRequest } from "../../src/testing/add/case-fields.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { runCase } from "../../src/testing/cases/run/run-case.ts";
import { failure, problems } from "../support/cassettes.ts";
import { folderWith } from "../support/cli-project.ts";
import { testHost } from "../support/host.ts";
import { keptIn, runAndKeep } from "../support/kept-project.ts";
import { codeFile, workerFile } from "../support/loading.ts";

const files = {
  "main.worker": workerFile("model: test:m", "toolsets: [helper]"),
  "helper.worker": workerFile("model: test:m", "description: Helps."),
};
const HELPED = "- tool_call: { name: helper, input: { input: Help. } }\n- Helped.\n- Hello.\n";

/** A worker with a tool of each kind of effect, and a code entry. */
const withTools = {
  "main.worker": workerFile("model: test:m", "toolsets: [disk]"),
  "tools.ts": codeFile(
    `import { writeFileSync } from "node:fs";
     import { join } from "node:path";
     export const disk = toolset({
       note: tool({
         description: "Note.",
         input: z.object({ text: z.string() }),
         effect: "local",
         run: ({ text }, ctx) => {
           writeFileSync(join(ctx.cwd, "note.txt"), text);
           return "noted";
         },
       }),
     });`,
  ),
};
const NOTED = '- tool_call: { name: note, input: { text: "hi" } }\n- Hello.\n';

function project(sources: Readonly<Record<string, string>> = files) {
  const folder = folderWith(sources);
  const still = testHost({ cwd: folder.path });
  // A case's time is never over.
  const sleep = () => new Promise<void>(() => undefined);
  const host = { ...still, clock: { ...still.clock, sleep } };
  const textOf = (name: string) => readFileSync(join(folder.path, name), "utf8");
  return {
    host,
    path: folder.path,
    textOf,
    isThere: (name: string) => existsSync(join(folder.path, name)),
    add: (request: Partial<AddRequest> = {}) =>
      addCase({ run: "last", name: "says hello", ...request }, host),
    refusal: async (request: Partial<AddRequest> = {}) => {
      const error = await failure(() =>
        addCase({ run: "last", name: "says hello", ...request }, host),
      );
      return error.report().replaceAll(`${folder.path}/`, "");
    },
    /** What is wrong with each case of a file, by its name. */
    failing: async (name: string) => {
      const failures: Record<string, readonly string[]> = {};
      const path = join(folder.path, name);
      for (const one of parseCases(textOf(name), path).cases) {
        const settings = { mode: "replay", allowUnused: false, host, rerecord: "" } as const;
        const outcome = await runCase(one, settings);
        failures[one.name] = outcome.failures.map(({ message }) => message);
      }
      return failures;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("a run that is added", () => {
  test("becomes a case of its worker, with its recording, and passes", async () => {
    using at = project();
    await runAndKeep(at.host, { answers: HELPED });
    expect(await at.add()).toEqual({
      path: join(at.path, "main.cases.yaml"),
      cassette: join(at.path, "cassettes/main/says-hello.yaml"),
    });
    expect(
      at.textOf("main.cases.yaml"),
    ).toBe(`# yaml-language-server: $schema=node_modules/llm-do/dist/cases.schema.json
cases:
  - name: says hello
    files: [helper.worker, main.worker]
    input: Go.
    expect:
      output: Hello.
      calls:
        - function: helper
          input: { input: Help. }
          times: 1
`);
    expect(await at.failing("main.cases.yaml")).toEqual({ "says hello": [] });
  });

  test("is moved from where it was kept, and its cassette names its files from the new place", async () => {
    using at = project();
    await runAndKeep(at.host, { answers: HELPED });
    await at.add();
    expect(keptIn(at.path)).toEqual([]);
    const cassette = join(at.path, "cassettes/main/says-hello.yaml");
    expect(readRecordedRun(readFileSync(cassette, "utf8"), cassette)?.files).toEqual([
      join(at.path, "helper.worker"),
      join(at.path, "main.worker"),
    ]);
    expect(problems(cassette)).toEqual([]);
  });

  test("takes the binary content of its answers with it", async () => {
    using at = project();
    await runAndKeep(at.host);
    const blobs = join(at.path, ".llm-do/runs", `${keptIn(at.path)[0]}.blobs`);
    mkdirSync(blobs);
    writeFileSync(join(blobs, "a.png"), "png");
    await at.add();
    expect(at.textOf("cassettes/main/says-hello.yaml.blobs/a.png")).toBe("png");
    expect(keptIn(at.path)).toEqual([]);
  });

  test("is copied where it is a cassette of somebody's own", async () => {
    using at = project();
    const cassette = { path: join(at.path, "own.yaml"), mode: "auto" } as const;
    await runAndKeep(at.host, { cassette });
    const before = at.textOf("own.yaml");
    await at.add();
    await at.add({ run: "own.yaml", name: "says hello again" });
    expect(at.textOf("own.yaml")).toBe(before);
    expect(await at.failing("main.cases.yaml")).toEqual({
      "says hello": [],
      "says hello again": [],
    });
  });

  test("stays where it is when that is the case's own place", async () => {
    using at = project();
    const path = join(at.path, "cassettes/main/says-hello.yaml");
    await runAndKeep(at.host, { cassette: { path, mode: "record" } });
    await at.add();
    expect(await at.failing("main.cases.yaml")).toEqual({ "says hello": [] });
  });

  test("is known by the name it is kept under", async () => {
    using at = project();
    await runAndKeep(at.host, { input: "First." });
    await runAndKeep(at.host, { input: "Second." });
    const [first = ""] = keptIn(at.path);
    await at.add({ run: first });
    expect(parse(at.textOf("main.cases.yaml")).cases).toMatchObject([{ input: "First." }]);
  });

  test("says its model, its JSON, its entry and where its files are", async () => {
    using at = project({
      "src/main.worker": workerFile("model: test:m"),
      "src/other.worker": workerFile(
        "model: test:m",
        "input_schema: { type: object, properties: { n: { type: integer } }, required: [n] }",
      ),
    });
    await runAndKeep(at.host, {
      files: ["src/main.worker", "src/other.worker"],
      entry: "other",
      input: { n: 3 },
      model: "test:other",
    });
    await at.add({ to: "tests/all.cases.yaml" });
    expect(parse(at.textOf("tests/all.cases.yaml")).cases).toEqual([
      {
        name: "says hello",
        files: ["../src/main.worker", "../src/other.worker"],
        entry: "other",
        model: "test:other",
        input: { n: 3 },
        expect: { output: "Hello." },
      },
    ]);
    expect(await at.failing("tests/all.cases.yaml")).toEqual({ "says hello": [] });
  });

  test("goes below what a file of cases holds, and leaves to it what it says for all", async () => {
    using at = project();
    const before = "# Ours.\nworker: helper.worker # for all\ncases:\n- name: old\n  input: a\n";
    writeFileSync(join(at.path, "all.cases.yaml"), before);
    await runAndKeep(at.host, { files: ["helper.worker"] });
    await at.add({ to: "all.cases.yaml" });
    expect(at.textOf("all.cases.yaml")).toBe(
      `${before}\n- name: says hello\n  input: Go.\n  expect:\n    output: Hello.\n`,
    );
    await runAndKeep(at.host, { files: ["main.worker", "helper.worker"] });
    await at.add({ to: "all.cases.yaml", name: "greets" });
    expect(at.textOf("all.cases.yaml")).toContain("  files: [main.worker, helper.worker]\n");
  });

  test("that failed expects the error that ended it", async () => {
    using at = project(withTools);
    const files = ["main.worker", "tools.ts"];
    const { ended } = await runAndKeep(at.host, { files, answers: NOTED });
    expect(ended).toMatchObject({ kind: "failed", error: { code: "approval-needed" } });
    await at.add({ name: "asks before it notes" });
    const [added] = parse(at.textOf("main.cases.yaml")).cases;
    expect(added.expect).toMatchObject({ exit_code: 4, error: { code: "approval-needed" } });
    expect(await at.failing("main.cases.yaml")).toEqual({ "asks before it notes": [] });
  });
});

describe("a run that worked on files", () => {
  const run = { files: ["main.worker", "tools.ts"], answers: NOTED, approvals: "approve-all" };
  const noted = run as Parameters<typeof runAndKeep>[1];

  test("is no case until somebody says what its tests may touch", async () => {
    using at = project(withTools);
    await runAndKeep(at.host, noted);
    expect(await at.refusal()).toMatchInlineSnapshot(`
      "Failed to add "says hello": its tools work on files or run programs (note), and each test would do so in the project's own folder
      Try: --workspace DIR: each test works in a copy of DIR, which holds what was there before the run
      Try: --tools recorded: they are answered from the recording, and nothing is touched"
    `);
    expect(at.isThere("main.cases.yaml")).toBe(false);
    expect(keptIn(at.path)).toHaveLength(1);
  });

  test("works in a copy, with what was decided in the run", async () => {
    using at = project(withTools);
    await runAndKeep(at.host, noted);
    mkdirSync(join(at.path, "before"));
    rmSync(join(at.path, "note.txt"));
    await at.add({ workspace: "before" });
    expect(parse(at.textOf("main.cases.yaml")).cases).toMatchObject([
      { workspace: "before", approvals: { note: "allow" }, expect: { output: "Hello." } },
    ]);
    expect([at.isThere("note.txt"), at.isThere("before/note.txt")]).toEqual([false, false]);
  });

  test("touches nothing where its tools answer as recorded", async () => {
    using at = project(withTools);
    await runAndKeep(at.host, noted);
    rmSync(join(at.path, "note.txt"));
    await at.add({ tools: "recorded" });
    expect(await at.failing("main.cases.yaml")).toEqual({ "says hello": [] });
    expect(at.isThere("note.txt")).toBe(false);
  });
});

describe("what keeps a run from being a case changes nothing", () => {
  test("a name that is taken, or whose cassette would be", async () => {
    using at = project();
    await runAndKeep(at.host);
    await at.add();
    await runAndKeep(at.host);
    const before = at.textOf("main.cases.yaml");
    expect(await at.refusal()).toMatchInlineSnapshot(`
      "Failed to add "says hello": a case of this name is there and has its cassette: main.cases.yaml:3:5
      Try: name the case by what it shows, as no other case of the file"
    `);
    expect(await at.refusal({ name: "Says hello!" })).toContain('"says hello" is there');
    expect(await at.refusal({ name: "?!" })).toContain("no letter and no digit");
    expect(at.textOf("main.cases.yaml")).toBe(before);
    expect(keptIn(at.path)).toHaveLength(1);
  });

  test("a recording in the place of the case's own", async () => {
    using at = project();
    await runAndKeep(at.host);
    mkdirSync(join(at.path, "cassettes/main"), { recursive: true });
    writeFileSync(join(at.path, "cassettes/main/says-hello.yaml"), "mine");
    expect(await at.refusal()).toContain("a recording is there already");
    expect(at.textOf("cassettes/main/says-hello.yaml")).toBe("mine");
  });

  test("a run that there is not, and the newest are listed", async () => {
    using at = project();
    expect(await at.refusal()).toContain("no run is kept yet");
    await runAndKeep(at.host);
    expect(await at.refusal({ run: "nope" })).toMatchInlineSnapshot(`
      "Failed to add "nope": no run that is kept has this name, and no file either
        the newest runs:
          2026-01-01T00-00-00-main
      Try: llm-do test --add 2026-01-01T00-00-00-main --name "..."
      Try: run it first, without --no-keep: llm-do main.worker "...""
    `);
  });

  test("a last run that recorded nothing, though others did before", async () => {
    using at = project();
    await runAndKeep(at.host);
    const answers = "- error: { status: 400, type: invalid_request_error, message: No. }\n";
    await runAndKeep(at.host, { answers });
    expect(await at.refusal()).toMatch(/it recorded nothing.*\n.*main\.yaml\n {2}the newest runs:/);
  });

  test("a cassette that does not say what was run, or is none", async () => {
    using at = project();
    writeFileSync(join(at.path, "old.yaml"), "cassette: 1\n");
    expect(await at.refusal({ run: "old.yaml" })).toContain("does not say what was run");
    expect(await at.refusal({ run: "main.worker" })).toContain("it is not a cassette");
  });

  test("a change of a worker since, or recordings of other runs", async () => {
    using at = project();
    const cassette = { path: join(at.path, "own.yaml"), mode: "auto" } as const;
    await runAndKeep(at.host, { cassette });
    await runAndKeep(at.host, { cassette, input: "Another." });
    const others = await at.refusal();
    expect(others).toContain("the cassette holds what the run did not ask for: 1 exchange");
    expect(others).toContain("Try: run it again without --cassette");
    await runAndKeep(at.host);
    const changed = files["main.worker"].replace("Do it.", "Do that.");
    writeFileSync(join(at.path, "main.worker"), changed);
    const report = await at.refusal();
    expect(report).toContain('Failed to add "last": it does not pass in replay');
    expect(report).toContain("Do [-it-]{+that+}.");
    expect(report).not.toContain("--mode record");
    expect([at.isThere("main.cases.yaml"), at.isThere("cassettes")]).toEqual([false, false]);
    expect(keptIn(at.path)).toHaveLength(1);
  });

  test("a change of its worker's front matter for one run", async () => {
    using at = project();
    await runAndKeep(at.host, { set: ["settings.temperature=0"] });
    expect(await at.refusal()).toContain('Failed to add "--set settings.temperature=0"');
  });

  test("a run that its provider failed", async () => {
    using at = project();
    const answers = `- tool_call: { name: helper, input: { input: Help. } }
- error: { status: 400, type: invalid_request_error, message: No. }
`;
    await runAndKeep(at.host, { answers });
    expect(await at.refusal()).toContain("or a model could not answer");
  });

  test("a file that is not one of cases, or cannot take one more", async () => {
    using at = project();
    await runAndKeep(at.host);
    expect(await at.refusal({ to: "cases.yaml" })).toContain("ends in .cases.yaml");
    writeFileSync(join(at.path, "a.cases.yaml"), "cases: [{ name: a }]\n");
    expect(await at.refusal({ to: "a.cases.yaml" })).toContain("in brackets");
    writeFileSync(join(at.path, "b.cases.yaml"), "casses: []\n");
    expect(await at.refusal({ to: "b.cases.yaml" })).toContain('unknown key "casses"');
  });

  test("a file of the run outside of the project that the case would be in", async () => {
    using at = project({ ...files, "inner/package.json": "{}" });
    await runAndKeep(at.host);
    const report = await at.refusal({ to: "inner/main.cases.yaml" });
    expect(report).toContain("is outside of the project in");
  });
});
