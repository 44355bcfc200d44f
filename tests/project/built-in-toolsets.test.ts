import { describe, expect, test } from "vitest";
import { loadProject } from "../../src/project/load-project.ts";
import { BUILT_IN_TOOLSETS } from "../../src/toolsets/built-in.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, load, workerFile } from "../support/loading.ts";
import { runEntry, toldToModel, writeFiles } from "../support/project.ts";
import { recordingProcesses } from "../toolsets/shell-gate.ts";

async function reportOf(toolsets: string): Promise<string> {
  const { error, report } = await load({ "main.worker": workerFile("toolsets:", `  ${toolsets}`) });
  expect(error).toMatchObject({ code: "project", exitCode: 2 });
  return report;
}

describe("a built-in toolset", () => {
  test("works by its name alone", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, {
      "main.worker": workerFile(
        "model: test:model",
        "toolsets: { filesystem: { base_path: data } }",
      ),
      "data/a.txt": "hello",
    });
    const host = testHost({ cwd: folder.path });
    const { entry } = await loadProject({ files: ["main.worker"] }, host);
    const script = "- tool_call: { name: read_file, input: { path: a.txt } }\n- Done.";
    const ran = await runEntry(entry, { script, host });
    expect(toldToModel(ran)).toBe(
      'read_file: {"content":"hello","truncated":false,"total_chars":5}',
    );
  });

  test("starts programs by the host, in the project's folder", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, {
      "sub/main.worker": workerFile(
        "model: test:model",
        "toolsets: { shell: { rules: [{ pattern: ls, approval_required: false }] } }",
      ),
    });
    const processes = recordingProcesses();
    const host = testHost({ cwd: folder.path, processes });
    const { entry, folder: cwd } = await loadProject({ files: ["sub/main.worker"] }, host);
    const script = "- tool_call: { name: shell, input: { command: ls -l } }\n- Done.";
    await runEntry(entry, { script, host, cwd });
    expect(processes.started).toMatchObject([
      { program: "ls", arguments: ["-l"], cwd: `${folder.path}/sub` },
    ]);
  });

  test("takes approvals like any other", async () => {
    const { project } = await load({
      "main.worker": workerFile(
        "toolsets: { filesystem: { _approval_config: { write_file: { blocked: true } } } }",
      ),
    });
    const main = project?.entry;
    expect(main?.kind === "worker" && main.functions.get("write_file")).toMatchObject({
      toolset: "filesystem",
      approval: { blocked: true },
    });
  });

  test("that refuses its configuration says why once, with its advice and the place", async () => {
    expect(
      await reportOf("shell: { rule: [] }"),
    ).toBe(`Failed to load "main.worker": "shell" refused its configuration: unknown key "rule" in "toolsets.shell"
  at main.worker:3:12
Try: write "rules"`);
    expect(await reportOf("filesystem: { base_path: 7 }")).toContain(
      '"filesystem" refused its configuration: "toolsets.filesystem.base_path" must be the path of a folder, not the number 7\n',
    );
  });

  test("is found when its name is misspelt", async () => {
    expect(await reportOf("shel: {}")).toContain('Try: write "shell"');
  });
});

describe("the name of a built-in toolset belongs to it", () => {
  const clash = (file: string) =>
    `Failed to load "shell": ${file} has something of this name, which is that of a built-in toolset`;

  test.each([
    ["a toolset", 'export const shell = toolset({ run: aTool("run") });'],
    ["a factory", "export const shell = toolset(() => toolset({}));"],
    ["a tool", 'export const shell = aTool("shell");'],
    ["a tool of a toolset", 'export const mine = toolset({ shell: aTool("shell") });'],
  ])("and not to %s", async (_what, code) => {
    const files = { "main.worker": workerFile(), "tools.ts": codeFile(code) };
    const { error } = await load(files);
    expect(error).toMatchObject({ code: "project", message: clash("tools.ts") });
  });

  test("and not to a worker", async () => {
    const { error } = await load({ "main.worker": workerFile(), "shell.worker": workerFile() });
    expect(error).toMatchObject({ code: "project", message: clash("shell.worker") });
  });
});

describe("a name of the Python llm-do", () => {
  test.each([
    ["shell_readonly", "write shell: { rules: [{ pattern: ls, approval_required: false }] }"],
    ["shell_file_ops", "write shell: { rules: [{ pattern: mv }, { pattern: mkdir }] }"],
    ["filesystem_project", "write filesystem: { base_path: . }"],
    ["filesystem_ro", "write filesystem: { _approval_config: { write_file: { blocked: true } } }"],
    [
      "filesystem_cwd_ro",
      "write filesystem: { _approval_config: { write_file: { blocked: true } } }",
    ],
    ["llm_do.toolsets.shell.ShellToolset", "write shell: { ... }"],
    ["llm_do.toolsets.filesystem.FileSystemToolset", "write filesystem: { ... }"],
    [
      "my.tools.SearchToolset",
      "write the toolset in TypeScript, pass its file, and name its export",
    ],
    ["delegation", "name each worker by itself: toolsets: { WORKER: {} }"],
    ["custom", "name the toolset that a code file exports: toolsets: { EXPORT: {} }"],
  ])("%s is unknown, with what to write instead", async (name, advice) => {
    expect(await reportOf(`${name}: {}`)).toBe(
      `Failed to load "main.worker": unknown toolset "${name}"; known: ${[...BUILT_IN_TOOLSETS.keys()].join(", ")}
  at main.worker:3:3
Try: ${advice}`,
    );
  });

  test("has advice that a worker's file takes", async () => {
    for (const written of [
      "shell: { rules: [{ pattern: ls, approval_required: false }] }",
      "shell: { rules: [{ pattern: mv }, { pattern: mkdir }] }",
      "filesystem: { base_path: . }",
      "filesystem: { _approval_config: { write_file: { blocked: true } } }",
    ]) {
      const { report } = await load({ "main.worker": workerFile("toolsets:", `  ${written}`) });
      expect(report).toBe("");
    }
  });
});
