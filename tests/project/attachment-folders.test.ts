import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import { isLlmDoError, type LlmDoError } from "../../src/errors/llm-do-error.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { createScriptTransport } from "../../src/providers/script/script.ts";
import { parseScript } from "../../src/providers/script/script-file.ts";
import { BYTES } from "../support/file-bytes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { toolResults, writeFiles } from "../support/project.ts";

const CODE = codeFile(
  `const hand = tool({
    description: "Hands a file on.", input: z.object({ path: z.string() }), effect: "pure", approval: () => "allow",
    run: ({ path }, ctx) => ctx.call("reader", { input: "Read.", attachments: [path] }) });`,
  `export const main_tool = tool({
    description: "Reads a file.", input: z.object({ path: z.string() }), effect: "pure",
    run: ({ path }, ctx) => ctx.call("reader", { input: "Read.", attachments: [path] }) });`,
  "export const tools = toolset({ hand });",
);

const FILES = {
  "project/main.worker": workerFile("model: a:m", "toolsets: { reader: {}, tools: {} }"),
  "project/reader.worker": workerFile("model: a:m"),
  "project/guided.worker": workerFile(
    "model: a:m",
    "input_schema:",
    "  type: object",
    "  properties:",
    "    input: { type: string }",
    '    attachments: { type: array, items: { type: string }, default: ["../shared/guide.md"] }',
  ),
  "project/tools.ts": CODE,
  "project/inside.txt": "inside",
  "project/page.pdf": BYTES.html,
  "project/sub/deep.txt": "deep",
  "project-2/beside.txt": "beside",
  "shared/guide.md": "guide",
  "shared/secret.txt": "hunter2",
  "shared/photo.png": BYTES.png,
};

interface Ended {
  readonly output: unknown;
  readonly error: LlmDoError | undefined;
  readonly asked: readonly ModelRequest[];
  /** Tools that somebody was asked about. */
  readonly questions: readonly string[];
}

/** Runs the project; paths in `attachments` may begin with `$`, the folder above it. */
async function ended(request: Partial<RunRequest>, answers = "- Read.\n"): Promise<Ended> {
  using folder = temporaryFolder();
  writeFiles(folder.path, FILES);
  const project = join(folder.path, "project");
  symlinkSync("../shared/secret.txt", join(project, "link.txt"));
  symlinkSync("../shared", join(project, "linked"));
  symlinkSync("inside.txt", join(project, "inner-link.txt"));
  mkdirSync(join(folder.path, "elsewhere"));
  symlinkSync("../project", join(folder.path, "elsewhere/way"));
  const named = JSON.stringify(request).replaceAll("$", folder.path);
  const asked: ModelRequest[] = [];
  const questions: string[] = [];
  const host = testHost({ cwd: project });
  const script = createScriptTransport(parseScript(answers.replaceAll("$", folder.path), "s"), {
    file: "s",
    clock: host.clock,
  });
  const transport: ModelTransport = {
    stream(one, options) {
      asked.push(one);
      return script.stream(one, options);
    },
  };
  const files = ["main.worker", "reader.worker", "guided.worker", "tools.ts"];
  const approvals: RunRequest["approvals"] = async ({ tool }) => {
    questions.push(tool);
    return { kind: "allow", by: "person" };
  };
  const whole = { files, input: "", host, transport, approvals, ...JSON.parse(named) };
  try {
    return { output: (await run(whole)).output, error: undefined, asked, questions };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { output: undefined, error, asked, questions };
  }
}

const attaching = (...attachments: readonly string[]) => ({ input: "Read.", attachments });

describe("a program's input", () => {
  const OUTSIDE = [
    "$/shared/secret.txt",
    "../shared/secret.txt",
    "sub/../../shared/secret.txt",
    "$/project-2/beside.txt",
    "link.txt",
    "linked/secret.txt",
    "../shared/missing.txt",
    "/etc/passwd",
  ];

  test.each(OUTSIDE)("attaches nothing outside of the project's folder: %s", async (path) => {
    for (const approvals of ["approve-all", "reject-all", "headless"] as const) {
      const { error, asked } = await ended({ input: attaching(path), approvals });
      expect(error?.code).toBe("call");
      expect(error?.reason).toMatch(/^cannot attach .*: it lies outside of the project's folder$/);
      expect(error?.tries[0]).toMatch(/^attachmentsFrom: \[".*"\]$/);
      expect(asked).toEqual([]);
    }
  });

  const INSIDE = ["inside.txt", "sub/deep.txt", "./sub/../inside.txt", "$/project/inside.txt"];
  const BY_LINKS = ["inner-link.txt", "$/elsewhere/way/inside.txt"];

  test.each([...INSIDE, ...BY_LINKS])("attaches what lies in it: %s", async (path) => {
    expect(await ended({ input: attaching(path), approvals: "reject-all" })).toMatchObject({
      output: "Read.",
    });
  });

  test.each([
    ["$/shared", "../shared/secret.txt"],
    ["../shared", "$/shared/secret.txt"],
    ["$/shared", "link.txt"],
    ["$/project/linked", "../shared/secret.txt"],
  ])("attaches what lies in a folder of attachmentsFrom: %s, %s", async (folder, path) => {
    const given = { input: attaching(path), attachmentsFrom: [folder] };
    expect((await ended(given)).output).toBe("Read.");
    const other = await ended({ ...given, input: attaching("$/project-2/beside.txt") });
    expect(other.error?.reason).toMatch(
      /the project's folder and the other folders to attach from$/,
    );
  });

  test("needs folders that exist", async () => {
    const { error } = await ended({ input: "x", attachmentsFrom: ["nowhere"] });
    expect(error?.message).toMatch(/^Failed to attach files from "nowhere": .* is not a folder$/);
  });

  test("is free of the rule where the project's author names the file", async () => {
    const { output, asked } = await ended({ entry: "guided", input: "Read." });
    expect(output).toBe("Read.");
    expect(asked[0]?.messages[0]).toMatchObject({ content: [{ name: "guide.md" }, {}] });
    const same = await ended({ entry: "guided", input: attaching("../shared/guide.md") });
    expect(same.output).toBe("Read.");
    const { error } = await ended({ entry: "guided", input: attaching("../shared/secret.txt") });
    expect(error?.reason).toMatch(/outside/);
  });

  test("is passed on by a code entry as its author wrote it", async () => {
    const input = { path: "../shared/secret.txt" };
    expect((await ended({ entry: "main_tool", input })).output).toBe("Read.");
  });
});

describe("a model", () => {
  const calls = (path: string) =>
    `- tool_call: { name: reader, input: { input: Read., attachments: ["${path}"] } }\n- Ok.\n- Ok.\n`;

  test("is told that it may not attach what lies outside, and nobody is asked", async () => {
    for (const path of ["../shared/secret.txt", "link.txt", "../shared/missing.txt"]) {
      const { output, asked, questions } = await ended({ input: "Go." }, calls(path));
      expect(output).toBe("Ok.");
      expect(toolResults(asked[1])).toEqual([
        `reader! cannot attach ${path}: it lies outside of the project's folder`,
      ]);
      expect(questions).toEqual([]);
    }
  });

  test("may attach what lies inside, when it is allowed", async () => {
    const { asked, questions } = await ended({ input: "Go." }, calls("inside.txt"));
    expect(questions).toEqual(["reader"]);
    expect(asked[1]?.messages[0]).toMatchObject({ content: [{ name: "inside.txt" }, {}] });
  });

  test("may attach what lies in attachmentsFrom, when it is allowed", async () => {
    const given = { input: "Go.", attachmentsFrom: ["$/shared"] };
    const { asked, questions } = await ended(given, calls("../shared/guide.md"));
    expect(questions).toEqual(["reader"]);
    expect(asked[1]?.messages[0]).toMatchObject({ content: [{ name: "guide.md" }, {}] });
  });

  test("learns nothing of a file's content before somebody allows to attach it", async () => {
    const approvals = "reject-all";
    for (const path of ["missing.pdf", "page.pdf", "inside.txt"]) {
      const { asked } = await ended({ input: "Go.", approvals }, calls(path));
      expect(toolResults(asked[1])).toEqual([
        "reader! this run rejects every call that needs approval",
      ]);
    }
    const { asked } = await ended({ input: "Go." }, calls("page.pdf"));
    expect(toolResults(asked[1])).toEqual([
      "reader! cannot attach page.pdf: it is an HTML page, not the PDF that its name says",
    ]);
  });

  test("that names a file to code is held up by the question, not by the rule", async () => {
    const answers = `- tool_call: { name: hand, input: { path: "../shared/guide.md" } }\n- Ok.\n- Ok.\n`;
    const { output, questions } = await ended({ input: "Go." }, answers);
    expect(output).toBe("Ok.");
    expect(questions).toEqual(["reader"]);
  });
});
