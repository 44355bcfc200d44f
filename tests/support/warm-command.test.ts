import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "./cli-project.ts";
import { runWarm } from "./warm-command.ts";

/** Says what it was given, and imports a file of the project where a variable names one. */
const PROGRAM = `import process from "node:process";
const { LLM_DO_CODE: code, LLM_DO_SAID: said } = process.env;
const value = code && (await import(code)).value;
process.once("SIGTERM", () => undefined);
const listeners = process.listenerCount("SIGTERM");
console.log(JSON.stringify({ pid: process.pid, words: process.argv.slice(2), cwd: process.cwd(), said, value, listeners }));
console.error("to the other output");
if (process.argv[2] === "exit") process.exit(7);
if (process.argv[2] === "later") setTimeout(() => process.exit(8), 20);
if (process.argv[2] === "wait") await new Promise((done) => setTimeout(done, 100));
process.exitCode = Number(process.argv[3] ?? 0);
`;

const FILES = {
  "node_modules/program/program.mjs": PROGRAM,
  "code.mjs": "export const value = 1;\n",
};

function programIn(folder: string) {
  const program = join(folder, "node_modules/program/program.mjs");
  return async (words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { code, stdout, stderr } = await runWarm(program, words, { cwd: folder, env });
    expect(stderr).toBe("to the other output\n");
    return { code, ...(JSON.parse(stdout) as { pid: number; said?: string; value?: number }) };
  };
}

describe("command lines of one process", () => {
  test("each have their own words, folder, variables, listeners, output and exit code", async () => {
    using folder = folderWith(FILES);
    const run = programIn(folder.path);
    const first = await run(["a", "3"], { LLM_DO_SAID: "hello" });
    const second = await run(["b"]);
    const cwd = realpathSync(folder.path);
    expect(first).toMatchObject({ code: 3, words: ["a", "3"], cwd, said: "hello", listeners: 1 });
    expect(second).toMatchObject({ code: 0, words: ["b"], cwd, listeners: 1 });
    expect([second.said, second.pid]).toEqual([undefined, first.pid]);
  });

  test("may end it: the next one has another", async () => {
    using folder = folderWith(FILES);
    const run = programIn(folder.path);
    const first = await run(["exit"]);
    const second = await run([]);
    expect([first.code, second.code]).toEqual([7, 0]);
    expect(second.pid).not.toBe(first.pid);
  });

  test("end the process of no later one by what they left behind", async () => {
    using folder = folderWith(FILES);
    const run = programIn(folder.path);
    const first = await run(["later"]);
    const second = await run(["wait", "5"]);
    expect(second).toMatchObject({ code: 5, pid: first.pid });
  });

  test("find code of a project as it is now", async () => {
    using folder = folderWith(FILES);
    const run = programIn(folder.path);
    const env = { LLM_DO_CODE: join(folder.path, "code.mjs") };
    expect((await run([], env)).value).toBe(1);
    writeFileSync(env.LLM_DO_CODE, "export const value = 2;\n");
    expect((await run([], env)).value).toBe(2);
  });

  test("run in another one where a variable differs that code may read as it is loaded", async () => {
    using folder = folderWith(FILES);
    const run = programIn(folder.path);
    const pids = [await run([]), await run([], { CI: "1" }), await run([])].map(({ pid }) => pid);
    expect(pids[1]).not.toBe(pids[0]);
    expect(pids[2]).toBe(pids[0]);
  });
});
