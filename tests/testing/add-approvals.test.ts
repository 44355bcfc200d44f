import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { Asker } from "../../src/approval/decide.ts";
import { addCase } from "../../src/testing/add/add-case.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import { runCase } from "../../src/testing/cases/run/run-case.ts";
import { wireServer } from "../support/answering-server.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { testHost } from "../support/host.ts";
import { runAndKeep } from "../support/kept-project.ts";
import { codeFile, workerFile } from "../support/loading.ts";

const FILES = {
  "main.worker": workerFile("model: openai-chat:m", "toolsets: [reports]"),
  "tools.ts": codeFile(
    `const one = (description) =>
       tool({ description, input: z.object({ n: z.number() }), effect: "pure", run: ({ n }) => n });
     export const reports = toolset({ save_report: one("Save."), send_report: one("Send.") });`,
  ),
};
const files = ["main.worker", "tools.ts"];
const SAVE_TWICE = `- tool_call: { name: save_report, input: { n: 1 } }
- tool_call: { name: save_report, input: { n: 2 } }
- tool_call: { name: send_report, input: { n: 3 } }
- Done.
`;

function project() {
  const folder = folderWith(FILES);
  const still = testHost({ cwd: folder.path });
  const sleep = () => new Promise<void>(() => undefined);
  const host = { ...still, clock: { ...still.clock, sleep } };
  const added = () => parse(readFileSync(join(folder.path, "main.cases.yaml"), "utf8")).cases[0];
  return { host, path: folder.path, added, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** A person who says no to the tools that are named, and to the inputs. */
function personSaying(no: { readonly tool?: string; readonly n?: number }): Asker {
  return async ({ tool, input }) => {
    const isDenied = tool === no.tool || (input as { n: number }).n === no.n;
    return isDenied
      ? { kind: "deny", by: "person", reason: "not today" }
      : { kind: "allow", by: "person" };
  };
}

test("what was decided in a run is a map, and the case can be recorded anew without a person", async () => {
  using at = project();
  const approvals = personSaying({ tool: "send_report" });
  await runAndKeep(at.host, { files, answers: SAVE_TWICE, approvals });
  const { path, remark } = await addCase({ run: "last", name: "saves" }, at.host);
  expect(remark).toBeUndefined();
  expect(at.added().approvals).toEqual({ save_report: "allow", send_report: "deny" });
  const [one] = parseCases(readFileSync(path, "utf8"), path).cases;
  if (!one) throw new Error("no case was added");
  const script = join(at.path, "answers.yaml");
  at.host.files.write(script, SAVE_TWICE);
  const settings = { allowUnused: false, host: at.host, rerecord: "" } as const;
  for (const mode of ["record", "replay"] as const) {
    const { failures } = await runCase({ ...one, script }, { ...settings, mode });
    expect(failures).toEqual([]);
  }
});

test("a tool that was allowed and denied stays as recorded, with a remark", async () => {
  using at = project();
  const approvals = personSaying({ n: 2 });
  await runAndKeep(at.host, { files, answers: SAVE_TWICE, approvals });
  const { remark } = await addCase({ run: "last", name: "saves" }, at.host);
  expect(remark).toMatch(/save_report was both allowed and denied/);
  expect(at.added().approvals).toBe("recorded");
});

test("a run that a model made over HTTP becomes such a case at the command line", async () => {
  using at = project();
  await using server = await wireServer([{ tool: "save_report", input: { n: 1 } }, "Saved."]);
  const run = [...files, "Go.", "--approve-all"];
  expect(await runCli(run, { cwd: at.path, env: server.env })).toMatchObject({ code: 0 });
  const add = ["test", "--add", "last", "--name", "saves"];
  expect(await runCli(add, { cwd: at.path })).toMatchObject({ code: 0, stderr: "" });
  expect(at.added().approvals).toEqual({ save_report: "allow" });
});
