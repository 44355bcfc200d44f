import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../../..");

export const BIN = join(ROOT, "dist/bin/llm-do.js");

const WORKER = `---
name: main
model: openai:gpt-5-mini
server_side_tools: [{ tool_type: image_generation }]
toolsets:
  kit: {}
  shell: { rules: [{ pattern: sh wait.sh, approval_required: false }] }
---
You are a clerk.
`;

/** Its schema is written by hand: a library would take longer to load than a run takes. */
const TOOLS = `import { appendFileSync } from "node:fs";
import { tool, toolset } from "llm-do";
const schema = { type: "object", properties: { id: { type: "string" } }, required: ["id"] };
const input = { "~standard": { version: 1, vendor: "attack", validate: (value) => ({ value }), jsonSchema: { input: () => schema, output: () => schema } } };
export const kit = toolset({
  mail: tool({
    description: "Send a mail.",
    input,
    effect: "external",
    approval: "allow",
    run: async ({ id }) => {
      appendFileSync("world.log", "begin " + id + "\\n");
      await new Promise((next) => setTimeout(next, 4));
      appendFileSync("world.log", "end " + id + "\\n");
      return "sent " + id + " " + "x".repeat(Number(process.env.LETTERS));
    },
  }),
});
`;

/** Becomes a program that does not end by itself, so that one that is left behind is found. */
const WAIT = "echo $$ >> ids.log\nexec sleep 600\n";

/** A folder with a project whose run can be killed. */
export function killProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "llm-do-kill-"));
  const files = { "main.worker": WORKER, "tools.ts": TOOLS, "wait.sh": WAIT };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules/llm-do"));
  return folder;
}
