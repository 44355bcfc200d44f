import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { repository } from "./cli.ts";
import { blocksOf } from "./console-blocks.ts";

/**
 * Tests of the programs of a page: they compile, and print what their `// prints:` comments say.
 *
 * @param page path of the page from the repository
 */
export function describePrograms(page: string): void {
  describe(`the programs of ${page}`, () => {
    // Inside the repository, so that "llm-do" and "zod" are what a reader would get.
    mkdirSync(resolve(repository, ".llm-do"), { recursive: true });
    const folder = mkdtempSync(resolve(repository, ".llm-do/reference-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const blocks = blocksOf(page).filter(({ language }) => language === "ts");
    const files = blocks.map((block) => {
      const name = /^\/\/ (\S+\.ts)\n/.exec(block.text)?.[1];
      if (name === undefined) throw new Error(`${page}:${block.line}: expected // name.ts`);
      writeFileSync(join(folder, name), block.text);
      return { name, code: block.text };
    });

    test("has the types that it claims", () => {
      const config = { extends: "../../tsconfig.json", include: ["*.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
      const manifest = fileURLToPath(import.meta.resolve("typescript/package.json"));
      const tsc = resolve(manifest, "../bin/tsc");
      const check = () => execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
      expect(check()).toBe("");
    });

    test.each(files)("$name prints what it says", ({ name, code }) => {
      const said = [...code.matchAll(/\/\/ prints: (.*)$/gm)].map(([, line]) => `${line}\n`);
      const printed = execFileSync(process.execPath, [join(folder, name)], {
        cwd: repository,
        env: { PATH: process.env["PATH"] ?? "" },
        encoding: "utf8",
      });
      expect(printed).toBe(said.join(""));
    });
  });
}
