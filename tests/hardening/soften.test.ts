import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { type SoftenRequest, softenTool } from "../../src/hardening/write/soften/soften-tool.ts";
import { checkProject } from "../../src/project/check/check-project.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const FILES = {
  "package.json": "{}\n",
  "tools.ts": codeFile(
    "export const files = toolset({",
    "  safe_name: tool({",
    '    description: "Turn a readable file name into a safe one.",',
    "    input: z.object({ name: z.string(), dashes: z.boolean().optional() }),",
    '    effect: "pure",',
    '    run: ({ name }) => { if (name === "") throw new Error("empty"); return name.toLowerCase(); },',
    "  }),",
    "});",
    "export const shout = tool({",
    '  description: "Say it loudly.",',
    "  input: z.object({ input: z.string() }),",
    "  output: z.string(),",
    '  effect: "local",',
    "  run: ({ input }) => input.toUpperCase(),",
    "});",
    "export const rate = tool({",
    '  description: "Rate a text.",',
    "  input: z.object({ text: z.string() }),",
    "  output: z.union([z.object({ ok: z.literal(true), value: z.object({ stars: z.number() }) }), z.object({ ok: z.literal(false), reason: z.string() })]),",
    '  effect: "pure",',
    '  run: ({ text }) => text === "" ? { ok: false, reason: "empty" } : { ok: true, value: { stars: text.length } },',
    "});",
  ),
  "main.worker": workerFile(
    "model: test:m",
    "toolsets:",
    "  files: { _approval_config: { safe_name: { pre_approved: true } } }",
    "  shout: { _approval_config: { shout: { pre_approved: true } } }",
    "  rate: { _approval_config: { rate: { pre_approved: true } } }",
  ),
  "answers.yaml": `- - tool_call: { name: safe_name, input: { name: A B } }
  - tool_call: { name: safe_name, input: { name: "" } }
  - tool_call: { name: shout, input: { input: hey } }
  - tool_call: { name: rate, input: { text: abc } }
  - tool_call: { name: rate, input: { text: "" } }
- tool_call: { name: safe_name, input: { name: A B } }
- Done.
`,
};

/** Softens a tool in a folder with recordings of a run that called it. */
async function soften(request: Partial<SoftenRequest> & Pick<SoftenRequest, "tool">) {
  using folder = temporaryFolder();
  writeFiles(folder.path, FILES);
  const host = testHost({ cwd: folder.path });
  await run({
    files: ["main.worker", "tools.ts"],
    input: "Go.",
    script: "answers.yaml",
    cassette: { path: join(folder.path, "cassettes/main.yaml"), mode: "record" },
    host,
  });
  const made = { isForced: false, model: "test", recordings: undefined, ...request };
  const softened = await softenTool(made, host);
  const text = host.files.readText(join(folder.path, softened.path));
  const { findings } = await checkProject({ files: [softened.path] }, host);
  return { ...softened, text, findings };
}

describe("soften", () => {
  test("writes a worker with the tool's schema and what it answered in recorded runs", async () => {
    const softened = await soften({ tool: "tools.ts#files.safe_name" });
    expect(softened).toMatchObject({ path: "safe_name.worker", examples: 1, findings: [] });
    expect(softened.text).toBe(`---
name: safe_name
description: Turn a readable file name into a safe one.
model: test
input_schema:
  type: object
  properties:
    name:
      type: string
    dashes:
      type: boolean
  required:
    - name
---
Turn a readable file name into a safe one.

Answer with the result only.

Examples:

<input>
{
  "name": "A B"
}
</input>
<output>
a b
</output>
`);
  });

  test("of a tool that takes and gives a text writes no schemas", async () => {
    const softened = await soften({ tool: "tools.ts#shout" });
    expect(softened.findings).toEqual([]);
    expect(softened.text).not.toContain("schema:");
    expect(softened.text).toContain("<input>\nhey\n</input>\n<output>\nHEY\n</output>\n");
  });

  test("of a hardened tool asks for its value, and shows no input that it declined", async () => {
    const softened = await soften({ tool: "tools.ts#rate" });
    expect(softened).toMatchObject({ examples: 1, findings: [] });
    expect(softened.text).toContain("output_schema:\n  type: object\n  properties:\n    stars:");
    expect(softened.text).toContain('<output>\n{\n  "stars": 3\n}\n</output>');
  });

  test("replaces nothing unless it is told to", async () => {
    const onto = { tool: "tools.ts#shout", out: "main.worker" };
    const error: unknown = await soften(onto).catch((thrown: unknown) => thrown);
    expect(isLlmDoError(error) && error.report()).toBe(
      'Failed to write "main.worker": it is there already\nTry: name another file with --out, or replace it with --force',
    );
    expect((await soften({ ...onto, isForced: true })).text).toContain("name: shout\n");
  });

  test.each<[string, Partial<SoftenRequest> & Pick<SoftenRequest, "tool">, string]>([
    ["no model", { tool: "tools.ts#shout", model: undefined }, "nothing says which model"],
    [
      "no such tool",
      { tool: "tools.ts#shot" },
      'there is no tool "shot" in it; it has rate, shout',
    ],
    ["a file alone", { tool: "tools.ts" }, "it does not say which tool"],
  ])("with %s writes nothing", async (_what, request, reason) => {
    await expect(soften(request)).rejects.toMatchObject({
      exitCode: 2,
      reason: expect.stringContaining(reason),
    });
  });
});
