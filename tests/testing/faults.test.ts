import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkFaults, type FaultsFound } from "../../src/testing/faults/check-faults.ts";
import { describeFault } from "../../src/testing/faults/fault.ts";
import { type CaseProject, caseProject } from "../support/cases.ts";
import { CODE_IMPORTS, observed } from "../support/varied-cases.ts";

const MAIN = `---
model: anthropic:claude-haiku-4-5
toolsets: { tools: {}, helper: {} }
---
Help people.
`;
const HELPER = "---\nmodel: anthropic:claude-haiku-4-5\n---\nBe brief.\n";
const TOOLS = `${CODE_IMPORTS}
import { existsSync, writeFileSync } from "node:fs";
const made = (run, effect = "pure") =>
  tool({ description: "Do it.", input: z.object({ n: z.number() }), effect, approval: "allow", run });
/** Waits, and ends as it should when the run ends. */
const waits = (signal, onAbort) => new Promise((resolve, reject) => {
  const stop = () => { clearTimeout(timer); onAbort(reject); };
  const timer = setTimeout(() => { signal.removeEventListener("abort", stop); resolve("waited"); }, 10);
  signal.addEventListener("abort", stop);
});
export const tools = toolset({
  double: made(({ n }) => n * 2),
  patient: made((_input, { signal }) => waits(signal, (reject) => reject(signal.reason))),
  deaf: made((_input, { signal }) => waits(signal, () => {})),
  hoarse: made((_input, { signal }) => waits(signal, (reject) => reject("stopped"))),
  put: made((_input, { cwd }) => { writeFileSync(cwd + "/note.txt", "text"); return "put"; }, "local"),
  look: made((_input, { cwd }) => existsSync(cwd + "/note.txt"), "local"),
  litter: made((_input, { cwd, signal }) => waits(signal, (reject) => {
    writeFileSync(cwd + "/cassettes/main/one.yaml.recording", "half");
    reject(signal.reason);
  })),
});
export const insists = tool({
  description: "Ask the helper until it answers.",
  input: z.object({}),
  effect: "pure",
  run: (_input, { call, signal }) => call("helper", "Hi.").catch((error) => new Promise((_resolve, reject) => {
    if (signal.aborted) reject(error);
    signal.addEventListener("abort", () => reject(error));
  })),
});
`;

function projectWith(answers: string, files: Readonly<Record<string, string>> = {}): CaseProject {
  const workers = { "main.worker": MAIN, "helper.worker": HELPER };
  return caseProject({ ...workers, "tools.ts": TOOLS, "answers.yaml": answers, ...files });
}

const FILES = "files: [main.worker, helper.worker, tools.ts]\nscript: answers.yaml\n";
const CASE = `${FILES}cases: [{ name: one, input: Go. }]\n`;

/** Script: the tools at once, then an answer. */
function calling(...names: readonly string[]): string {
  const calls = names.map((name) => `tool_call: { name: ${name}, input: { n: 1 } }`);
  return `- [${calls.map((call) => `{ ${call} }`).join(", ")}]\n- [thinking: All done., text: It is done.]\n`;
}

const ALL = { seed: 7, runs: 150, path: undefined };

async function faultsIn(project: CaseProject, cases = CASE): Promise<FaultsFound | undefined> {
  return checkFaults(await observed(project, cases), project.settings, ALL);
}

describe("a case whose tools are sound", () => {
  test("holds up whatever goes wrong", async () => {
    using project = projectWith(
      calling("double", "patient", "double", "helper")
        .replace("name: helper, input: { n: 1 }", "name: helper, input: { input: Hi. }")
        .replace("\n- [th", "\n- Hello.\n- [th"),
    );
    expect(await faultsIn(project)).toBeUndefined();
  });

  test("holds up where code calls workers, and where there is nothing but code", async () => {
    using project = projectWith("- Hello.\n");
    const code =
      "files: [tools.ts]\ncases:\n  - { name: one, entry: double, input: { n: 1 }, cassette: none }\n";
    expect(await faultsIn(project, code)).toBeUndefined();
  });
});

describe("a tool that is not sound is found out", () => {
  test("where it does not end when the run ends", async () => {
    using project = projectWith(calling("double", "deaf"));
    const found = await faultsIn(project);
    expect(found?.problem).toBe(
      "the code of deaf goes on 1 s after the run has ended: it must end when ctx.signal aborts",
    );
  });

  test("where it throws a text", async () => {
    using project = projectWith(calling("hoarse"));
    expect((await faultsIn(project))?.problem).toBe(
      "the code of hoarse threw a string: what it throws must be an Error",
    );
  });

  test("where what it gives depends on which of two calls runs first", async () => {
    using project = projectWith(calling("put", "look"), { "work/here.txt": "" });
    const found = await faultsIn(project, `workspace: work\n${CASE}`);
    expect(found?.problem).toMatch(/^the case fails: Failed to replay "main"/);
    expect(found?.faults.map(describeFault)).toContain(
      "the calls of answer 1 of main run in the order 2, 1",
    );
  });

  test("where it leaves something beside the cassette", async () => {
    using project = projectWith(calling("litter"));
    const litter = join(project.path, "cassettes/main/one.yaml.recording");
    expect((await faultsIn(project))?.problem).toBe(`it left ${litter} otherwise than it was`);
  });
});

test("code that never ends once a model refuses is told by the call that it hung in", async () => {
  using project = projectWith("- Hello.\n");
  const cases = `${FILES}timeout_seconds: 0.2\ncases: [{ name: one, entry: insists, input: {} }]\n`;
  const found = await faultsIn(project, cases);
  expect(found?.problem).toBe("it did not end within 0.2 s; it hung in insists");
});

test("a seed and a path lead to the very run that was found", async () => {
  using project = projectWith(calling("hoarse"));
  const one = await observed(project, CASE);
  const found = await checkFaults(one, project.settings, ALL);
  const path = found?.path ?? "";
  expect(Number(path)).toBeGreaterThan(0);
  const again = await checkFaults(one, project.settings, { ...ALL, path });
  expect(again).toEqual(found);
});

test("a workspace that a run changes itself, and not its copy, is found out", async () => {
  using project = projectWith("- Hello.\n", { "work/here.txt": "" });
  const one = await observed(project, `workspace: work\n${CASE}`);
  const { workspace = "" } = one.one;
  const files = { ...project.settings.host.files };
  const host = { ...project.settings.host, files };
  let reads = 0;
  files.readBytes = (path) => {
    if (path === join(workspace, "here.txt") && ++reads === 2) writeFileSync(path, "changed");
    return project.settings.host.files.readBytes(path);
  };
  const found = await checkFaults(one, { ...project.settings, host }, ALL);
  expect(found?.problem).toBe(`it left ${join(workspace, "here.txt")} otherwise than it was`);
});
