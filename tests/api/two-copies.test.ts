import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository, runNode } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";

/** What a library installs with its own copy of llm-do. */
const LIBRARY = `
import { LlmDoError, openCassette, tool, toolset, worker } from "llm-do";
import { z } from "zod";
const pure = (description, run, input = z.object({})) => tool({ description, input, effect: "pure", run });
export const helper = worker({ name: "helper", instructions: "Help.", model: "test:m" });
export const lib = toolset({
  shout: pure("Shouts.", ({ a }) => a.toUpperCase(), z.object({ a: z.string() })),
  ask: pure("Asks.", (_input, ctx) => ctx.call(helper, "hi")),
});
export const asker = worker({ name: "asker", instructions: "Ask.", model: "test:m", toolsets: { lib, helper } });
export const failing = { stream: () => { throw new LlmDoError({
  code: "provider", verb: "ask", what: "it", reason: "no", tries: ["wait"], status: 400, retryable: false }); } };
export const open = () => openCassette({ path: "c.yaml", mode: "record" });
`;

const RULES = "_approval_config: { shout: { pre_approved: true }, ask: { pre_approved: true } }";

const PROGRAM = `
import { isLlmDoError, LlmDoError, openProject } from "llm-do";
import * as library from "library";
const calling = (name, input = {}) => ({
  async *stream({ messages }) {
    const said = messages.at(-1);
    const isCall = messages[0].content[0].text === "Go." && said.kind === "user";
    yield { kind: "part", part: isCall
      ? { kind: "tool-call", id: "t1", name, input }
      : { kind: "text", text: "got " + said.content[0].text } };
    const usage = { inputTokens: 1, outputTokens: 1 };
    yield { kind: "end", stop: isCall ? "tool-calls" : "end", usage, source: "script" };
  },
});
const said = (error) => [error instanceof LlmDoError, isLlmDoError(error), error.code, error.status ?? error.reason].join(" ");
const project = await openProject({ files: ["main.worker", "node_modules/library/index.mjs"] });
const run = async (request) => {
  const handle = project.start({ input: "Go.", ...request });
  const kinds = new Set();
  try {
    for await (const { kind } of handle) kinds.add(kind);
    console.log((await handle.result).output, kinds.has("tool-result"));
  } catch (error) { console.log(said(error), error.run !== undefined); }
};
await run({ entry: "main", transport: calling("shout", { a: "x" }) });
await run({ entry: "main", transport: calling("ask") });
await run({ worker: library.asker, transport: calling("shout", { a: "y" }), approvals: "approve-all" });
await run({ entry: "main", transport: library.failing });
await using cassette = await library.open();
await run({ entry: "main", transport: calling("shout", { a: "x" }), cassette });
`;

test("a library with a copy of llm-do of its own works in a project of another", {
  timeout: 60_000,
}, async () => {
  using folder = folderWith({
    "package.json": '{ "type": "module" }\n',
    "main.worker": `---\nmodel: test:m\ntoolsets:\n  lib: { ${RULES} }\n  helper: { _approval_config: { helper: { pre_approved: true } } }\n---\nDo it.\n`,
    "program.mjs": PROGRAM,
    "node_modules/library/index.mjs": LIBRARY,
    "node_modules/library/package.json": '{ "name": "library", "main": "index.mjs" }\n',
  });
  const installed = join(repository, "node_modules");
  for (const into of ["node_modules", "node_modules/library/node_modules"]) {
    const to = join(folder.path, into, "llm-do");
    mkdirSync(to, { recursive: true });
    for (const name of ["dist", "package.json"])
      cpSync(join(repository, name), join(to, name), { recursive: true });
    symlinkSync(installed, join(to, "node_modules"));
  }
  symlinkSync(join(installed, "zod"), join(folder.path, "node_modules/zod"));
  const { stdout, stderr } = await runNode(["program.mjs"], { cwd: folder.path });
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual([
    "got X true",
    "got got hi true",
    "got Y true",
    "false true provider 400 true",
    "true true usage this copy of llm-do did not open it false",
  ]);
});
