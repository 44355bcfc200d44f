import { expect, test } from "vitest";
import { toolFunction } from "../../src/functions/llm-function.ts";
import { aWorker, granting, type Ran, runEntry, toldToModel } from "../support/project.ts";
import { recordingProcesses, shellOf } from "./shell-gate.ts";

const CONFIG = { rules: [{ pattern: "ls", approval_required: false }, { pattern: "mv" }] };

async function ask(
  command: string,
  { preApproved = false, approvals = "headless" as "headless" | "approve-all" } = {},
): Promise<Ran & { readonly started: readonly string[] }> {
  const processes = recordingProcesses();
  const shell = toolFunction("shell", shellOf(CONFIG, processes), "shell");
  const main = granting(aWorker("main"), shell, { preApproved });
  const script = `
- { tool_call: { name: shell, input: { command: ${JSON.stringify(command)} } } }
- Done.
`;
  const ran = await runEntry(main, { script, approvals });
  return { ...ran, started: processes.started.map(({ program }) => program) };
}

test("a command that needs nobody runs, and the model is told its result as JSON", async () => {
  const ran = await ask("ls");
  expect(ran.started).toEqual(["ls"]);
  expect(JSON.parse(toldToModel(ran).replace("shell: ", ""))).toEqual({
    exit_code: 0,
    stdout: "",
    stderr: "",
    timed_out: false,
    truncated: false,
  });
});

test("a command that needs somebody ends a run where nobody is", async () => {
  const ran = await ask("mv a b");
  expect(ran.error?.exitCode).toBe(4);
  expect(ran.started).toEqual([]);
});

test("a command that needs somebody runs where all is approved", async () => {
  expect((await ask("mv a b", { approvals: "approve-all" })).started).toEqual(["mv"]);
  expect((await ask("mv a b", { preApproved: true })).started).toEqual(["mv"]);
});

test.each(["rm a", "ls; rm a", "ls $(rm a)", "ls > a"])(
  "%j never runs, whatever is approved, and the model is told why",
  async (command) => {
    for (const options of [{}, { approvals: "approve-all" as const }, { preApproved: true }]) {
      const ran = await ask(command, options);
      expect(ran.started).toEqual([]);
      expect(toldToModel(ran)).toMatch(/^shell! .*the command is blocked: /);
    }
  },
);
