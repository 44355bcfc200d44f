import { join } from "node:path";
import { type RunTestRequest, runTest, type TestRun } from "../../src/testing/index.ts";
import { folderWith } from "./cli-project.ts";
import { testHost } from "./host.ts";

const MAIN = `---
model: anthropic:claude-haiku-4-5
toolsets:
  sums: { _approval_config: { add: { pre_approved: true } } }
  helper: {}
---
You add.
`;
const HELPER = "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou help.\n";
const TOOLS = `
import { tool, toolset } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
const numbers = z.object({ a: z.number(), b: z.number().default(1) });
export const sums = toolset({
  add: tool({ description: "Add.", input: numbers, output: z.number(), effect: "pure", run: ({ a, b }) => a + b }),
  mail: tool({ description: "Mail.", input: z.object({ to: z.string() }), effect: "external", run: () => "sent" }),
});
`;

/** What a model says that adds and then answers. */
export const ADDS = [{ tool_call: { name: "add", input: { a: 2, b: 3 } } }, "It is 5."] as const;

/** A folder with a worker that adds, mails and asks a helper, and runs of it that need no network. */
export function addingProject(files: Readonly<Record<string, string>> = {}) {
  const all = { "main.worker": MAIN, "helper.worker": HELPER, "tools.ts": TOOLS, ...files };
  const folder = folderWith(all);
  const host = testHost({ cwd: folder.path });
  return {
    path: folder.path,
    host,
    run: (request: Partial<RunTestRequest> = {}): Promise<TestRun> =>
      runTest({
        files: ["main.worker", "helper.worker", "tools.ts"],
        input: "What is 2 + 3?",
        host,
        ...request,
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
