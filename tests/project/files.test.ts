import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadProject } from "../../src/project/load-project.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { load, workerFile } from "../support/loading.ts";

describe("a file of a project", () => {
  test.each<[string, string, string]>([
    [
      "that is missing",
      "nowhere.worker",
      'Failed to load "nowhere.worker": there is no such file\nTry: check the path',
    ],
    [
      "that is a directory with a main",
      "with-main/",
      'Failed to load "with-main/": it is a directory\nTry: with-main/main.worker',
    ],
    [
      "that is a directory with code",
      "code",
      'Failed to load "code": it is a directory\nTry: code/tools.ts',
    ],
    [
      "that is an empty directory",
      "empty",
      'Failed to load "empty": it is a directory\nTry: name the files of the project',
    ],
    [
      "of another kind",
      "notes.txt",
      'Failed to load "notes.txt": the extension ".txt" is not known\nTry: name files that end in .worker, .ts, .mts, .cts, .js, .mjs, .cjs',
    ],
    [
      "without an extension",
      "Makefile",
      'Failed to load "Makefile": the extension "" is not known\nTry: name files that end in .worker, .ts, .mts, .cts, .js, .mjs, .cjs',
    ],
  ])("%s is an error", async (_what, file, report) => {
    const files = {
      "with-main/a.worker": workerFile(),
      "with-main/main.worker": workerFile(),
      "code/readme.md": "",
      "code/tools.ts": "",
      "notes.txt": "",
      Makefile: "",
      "empty/.keep": "",
    };
    const loaded = await load(files, { files: [file] });
    expect(loaded.report).toBe(report);
    expect(loaded.error).toMatchObject({ code: "file", exitCode: 2 });
  });

  test("has to be there", async () => {
    const { error } = await load({}, { files: [] });
    expect(error).toMatchObject({ code: "usage", exitCode: 2 });
  });

  test("is resolved against the current folder, and the first decides the project's folder", async () => {
    const { project } = await load(
      { "a/b/main.worker": workerFile("toolsets: [other]"), "a/other.worker": workerFile() },
      { files: ["a/b/main.worker", "a/../a/other.worker"] },
    );
    expect(project?.folder.endsWith("/a/b")).toBe(true);
    expect(project?.entry.file).toBe("a/b/main.worker");
  });

  test("may be named by its whole path", async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "x"));
    const host = testHost({ cwd: join(folder.path, "x") });
    host.files.write(join(folder.path, "main.worker"), workerFile());
    const project = await loadProject({ files: [join(folder.path, "main.worker")] }, host);
    expect(project.folder).toBe(folder.path);
  });
});
