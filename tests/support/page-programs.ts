import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { repository } from "./cli.ts";
import { blocksOf } from "./console-blocks.ts";

const execute = promisify(execFile);

/** The pages whose programs are run by tests, by their paths from the repository. */
export const PROGRAM_PAGES = [
  "docs/tools.md",
  "docs/programs.md",
  "docs/runs.md",
  "docs/chat.md",
  "docs/transport.md",
  "docs/server.md",
  "docs/events.md",
  "docs/errors.md",
  "docs/hardening/in-code.md",
] as const;

/** A page of programs that fill `FunctionTypes`, so that its programs compile by themselves. */
export const TYPED_PAGE = "docs/typed-names.md";

/** A compiler reads zod and the package, and shares the machine with other tests. */
const TIMEOUT_MS = 120_000;

/**
 * Tests of the programs of some pages: they compile together, and each prints what its `// prints:`
 * comments say.
 *
 * @param pages paths of the pages from the repository
 */
export function describePrograms(pages: readonly string[]): void {
  // Inside the repository, so that "llm-do" and "zod" are what a reader would get.
  mkdirSync(resolve(repository, ".llm-do"), { recursive: true });
  const folder = mkdtempSync(resolve(repository, ".llm-do/programs-"));
  const programs = pages.flatMap((page, index) => writePrograms(page, join(folder, `${index}`)));

  describe(`the programs of ${pages.join(", ")}`, { timeout: TIMEOUT_MS }, () => {
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("have the types that they claim", async () => {
      // Without paths the package is what a reader gets: its declarations.
      const compilerOptions = { paths: {} };
      const config = { extends: "../../tsconfig.json", compilerOptions, include: ["**/*.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
      const manifest = fileURLToPath(import.meta.resolve("typescript/package.json"));
      const tsc = resolve(manifest, "../bin/tsc");
      const checked = execute(process.execPath, [tsc, "-p", folder]);
      const said = await checked.catch((error: { readonly stdout: string }) => error);
      expect(said.stdout).toBe("");
    });

    // Each is a process of its own.
    test.concurrent.each(programs)("$page, $name prints what it says", async ({ path, code }) => {
      const said = [...code.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line]) => `${line}\n`);
      const env = { PATH: process.env["PATH"] ?? "" };
      const { stdout } = await execute(process.execPath, [path], { cwd: repository, env });
      expect(stdout).toBe(said.join(""));
    });
  });
}

/** Writes the programs of a page into a folder of their own. */
function writePrograms(page: string, folder: string) {
  mkdirSync(folder);
  return programsOf(page).map(({ name, text }) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return { page, name, path, code: text };
  });
}

/**
 * The programs of a page, by the names in their first lines. What a page quotes of a file is left out:
 * tests of its own run that.
 *
 * @throws Error for a block of TypeScript that has no name
 */
export function programsOf(page: string) {
  const blocks = blocksOf(page).filter(({ language, file }) => language === "ts" && !file);
  return blocks.map(({ text, line }) => {
    const name = /^\/\/ (\S+\.ts)\n/.exec(text)?.[1];
    if (name === undefined) throw new Error(`${page}:${line}: expected // name.ts`);
    return { name, text };
  });
}
