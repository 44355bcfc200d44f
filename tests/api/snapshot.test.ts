import { readdirSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answer, codeFile, echoing, ProjectFolder, workerFile } from "./a-project.ts";

const OTHER = 'import { said } from "./said.ts";';

function files(said: string) {
  return {
    "main.ts": codeFile(
      OTHER,
      'export const main = tool({ description: "Says it.", input: z.looseObject({}), effect: "pure",',
      "  run: async (_input, ctx) => `${said} ${await ctx.call('talker', 'hi')}` });",
    ),
    "said.ts": `export const said: string = ${JSON.stringify(said)};\n`,
    "talker.worker": workerFile("model: test").replace("Do it.", `You are ${said}.`),
  };
}

/** Answers with the instructions of the worker that asks. */
const telling = () => echoing((_said, { system }) => answer(system ?? ""));

describe("an open project", () => {
  test("stays as it was, whatever is edited or deleted, and reload reads it anew", async () => {
    using folder = new ProjectFolder(files("one"));
    const project = await folder.open(["main.ts", "talker.worker"]);
    const run = { input: {}, transport: telling() };
    const before = await project.run(run);
    expect(before.output).toMatch(/^one You are one\.\s*$/);
    for (const [name, text] of Object.entries(files("two"))) folder.write(name, text);
    expect((await project.run(run)).output).toBe(before.output);
    const again = await project.reload();
    expect((await again.run(run)).output).toMatch(/^two You are two\.\s*$/);
    expect((await project.run(run)).output).toBe(before.output);
    for (const name of readdirSync(folder.path)) rmSync(folder.file(name));
    expect((await project.run(run)).output).toBe(before.output);
  });

  test("reload says what is wrong with an edited file, and the next one takes the mended file", async () => {
    using folder = new ProjectFolder(files("one"));
    const project = await folder.open(["main.ts", "talker.worker"]);
    folder.write("said.ts", "export const said = ;\n");
    await expect(project.reload()).rejects.toMatchObject({ code: "code" });
    folder.write("said.ts", files("three")["said.ts"]);
    const run = { input: {}, transport: telling() };
    expect((await (await project.reload()).run(run)).output).toMatch(/^three You are one/);
  });

  test("tells its functions with their schemas", async () => {
    using folder = new ProjectFolder(files("one"));
    const { functions } = await folder.open(["main.ts", "talker.worker"]);
    expect([...functions.values()].map(({ name, kind, file }) => [name, kind, file])).toEqual(
      expect.arrayContaining([
        ["main", "tool", expect.stringContaining("main.ts")],
        ["talker", "worker", "talker.worker"],
      ]),
    );
    expect(functions.get("talker")?.input).toMatchObject({ type: "object" });
    expect(functions.get("talker")?.output).toBeUndefined();
  });

  test("runs any entry, and says which there are", async () => {
    using folder = new ProjectFolder(files("one"));
    const project = await folder.open(["main.ts", "talker.worker"]);
    const run = { input: "hi", transport: telling() };
    expect((await project.run({ ...run, entry: "talker" })).output).toContain("You are one.");
    await expect(project.run({ ...run, entry: "talkre" })).rejects.toMatchObject({
      code: "project",
      reason: expect.stringContaining("known: talker, main"),
    });
  });

  test("checks its files as they are now", async () => {
    using folder = new ProjectFolder(files("one"));
    const project = await folder.open(["main.ts", "talker.worker"]);
    expect(await project.check()).toMatchObject({ findings: [], functions: 2 });
    folder.write("talker.worker", workerFile("modle: test:m"));
    const { findings } = await project.check();
    expect(findings[0]).toMatchObject({ code: "worker", place: { file: "talker.worker" } });
  });
});
