import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { SwapProject } from "../support/swap-project.ts";

/** Runs a command line of `llm-do` in a project's folder. */
async function llmDo(project: SwapProject, ...argv: readonly string[]) {
  const { written } = project.host;
  written.stdout = "";
  written.stderr = "";
  const { signal } = new AbortController();
  const code = await main({ argv, host: project.host, signal, version: "0.0.0" });
  return { code, ...written };
}

const WORKER = "mail/from_name.worker";
const TOOL = ["--tool", "mail/from_name.ts#from_name", "--recordings", "mail/cassettes"];

describe("the command line of swap, guard and soften", () => {
  test("swaps, guards and swaps back", async () => {
    using project = await SwapProject.make();
    expect(
      await llmDo(project, "swap", WORKER, "--mode", "canary", "--share", "0.25", ...TOOL),
    ).toEqual({
      code: 0,
      stdout:
        "from_name: mail/from_name.ts#from_name answers 25 % of calls; wherever it cannot, the prompt does\nwrote llm-do.lock.yaml\n",
      stderr: "",
    });
    const guarded = await llmDo(project, "guard", "from_name", "--recordings", "mail/cassettes");
    expect(guarded).toMatchObject({ code: 0, stderr: "" });
    expect(guarded.stdout).toContain("from_name (mail/from_name.worker): canary (25 % of calls)");
    expect(await llmDo(project, "swap", WORKER, "--mode", "prompt")).toMatchObject({
      code: 0,
      stdout: "from_name: its prompt answers\nwrote llm-do.lock.yaml\n",
    });
  });

  test("soften writes a worker", async () => {
    using project = await SwapProject.make();
    const tool = "mail/from_name.ts#from_name";
    const softened = await llmDo(
      project,
      "soften",
      tool,
      "--model",
      "test",
      "--out",
      "soft.worker",
    );
    expect(softened).toEqual({
      code: 0,
      stdout: "wrote soft.worker, with no recorded examples\n",
      stderr: "",
    });
  });

  test.each([
    ["no mode", ["swap", WORKER], "--mode must be one of prompt, shadow, canary, hardened"],
    ["a misspelt mode", ["swap", WORKER, "--mode", "hardend"], "Try: --mode hardened"],
    ["a share above all", ["swap", WORKER, "--mode", "canary", "--share", "2"], "at most 1"],
    ["no share", ["swap", WORKER, "--mode", "canary", "--share", "0"], "above 0"],
    ["no worker", ["swap", "mail/main.ts", "--mode", "prompt"], "it is not the file of a worker"],
    ["no such worker", ["swap", "none.worker", "--mode", "hardened"], "there is no such file"],
    [
      "a flag of runs",
      ["swap", WORKER, "--mode", "prompt", "--headless"],
      "does not take --headless",
    ],
    ["an unknown function", ["guard", "nobody"], "nothing says that code may answer for it"],
    [
      "no recordings",
      [
        "soften",
        "mail/from_name.ts#from_name",
        "-m",
        "test",
        "--out",
        "soft.worker",
        "--recordings",
        "none",
      ],
      "there is no such file or folder",
    ],
  ])("%s is refused with exit code 2", async (_what, argv, reason) => {
    using project = await SwapProject.make();
    const { code, stderr } = await llmDo(project, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
