import { describe, expect, test } from "vitest";
import type { WorkerFunction } from "../../src/functions/llm-function.ts";
import { checkProject } from "../../src/project/check/check-project.ts";
import type { Project } from "../../src/project/project.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, load, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const sources = new URL("../../src/functions/", import.meta.url).pathname;

const worker = workerFile("model: test");
const tools = codeFile(
  'export const namer = aTool("namer");',
  'export const other = aTool("other");',
  'export const group = toolset({ rater: aTool("rater") });',
  'export const slow = tool({ description: "x", input: z.object({}), effect: "external", run: () => 1 });',
);

function lockOf(entry: Readonly<Record<string, string | readonly string[]>> = {}): string {
  const fields = {
    worker: "namer.worker",
    name: "namer",
    mode: "code",
    tool: "tools.ts#namer",
    certificate: "certificate.json",
    ...entry,
  };
  const lines = Object.entries(fields).map(
    ([key, value]) => `    ${key}: ${JSON.stringify(value)}\n`,
  );
  return `version: 2\nfunctions:\n  -\n${lines.join("")}`;
}

const FILES = { "namer.worker": worker, "tools.ts": tools };
const BOTH = { files: ["namer.worker", "tools.ts"], entry: "namer" };

function namer(project: Project | undefined): WorkerFunction {
  const found = project?.space.get("namer");
  if (found?.kind !== "worker") throw new Error("there is no worker namer");
  return found;
}

describe("a worker and a tool of one name", () => {
  test("clash, with a hint that they may be one function", async () => {
    const { report } = await load(FILES, BOTH);
    expect(report).toContain("two functions have this name: one in namer.worker, one in tools.ts");
    expect(report).toContain(
      "Try: or let the code stand in for the prompt: llm-do promote namer.worker --to shadow --tool tools.ts#namer",
    );
  });

  test("are one function where the lock file says so", async () => {
    const { project } = await load({ ...FILES, "llm-do.lock.yaml": lockOf() }, BOTH);
    expect([...(project?.space.keys() ?? [])]).toEqual(["namer", "other", "slow", "rater"]);
    const { alternative } = namer(project);
    expect(alternative).toMatchObject({ mode: "code", share: 0.1, check: 0.02 });
    expect(alternative?.candidate).toMatchObject({ tool: { description: "namer" } });
  });

  test("are one function where the prompt answers, too, and the code is not even loaded", async () => {
    const lock = { "llm-do.lock.yaml": lockOf({ mode: "prompt" }) };
    const { project } = await load({ ...FILES, ...lock }, BOTH);
    expect(namer(project).alternative).toBeUndefined();
    const broken = { "namer.worker": worker, "tools.ts": "syntax error(", ...lock };
    expect(
      namer((await load(broken, { files: ["namer.worker"] })).project).alternative,
    ).toBeUndefined();
  });

  test("are found in a lock file above the project's folder", async () => {
    const entry = { worker: "a/namer.worker", tool: "a/tools.ts#namer" };
    const files = {
      "a/namer.worker": worker,
      "a/tools.ts": tools,
      "llm-do.lock.yaml": lockOf(entry),
    };
    const { project } = await load(files, { files: ["a/namer.worker"] });
    expect(namer(project).alternative?.mode).toBe("code");
  });
});

describe("a toolset that holds the code of a worker", () => {
  test("brings the worker", async () => {
    const rater = workerFile("model: test:m", "name: rater");
    const main = workerFile("model: test:m", "toolsets: { group: {} }");
    const entry = { worker: "rater.worker", name: "rater", tool: "tools.ts#group.rater" };
    const files = { "main.worker": main, "rater.worker": rater, "tools.ts": tools };
    const { project, report } = await load(
      { ...files, "llm-do.lock.yaml": lockOf(entry) },
      { files: Object.keys(files) },
    );
    expect(report).toBe("");
    const entryWorker = project?.entry;
    const granted = entryWorker?.kind === "worker" ? entryWorker.functions.get("rater") : undefined;
    expect(granted?.function).toBe(project?.space.get("rater"));
    expect(granted?.function.kind).toBe("worker");
  });
});

describe("a lock file that is wrong", () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["names a file that is not there", { tool: "none.ts#namer" }, "there is no file none.ts"],
    [
      "names no tool",
      { tool: "tools.ts#nam" },
      'there is no tool "nam" in it; it has namer, other, slow',
    ],
    [
      "names a tool that is not pure",
      { tool: "tools.ts#slow" },
      "its effect is external, and only a pure tool",
    ],
    ["names no domain", { domain: "tools.ts#namer" }, 'there is no domain "namer" in it'],
    [
      "calls the worker otherwise",
      { name: "nomer" },
      'the lock file calls it "nomer", and it calls itself "namer"',
    ],
  ])("because it %s is an error with the place", async (_what, entry, reason) => {
    const lock = { "llm-do.lock.yaml": lockOf(entry) };
    const { error, report } = await load({ ...FILES, ...lock }, BOTH);
    expect(error?.exitCode).toBe(2);
    expect(report).toContain(reason);
    expect(report).toMatch(/at .*llm-do\.lock\.yaml:4:5/);
  });
});

describe("another worker in the place of code", () => {
  const lock = { "llm-do.lock.yaml": lockOf({ tool: "cheap/cheaper.worker" }) };
  const files = ["namer.worker"];

  test("is loaded and linked with what it may call", async () => {
    const cheaper = workerFile("name: cheaper", "model: test:small", "toolsets:", "  - other");
    const others = codeFile('export const other = aTool("other");');
    const workers = { "namer.worker": worker, "cheap/cheaper.worker": cheaper };
    const all = { ...workers, "tools.ts": others, ...lock };
    const { project, report } = await load(all, { files: [...files, "tools.ts"], entry: "namer" });
    expect(report).toBe("");
    const candidate = namer(project).alternative?.candidate;
    expect(candidate).toMatchObject({ kind: "worker", worker: { model: "test:small" } });
    const other = candidate?.kind === "worker" ? candidate.worker : undefined;
    expect(other).toBe(project?.space.get("cheaper"));
    expect([...(other?.functions.keys() ?? [])]).toEqual(["other"]);
  });

  test("brings the files that only it needs, and no run starts with any of them", async () => {
    const cheaper = workerFile(
      "name: cheaper",
      "model: test:small",
      "entry: true",
      "toolsets:",
      "  - other",
    );
    const others = codeFile('export const other = aTool("other");');
    const lock = lockOf({ tool: "cheap/cheaper.worker", with: ["cheap/tools.ts"] });
    const all = { "cheap/cheaper.worker": cheaper, "cheap/tools.ts": others };
    const { project, report } = await load(
      { ...all, "namer.worker": worker, "llm-do.lock.yaml": lock },
      { files },
    );
    expect(report).toBe("");
    expect(project?.entry.name).toBe("namer");
    const candidate = namer(project).alternative?.candidate;
    const other = candidate?.kind === "worker" ? candidate.worker : undefined;
    expect([...(other?.functions.keys() ?? [])]).toEqual(["other"]);
  });

  test("that is not there is an error with the lock file's place", async () => {
    const { report } = await load({ "namer.worker": worker, ...lock }, { files });
    expect(report).toContain("there is no file cheap/cheaper.worker");
    expect(report).toMatch(/at .*llm-do\.lock\.yaml:4:5/);
  });
});

describe("check", () => {
  async function findings(files: Readonly<Record<string, string>>) {
    using folder = temporaryFolder();
    writeFiles(folder.path, files);
    const host = testHost({ cwd: folder.path });
    const named = ["namer.worker", "tools.ts"].filter((file) => file in files);
    const { findings } = await checkProject({ files: named, entry: "namer" }, host);
    return findings.map(({ place, problem }) => `${place.file}:${place.line}: ${problem}`);
  }
  const one = codeFile('export const namer = aTool("namer");');

  test("reports a certificate that does not fit", async () => {
    const lock = { "llm-do.lock.yaml": lockOf() };
    expect(await findings({ "namer.worker": worker, "tools.ts": one, ...lock })).toEqual([
      `llm-do.lock.yaml:4: the prompt of "namer" answers, not its code: its certificate certificate.json cannot be used: there is no such certificate`,
    ]);
  });

  test("finds nothing wrong where the prompt answers, and does not call the code unused", async () => {
    const lock = { "llm-do.lock.yaml": lockOf({ mode: "prompt" }) };
    expect(await findings({ "namer.worker": worker, "tools.ts": one, ...lock })).toEqual([]);
  });

  test("reports a lock file that cannot be read, beside all else", async () => {
    const lock = { "llm-do.lock.yaml": "version: 3\n" };
    expect(await findings({ "namer.worker": worker, ...lock })).toEqual([
      expect.stringContaining('llm-do.lock.yaml:1: "version" is not 2'),
    ]);
  });
});

describe("hardened() in code", () => {
  const declaring = (...fields: readonly string[]) =>
    codeFile(
      `import { hardened } from ${JSON.stringify(`${sources}hardened.ts`)};`,
      `export const namer = hardened({ prompt: "./namer.worker", code: aTool("namer"), ${fields.join(", ")} });`,
    );

  test.each([
    ["the code file alone", ["all.ts"]],
    ["both files", ["namer.worker", "all.ts"]],
  ])("puts code beside a prompt with %s", async (_what, files) => {
    const all = declaring('mode: "canary"', "share: 0.5", "check: 0", 'compare: "text"');
    const { project, report } = await load({ "namer.worker": worker, "all.ts": all }, { files });
    expect(report).toBe("");
    expect([...(project?.space.keys() ?? [])]).toEqual(["namer"]);
    const { alternative } = namer(project);
    expect(alternative).toMatchObject({
      ...{ mode: "canary", share: 0.5, check: 0, comparator: "text" },
      alarm: { tolerated: 0.02, falseAlarmEvery: 10_000 },
    });
    expect(alternative?.problem(namer(project))).toBeUndefined();
  });

  test.each(["code", "hardened"])("with mode %s lets code answer", async (mode) => {
    const all = declaring(`mode: "${mode}"`);
    const { project } = await load(
      { "namer.worker": worker, "all.ts": all },
      { files: ["all.ts"] },
    );
    expect(namer(project).alternative).toMatchObject({ mode: "code", share: 0.1, check: 0.02 });
  });

  test("with mode prompt leaves the answer to the prompt", async () => {
    const all = declaring('mode: "prompt"');
    const { project } = await load(
      { "namer.worker": worker, "all.ts": all },
      { files: ["all.ts"] },
    );
    expect(namer(project).alternative).toBeUndefined();
  });

  test("gives way to a lock file that names the worker", async () => {
    const all = declaring('mode: "hardened"');
    const lock = { "llm-do.lock.yaml": lockOf({ mode: "prompt" }) };
    const files = { "namer.worker": worker, "all.ts": all, ...lock };
    expect(namer((await load(files, { files: ["all.ts"] })).project).alternative).toBeUndefined();
  });

  test("is an error under another name than the worker's", async () => {
    const named = workerFile("model: test:m", "name: rater");
    const all = declaring('mode: "hardened"');
    const { report } = await load({ "namer.worker": named, "all.ts": all }, { files: ["all.ts"] });
    expect(report).toContain('it is exported as "namer", and its worker is called "rater"');
  });

  test("is an error without its worker's file", async () => {
    const { report } = await load({ "all.ts": declaring('mode: "hardened"') });
    expect(report).toContain("its prompt namer.worker is no file");
  });

  test.each([
    ["no mode", "share: 1", "hardened() needs mode: one of prompt, shadow, canary, code"],
    ["an unknown mode", 'mode: "hard"', "hardened() needs mode"],
    ["no share", 'mode: "canary", share: 0', "hardened() needs a share above 0 and at most 1"],
    ["a share above all", 'mode: "canary", share: 1.5', "hardened() needs a share above 0"],
    ["a check below none", 'mode: "code", check: -1', "hardened() needs a check from 0 to 1"],
    [
      "an alarm all the time",
      'mode: "code", falseAlarmEvery: 0',
      "hardened() needs falseAlarmEvery of at least 1; got 0",
    ],
  ])("is an error with %s", async (_what, fields, reason) => {
    const { report } = await load({ "namer.worker": worker, "all.ts": declaring(fields) });
    expect(report).toContain(reason);
  });
});
