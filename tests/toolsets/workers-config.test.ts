import { describe, expect, test } from "vitest";
import { codeFile, load, workerFile } from "../support/loading.ts";

const EXTRA = {
  "helper.worker": workerFile("model: test:model"),
  "tools.ts": codeFile('export const texts = toolset({ trim: aTool("trim") });'),
};

async function reportOf(...lines: readonly string[]): Promise<string> {
  const { report } = await load({ "main.worker": workerFile(...lines), ...EXTRA });
  return report;
}

describe("the configuration of workers", () => {
  test.each([
    "{}",
    "{ folder: made/here, models: ['anthropic:*'] }",
    "{ folder: ./made/../made, models: , toolsets: }",
    "{ toolsets: [filesystem, texts, helper] }",
    "{ toolsets: { filesystem: { base_path: data }, workers: { toolsets: [texts] } } }",
    "{ toolsets: { main: {} } }",
  ])("can be %s", async (config) => {
    expect(await reportOf(`toolsets: { workers: ${config} }`)).toBe("");
  });

  test.each([
    ["{ foldr: x }", 'unknown key "foldr" in "toolsets.workers"', 'Try: write "folder"'],
    ["{ toolset: {} }", 'unknown key "toolset" in "toolsets.workers"', 'Try: write "toolsets"'],
    [
      "{ approvals: {} }",
      'unknown key "approvals" in "toolsets.workers"',
      "Try: use one of: folder, toolsets, models",
    ],
    [
      "{ folder: . }",
      '"toolsets.workers.folder" must be the path of a folder below the project\'s',
      "",
    ],
    [
      "{ folder: ../x }",
      '"toolsets.workers.folder" must be the path of a folder below the project\'s',
      "",
    ],
    [
      "{ folder: /tmp/x }",
      '"toolsets.workers.folder" must be the path of a folder below the project\'s',
      "",
    ],
    [
      "{ folder: ~/x }",
      '"toolsets.workers.folder" must be the path of a folder below the project\'s',
      "",
    ],
    [
      "{ folder: 7 }",
      '"toolsets.workers.folder" must be the path of a folder below the project\'s',
      "",
    ],
    ["{ models: cheap }", '"toolsets.workers.models" must be a list of model patterns', ""],
    ["{ models: [] }", '"toolsets.workers.models" must be a list of model patterns', ""],
    ["{ models: [''] }", '"toolsets.workers.models[0]" must be text that is not empty', ""],
  ])("cannot be %s", async (config, reason, advice) => {
    const report = await reportOf("toolsets:", `  workers: ${config}`);
    expect(report).toContain(`"workers" refused its configuration: ${reason}`);
    expect(report).toMatch(/at main\.worker:3:(?:14|22|23)$/m); // the key, its value, an item
    expect(report).toContain(advice);
  });

  test.each([
    ["filesytem: {}", 'unknown toolset "filesytem"', "5:7"],
    ["filesystem: { base: x }", 'unknown key "base"', "5:21"],
    ["shell: 7", '"toolsets.workers.toolsets.shell" must be a map of configuration', "5:14"],
    [
      "texts: { _approval_config: { cut: { blocked: true } } }",
      '_approval_config names "cut", which "texts" does not have',
      "5:7",
    ],
    ["workers: { toolsets: { nothing: {} } }", 'unknown toolset "nothing"', "5:30"],
    ["texts: {}\n      trim: {}", '"texts" and "trim" both bring a function "trim"', "6:7"],
  ])("is wrong where it offers what is wrong: %s", async (lines, reason, place) => {
    const report = await reportOf("toolsets:", "  workers:", "    toolsets:", `      ${lines}`);
    expect(report).toContain(reason);
    expect(report).toContain(`at main.worker:${place}`);
  });
});
