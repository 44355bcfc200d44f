import { isAbsolute, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openCassette } from "../../src/api/cassette/open-cassette.ts";
import { openProject, run, start } from "../../src/api/open-project.ts";
import type { FileSystem } from "../../src/host/files/file-system.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

/** Refuses relative paths: they begin at the folder of the process, which is another one. */
const absoluteFiles: FileSystem = new Proxy(nodeFileSystem, {
  get: (files, name: keyof FileSystem) => {
    return (...given: readonly unknown[]) => {
      const paths = name === "rename" ? given.slice(0, 2) : given.slice(0, 1);
      const relative = paths.find((path) => !isAbsolute(String(path)));
      if (relative !== undefined) throw new Error(`${name} was given ${String(relative)}`);
      return Reflect.apply(files[name], files, given);
    };
  },
});

/** A folder that is the current one of the host, and not of the process. */
function elsewhere() {
  const folder = temporaryFolder();
  writeFiles(folder.path, {
    "package.json": "{}\n",
    "main.worker": workerFile(
      "model: script:answers.yaml",
      "toolsets:",
      "  tools: { _approval_config: { note: { pre_approved: true } } }",
    ),
    "tools.ts": codeFile(
      "export const tools = toolset({",
      '  note: tool({ description: "Notes.", input: z.object({}), effect: "external", run: () => "noted" }),',
      "});",
    ),
    "answers.yaml": "- - tool_call: { name: note, input: {} }\n- Done.\n",
    "shared/a.txt": "a",
  });
  const host = testHost({ cwd: folder.path, files: absoluteFiles });
  return Object.assign(folder, {
    host,
    request: {
      files: ["main.worker", "tools.ts"],
      host,
      input: "Go.",
      attachmentsFrom: ["shared"],
    },
    exists: (name: string) => nodeFileSystem.stat(join(folder.path, name))?.kind === "file",
  });
}

describe("relative paths of a run begin at the host's current folder", () => {
  test.each(["record", "auto"] as const)("of a cassette in %s, and in replay", async (mode) => {
    using here = elsewhere();
    const cassette = { path: "kept/c.yaml", mode };
    const script = "answers.yaml";
    expect(await run({ ...here.request, cassette, script })).toMatchObject({ output: "Done." });
    expect(here.exists("kept/c.yaml")).toBe(true);
    const again = { ...here.request, cassette: { ...cassette, mode: "replay" } } as const;
    expect(await start(again).result).toMatchObject({ output: "Done.", cassette: "kept/c.yaml" });
  });

  test("of a script and of a model's script", async () => {
    using here = elsewhere();
    expect((await run(here.request)).output).toBe("Done.");
    expect((await run({ ...here.request, script: "answers.yaml" })).output).toBe("Done.");
  });

  test("of what a run attaches", async () => {
    using here = elsewhere();
    const input = { input: "Go.", attachments: ["shared/a.txt"] };
    expect((await run({ ...here.request, input })).output).toBe("Done.");
  });

  test("of a cassette that runs, turns and inputs share", async () => {
    using here = elsewhere();
    const { host, request } = here;
    const project = await openProject({ files: request.files, host });
    {
      await using cassette = await openCassette({ path: "c.yaml", mode: "record", host });
      await project.run({ input: "Go.", cassette });
      await project.chat({ cassette, script: "answers.yaml" }).send("More.").result;
      for await (const { error } of project.map(["A", "B"], { cassette }))
        expect(error).toBeUndefined();
    }
    expect(here.exists("c.yaml")).toBe(true);
    expect(await (await project.reload()).check()).toMatchObject({ functions: 2 });
  });
});
