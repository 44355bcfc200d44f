import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCliHere } from "../support/cli-here.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder } from "../support/host.ts";
import { workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";
import { wireServer } from "../support/wire-server.ts";

const SCHEMA = [
  "input_schema:",
  "  type: object",
  "  properties:",
  "    question: { type: string }",
  "    attachments: { type: array, items: { type: string } }",
];

const CALL = (path: string) =>
  `- tool_call: { name: reader, input: { question: Read., attachments: ["${path}"] } }\n- Read.\n- Done.\n`;

const FILES = {
  "project/main.worker": workerFile("model: openai-chat:m", "toolsets: { reader: {} }"),
  "project/reader.worker": workerFile("model: openai-chat:m", ...SCHEMA),
  "project/outside.yaml": CALL("../shared/photo.png"),
  "project/linked.yaml": CALL("photo.png"),
  "shared/photo.png": BYTES.jpeg,
  "shared/page.pdf": BYTES.html,
};

function setUp() {
  const folder = temporaryFolder();
  writeFiles(folder.path, FILES);
  symlinkSync("../shared/photo.png", join(folder.path, "project/photo.png"));
  return { ...folder, [Symbol.dispose]: folder[Symbol.dispose], cwd: join(folder.path, "project") };
}

describe("a file that a person names on the command line", () => {
  test("may lie anywhere, and is sent by its content", async () => {
    using folder = setUp();
    await using server = await wireServer();
    const prompt = '{"question": "What?", "attachments": ["../shared/photo.png"]}';
    const words = ["reader.worker", prompt, "--no-keep"];
    const { stdout, stderr } = await runCliHere(words, { cwd: folder.cwd, env: server.env });
    expect({ stdout, stderr }).toEqual({ stdout: "ok\n", stderr: "" });
    expect(server.bodies[0]).toContain("data:image/jpeg;base64,");
  });

  test("that is not what its name says is refused before a request", async () => {
    using folder = setUp();
    await using server = await wireServer();
    const prompt = '{"question": "What?", "attachments": ["../shared/page.pdf"]}';
    const { code, stderr } = await runCliHere(["reader.worker", prompt], {
      cwd: folder.cwd,
      env: server.env,
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `Failed to call "reader": cannot attach ../shared/page.pdf: it is an HTML page, not the PDF that its name says
Try: open it in a browser: a download that asks to sign in first leaves such a page
Try: or rename it to .html if the page is what a model should read
`,
    );
    expect(server.bodies).toEqual([]);
  });
});

describe("a file that a model names", () => {
  const run = (cwd: string, script: string, ...flags: string[]) =>
    runCliHere(
      ["main.worker", "reader.worker", "Go.", "--script", script, "--approve-all", "-v", ...flags],
      { cwd },
    );

  test.each(["outside.yaml", "linked.yaml"])("must not lie outside: %s", async (script) => {
    using folder = setUp();
    const { stderr } = await run(folder.cwd, script);
    expect(stderr).toMatch(/cannot attach \S*photo.png: it lies outside of the project's folder/);
  });

  test.each(["outside.yaml", "linked.yaml"])(
    "may lie in a folder that a flag adds: %s",
    async (script) => {
      using folder = setUp();
      const { stdout, stderr } = await run(folder.cwd, script, "--attachments-from", "../shared");
      expect(stderr).not.toContain("cannot attach");
      expect(stdout).toBe("Done.\n");
    },
  );

  test("is looked for in folders that exist", async () => {
    using folder = setUp();
    const { code, stderr } = await run(folder.cwd, "outside.yaml", "--attachments-from", "nowhere");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Failed to attach files from "nowhere": .*nowhere is not a folder\n/);
  });
});
