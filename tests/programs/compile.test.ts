import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { packedProject } from "../support/installed-project.ts";
import { PROGRAMS, programFiles } from "./packed-programs.ts";

const TIMEOUT_MS = 240_000;
const MAX_LINES = 60;

const STRICT = {
  target: "es2024",
  // The declarations of hono need those of browsers; tests/api/declarations.test.ts does without.
  lib: ["es2024", "esnext.disposable", "dom", "dom.iterable"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
};
const checking = { ...STRICT, allowImportingTsExtensions: true, noEmit: true };
const emitting = { declaration: true, emitDeclarationOnly: true, rootDir: "src", outDir: "dist" };

const config = (compilerOptions: object, include: readonly string[]) =>
  JSON.stringify({ compilerOptions, include });

const CONFIGS = {
  "package.json": '{ "name": "acme-programs", "type": "module" }',
  "tsconfig.node.json": config({ ...checking, module: "nodenext" }, ["*/**/*.ts"]),
  "tsconfig.bundler.json": config({ ...checking, module: "esnext", moduleResolution: "bundler" }, [
    "*/**/*.ts",
  ]),
  // Its other files are checked above.
  "tool_library/tsconfig.json": config(
    { ...STRICT, module: "nodenext", skipLibCheck: true, ...emitting },
    ["src"],
  ),
};

const COMPILERS = { "tsc 5.9": "typescript-5", "tsc 7": "typescript" };

function compile(folder: string, compiler: string, tsconfig: string): string {
  const tsc = join(repository, "node_modules", compiler, "bin/tsc");
  try {
    return execFileSync(process.execPath, [tsc, "-p", join(folder, tsconfig)], {
      cwd: folder,
      encoding: "utf8",
    });
  } catch (error) {
    return (error as { stdout: string }).stdout; // what the compiler says
  }
}

test.each(PROGRAMS)("the files of %s have fewer than sixty lines", (name) => {
  for (const [file, text] of Object.entries(programFiles(name))) {
    expect(text.split("\n").length - 1, file).toBeLessThan(MAX_LINES);
  }
});

/** All in one project: a compiler reads the declarations of the packages once. */
describe("the programs, with the packed package", { timeout: TIMEOUT_MS }, () => {
  let project: ReturnType<typeof packedProject>;
  beforeAll(() => {
    const files = PROGRAMS.flatMap((name) =>
      Object.entries(programFiles(name)).map(([file, text]) => [join(name, file), text]),
    );
    project = packedProject({ ...Object.fromEntries(files), ...CONFIGS });
  }, TIMEOUT_MS);
  afterAll(() => project[Symbol.dispose]());

  describe.each(Object.entries(COMPILERS))("with %s", (_name, compiler) => {
    test.each(["tsconfig.node.json", "tsconfig.bundler.json"])("compile under %s", (tsconfig) => {
      expect(compile(project.path, compiler, tsconfig)).toBe("");
    });

    test("write the declarations of a library of tools", () => {
      expect(compile(project.path, compiler, "tool_library/tsconfig.json")).toBe("");
      const written = join(project.path, "tool_library/dist/index.d.ts");
      const text = readFileSync(written, "utf8");
      expect(text).toContain("export declare const lookup: ");
      expect(text).not.toMatch(/: any\b|node_modules/);
    });
  });
});
