import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { PromotedProject } from "../support/promoted-project.ts";

/** Runs a command line of `llm-do` in a project's folder. */
async function llmDo(project: PromotedProject, ...argv: readonly string[]) {
  const { written } = project.host;
  written.stdout = "";
  written.stderr = "";
  const { signal } = new AbortController();
  const code = await main({ argv, host: project.host, signal, version: "0.0.0" });
  return { code, ...written };
}

const WORKER = "mail/from_name.worker";
const TOOL = ["--tool", "mail/from_name.ts#from_name", "--recordings", "mail/cassettes"];

describe("the command line of promote, monitor and soften", () => {
  test("promotes, monitors and takes back", async () => {
    using project = await PromotedProject.make();
    const promoted = await llmDo(
      project,
      ...["promote", WORKER, "--to", "canary", "--share", "0.25", "--check", "0.5"],
      ...["--false-alarm-every", "1000", ...TOOL],
    );
    expect(promoted).toMatchObject({ code: 0, stderr: "" });
    expect(promoted.stdout).toMatch(
      /^from_name: mail\/from_name.ts#from_name answers 25 % of calls; wherever it cannot, the prompt does\n/,
    );
    // A check takes eight calls: code answers a quarter, and half of that is checked.
    expect(promoted.stdout).toContain("every 1,000 comparisons, 8,000 calls on average\n");
    const recordings = ["--recordings", "mail/cassettes"];
    const monitored = await llmDo(project, "monitor", "from_name", ...recordings, "--json");
    expect(monitored).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(monitored.stdout).functions).toMatchObject([{ mode: "canary", share: 0.25 }]);
    expect(await llmDo(project, "promote", WORKER, "--to", "prompt")).toMatchObject({
      code: 0,
      stdout: "from_name: its prompt answers\nwrote llm-do.lock.yaml\n",
    });
  });

  test("knows the aliases", async () => {
    using project = await PromotedProject.make();
    expect(await llmDo(project, "swap", WORKER, "--mode", "hardened", ...TOOL)).toMatchObject({
      code: 0,
    });
    const guarded = await llmDo(project, "guard", "--recordings", "mail/cassettes");
    expect(guarded).toMatchObject({ code: 0 });
    expect(guarded.stdout).toContain("mail/from_name.ts#from_name answers");
    expect((await llmDo(project, "swap", "--help")).stdout).toContain("alias of promote");
    expect((await llmDo(project, "guard", "--help")).stdout).toContain("alias of monitor");
  });

  test("soften writes a worker", async () => {
    using project = await PromotedProject.make();
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
    ["no mode", ["promote", WORKER], "--to must be one of prompt, shadow, canary, code"],
    ["a misspelt mode", ["promote", WORKER, "--to", "canry"], "Try: --to canary"],
    ["a mode of the alias alone", ["promote", WORKER, "--mode", "code"], "does not take --mode"],
    [
      "no false alarms",
      ["promote", WORKER, "--to", "code", "--false-alarm-every", "0"],
      "at least 1",
    ],
    ["more checks than calls", ["promote", WORKER, "--to", "code", "--check", "1.5"], "0 to 1"],
    ["a share above all", ["promote", WORKER, "--to", "canary", "--share", "2"], "at most 1"],
    ["no share", ["promote", WORKER, "--to", "canary", "--share", "0"], "above 0"],
    ["no worker", ["promote", "mail/main.ts", "--to", "prompt"], "it is not the file of a worker"],
    ["no such worker", ["promote", "none.worker", "--to", "code"], "there is no such file"],
    [
      "a flag of runs",
      ["promote", WORKER, "--to", "prompt", "--headless"],
      "does not take --headless",
    ],
    ["an unknown function", ["monitor", "nobody"], "nothing says that code may answer for it"],
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
    using project = await PromotedProject.make();
    const { code, stderr } = await llmDo(project, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});
