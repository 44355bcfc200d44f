import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadProject } from "../../src/project/load-project.ts";
import { withLocalModels } from "../../src/project/run/local-models.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { type Ran, runEntry, scripted, toldToModel, writeFiles } from "../support/project.ts";

async function run(files: Record<string, string>, names: readonly string[]): Promise<Ran> {
  using folder = temporaryFolder();
  writeFiles(folder.path, files);
  const host = testHost({ cwd: folder.path });
  const project = await loadProject({ files: names }, host);
  return await runEntry(project.entry, {
    host,
    space: [...project.space.values()],
    script: withLocalModels(scripted("- From a provider."), project.space, host),
    approvals: "approve-all",
    cwd: project.folder,
  });
}

const answer = "- Scripted.\n";

describe("the model test", () => {
  test("calls every tool once, then answers with what they gave", async () => {
    const ran = await run(
      {
        "main.worker": workerFile("model: test", "toolsets: [texts]"),
        "t.ts": codeFile(
          'export const texts = toolset({ trim: aTool("trim"), split: aTool("split") });',
        ),
      },
      ["main.worker", "t.ts"],
    );
    expect(toldToModel(ran)).toBe("trim: trim\nsplit: split");
    expect(JSON.parse(String(ran.result?.output))).toEqual({ trim: "trim", split: "split" });
  });
});

describe("a script", () => {
  test("is relative to the file of the worker that names it", async () => {
    const { result } = await run(
      { "sub/main.worker": workerFile("model: script:answers.yaml"), "sub/answers.yaml": answer },
      [join("sub", "main.worker")],
    );
    expect(result?.output).toBe("Scripted.");
  });

  test("answers the workers that inherit it, in one order, wherever their files are", async () => {
    const ran = await run(
      {
        "main.worker": workerFile("model: script:answers.yaml", "toolsets: [helper]"),
        "sub/helper.worker": workerFile("description: Helps."),
        "answers.yaml": `- tool_call: { name: helper, input: { input: x } }\n- Helped.\n- Done.\n`,
      },
      ["main.worker", "sub/helper.worker"],
    );
    expect(toldToModel(ran)).toBe("helper: Helped.");
    expect(ran.result?.output).toBe("Done.");
  });

  test("answers a worker that a model made, whose file is nowhere in the project's", async () => {
    const poet = { name: "poet", content: "---\n---\nYou write.\n" };
    const answers = [
      { tool_call: { name: "worker_create", input: poet } },
      { tool_call: { name: "worker_call", input: { name: "poet", input: "Write." } } },
      "Written.",
      "Done.",
    ];
    const ran = await run(
      {
        "sub/main.worker": workerFile("model: script:answers.yaml", "toolsets: [workers]"),
        "sub/answers.yaml": JSON.stringify(answers),
        "answers.yaml": "- From another script.\n",
      },
      ["sub/main.worker"],
    );
    expect(toldToModel(ran)).toContain("worker_call: Written.");
  });

  test("of a called worker is its own", async () => {
    const ran = await run(
      {
        "main.worker": workerFile("model: script:answers.yaml", "toolsets: [helper]"),
        "sub/helper.worker": workerFile("model: script:answers.yaml"),
        "answers.yaml": `- tool_call: { name: helper, input: { input: x } }\n- Done.\n`,
        "sub/answers.yaml": "- Helped.\n",
      },
      ["main.worker", "sub/helper.worker"],
    );
    expect(toldToModel(ran)).toBe("helper: Helped.");
  });

  test("that is not there is an error", async () => {
    const { error } = await run({ "main.worker": workerFile("model: script:answers.yaml") }, [
      "main.worker",
    ]);
    expect(error).toMatchObject({ code: "file", reason: "there is no such script" });
  });

  test("that runs dry is an error", async () => {
    const ran = await run(
      {
        "main.worker": workerFile("model: script:answers.yaml"),
        "answers.yaml": "- { text: Wait, stop: pause }\n",
      },
      ["main.worker"],
    );
    expect(ran.error).toMatchObject({ code: "transport" });
    expect(ran.error?.message).toContain("no answer left");
  });
});

test("any other model is handed on", async () => {
  const { result } = await run({ "main.worker": workerFile("model: p:model") }, ["main.worker"]);
  expect(result?.output).toBe("From a provider.");
});
