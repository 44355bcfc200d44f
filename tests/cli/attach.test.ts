import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { wireServer } from "../support/answering-server.ts";
import { runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";
import { BYTES } from "../support/file-bytes.ts";
import { codeFile, workerFile } from "../support/loading.ts";
import { writeFiles } from "../support/project.ts";

const QUESTION = [
  "input_schema:",
  "  type: object",
  "  properties:",
  "    question: { type: string }",
  "    attachments: { type: array, items: { type: string } }",
];

function project() {
  const folder = folderWith({
    "project/main.worker": workerFile("model: openai-chat:m"),
    "project/asked.worker": workerFile("model: openai-chat:m", ...QUESTION),
    "project/plain.worker": workerFile(
      "model: openai-chat:m",
      "input_schema: { type: object, properties: { question: { type: string } } }",
    ),
    "project/code.ts": codeFile(
      `export const code = tool({ description: "x", input: z.string(), effect: "pure", run: (i) => i });`,
    ),
  });
  writeFiles(folder.path, {
    "project/pictures/photo.jpg": BYTES.jpeg,
    "elsewhere/photo.jpg": BYTES.jpeg,
  });
  return {
    path: folder.path,
    cwd: join(folder.path, "project"),
    [Symbol.dispose]: folder[Symbol.dispose],
  };
}

const PHOTO = ["--attach", "pictures/photo.jpg"];
const SENT = "data:image/jpeg;base64,";

describe("--attach", () => {
  test.each<[string, readonly string[], string | undefined]>([
    ["a prompt", ["main.worker", "What is it?", ...PHOTO], undefined],
    ["a prompt behind --", ["main.worker", ...PHOTO, "--", "-v or not?"], undefined],
    ["a prompt on standard input", ["main.worker", ...PHOTO], "What is it?"],
    ["an input of a schema", ["asked.worker", '{"question":"What?"}', ...PHOTO], undefined],
    [
      "a file from elsewhere",
      ["main.worker", "What?", "--attach", "../elsewhere/photo.jpg"],
      undefined,
    ],
  ])("sends the file along with %s", async (_what, words, stdin) => {
    using folder = project();
    await using server = await wireServer(["A photo."]);
    const run = await runCliHere(["--no-keep", ...words], {
      cwd: folder.cwd,
      env: server.env,
      ...(stdin === undefined ? {} : { stdin }),
    });
    expect(run).toEqual({ code: 0, stdout: "A photo.\n", stderr: "" });
    expect(JSON.stringify(server.bodies[0])).toContain(SENT);
  });

  test("adds to the files that the input names, and may be repeated", async () => {
    using folder = project();
    await using server = await wireServer(["Three."]);
    const input = '{"question":"What?","attachments":["pictures/photo.jpg"]}';
    const words = ["asked.worker", input, ...PHOTO, "--attach", "../elsewhere/photo.jpg"];
    await runCliHere([...words, "--no-keep"], { cwd: folder.cwd, env: server.env });
    expect(JSON.stringify(server.bodies[0]).split(SENT)).toHaveLength(4);
  });

  test.each([
    [
      "is missing",
      ["main.worker", "x", "--attach", "no.jpg"],
      /Failed to attach "no.jpg": there is no such file\n {2}at .*no.jpg/,
    ],
    [
      "is a folder",
      ["main.worker", "x", "--attach", "pictures"],
      /Failed to attach "pictures": it is not a file\n {2}at /,
    ],
    [
      "has no name",
      ["main.worker", "x", "--attach", ""],
      /Failed to attach "": there is no such file/,
    ],
    [
      "no input takes",
      ["plain.worker", '{"question":"x"}', ...PHOTO],
      /Failed to attach files to "plain": its input has no list of attachments\nTry: add it to its input_schema/,
    ],
    [
      "goes to code",
      ["code.ts", "x", ...PHOTO],
      /Failed to attach files to "code": its input has no list/,
    ],
  ])("of a file that %s is an error before a model is asked", async (_what, words, message) => {
    using folder = project();
    await using server = await wireServer(["Never."]);
    const { code, stderr } = await runCliHere(words, { cwd: folder.cwd, env: server.env });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(server.bodies).toEqual([]);
  });
});

describe("a run with attachments that is added", () => {
  const add = ["test", "--add", "last", "--name", "sees a photo"];

  test("keeps them, and passes without a model", async () => {
    using folder = project();
    await using server = await wireServer(["A photo."]);
    await runCli(["main.worker", "What is it?", ...PHOTO], { cwd: folder.cwd, env: server.env });
    expect(await runCli(add, { cwd: folder.cwd })).toMatchObject({ code: 0, stderr: "" });
    const [added] = parse(readFileSync(join(folder.cwd, "main.cases.yaml"), "utf8")).cases;
    expect(added.input).toEqual({ input: "What is it?", attachments: ["pictures/photo.jpg"] });
    expect(server.bodies).toHaveLength(1);
  });

  test("is refused with a file from outside of the project", async () => {
    using folder = project();
    await using server = await wireServer(["A photo."]);
    const words = ["main.worker", "What is it?", "--attach", "../elsewhere/photo.jpg"];
    await runCliHere(words, { cwd: folder.cwd, env: server.env });
    const { code, stderr } = await runCliHere(add, { cwd: folder.cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/it lies outside of the project.*\nTry: copy it into the project/);
    expect(existsSync(join(folder.cwd, "main.cases.yaml"))).toBe(false);
  });

  test("is refused with a link that leads out of the project", async () => {
    using folder = project();
    await using server = await wireServer(["A photo."]);
    symlinkSync("../elsewhere/photo.jpg", join(folder.cwd, "linked.jpg"));
    const words = ["main.worker", "What is it?", "--attach", "linked.jpg"];
    await runCliHere(words, { cwd: folder.cwd, env: server.env });
    const { code, stderr } = await runCliHere(add, { cwd: folder.cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("it lies outside of the project")]);
  });

  test("is refused with a workspace that does not hold them, until they are copied there", async () => {
    using folder = project();
    await using server = await wireServer(["A photo."]);
    await runCliHere(["main.worker", "What?", ...PHOTO], { cwd: folder.cwd, env: server.env });
    const words = [...add, "--workspace", "before"];
    const { code, stderr } = await runCliHere(words, { cwd: folder.cwd });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/the workspace.*\nTry: copy it to before\/pictures\/photo.jpg\n/),
    ]);
    writeFiles(folder.cwd, { "before/pictures/photo.jpg": BYTES.jpeg });
    expect(await runCliHere(words, { cwd: folder.cwd })).toMatchObject({ code: 0, stderr: "" });
  });

  test("is refused with exit code 3 where it does not replay, and nothing is written", async () => {
    using folder = project();
    await using server = await wireServer(["A photo."]);
    await runCliHere(["main.worker", "What is it?", ...PHOTO], {
      cwd: folder.cwd,
      env: server.env,
    });
    writeFiles(folder.cwd, { "pictures/photo.jpg": Buffer.concat([BYTES.jpeg, Buffer.from("x")]) });
    const { code, stderr } = await runCliHere(add, { cwd: folder.cwd });
    expect({ code, first: stderr.split("\n")[0] }).toEqual({
      code: 3,
      first: 'Failed to add "last": it does not pass in replay, so nothing was added',
    });
    expect(existsSync(join(folder.cwd, "main.cases.yaml"))).toBe(false);
    expect(existsSync(join(folder.cwd, "cassettes"))).toBe(false);
  });
});
