import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { repository, runNode } from "../support/cli.ts";
import { packedProject } from "../support/packed-project.ts";

const TIMEOUT_MS = 240_000;
const MAX_LINES = 60;

/** The files of a program among the examples, by their paths in it. */
function programFiles(name: string): Readonly<Record<string, string>> {
  const folder = resolve(repository, "examples", name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?:ts|worker)$/.test(file),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

const STRICT = {
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  allowImportingTsExtensions: true,
  noEmit: true,
};
const nodeNext = { ...STRICT, module: "nodenext" };
const bundler = { ...STRICT, module: "esnext", moduleResolution: "bundler" };
const { noEmit: _noEmit, allowImportingTsExtensions: _allow, ...emitting } = nodeNext;

const config = (compilerOptions: object, include: readonly string[]) =>
  JSON.stringify({ compilerOptions, include });

const CONFIGS = {
  "package.json": '{ "name": "acme-program", "type": "module" }',
  "tsconfig.node.json": config(nodeNext, ["**/*.ts"]),
  "tsconfig.bundler.json": config(bundler, ["**/*.ts"]),
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

const runsVitest = (cwd: string, words: readonly string[], env = {}) =>
  runNode(["node_modules/llm-do/dist/bin/llm-do.js", "test", ...words], {
    cwd,
    env: { NO_COLOR: "1", ...env },
  });

describe.each([
  ["help_desk", {}],
  [
    "tool_library",
    {
      "tsconfig.emit.json": config(
        { ...emitting, declaration: true, rootDir: "src", outDir: "dist" },
        ["src"],
      ),
    },
  ],
])("the program %s, from the packed package", { timeout: TIMEOUT_MS }, (name, more) => {
  let project: ReturnType<typeof packedProject>;
  beforeAll(() => {
    project = packedProject({ ...programFiles(name), ...CONFIGS, ...more });
  }, TIMEOUT_MS);
  afterAll(() => project[Symbol.dispose]());

  test("has files of fewer than sixty lines", () => {
    for (const [file, text] of Object.entries(programFiles(name))) {
      expect(text.split("\n").length - 1, file).toBeLessThan(MAX_LINES);
    }
  });

  describe.each(Object.entries(COMPILERS))("with %s", (_name, compiler) => {
    test.each(["tsconfig.node.json", "tsconfig.bundler.json"])("compiles under %s", (tsconfig) => {
      expect(compile(project.path, compiler, tsconfig)).toBe("");
    });

    test.runIf(name === "tool_library")("writes its declarations", () => {
      expect(compile(project.path, compiler, "tsconfig.emit.json")).toBe("");
      const text = readFileSync(join(project.path, "dist/index.d.ts"), "utf8");
      expect(text).toContain("export declare const lookup: ");
      expect(text).not.toMatch(/: any\b|node_modules/);
    });
  });

  test("passes its tests", async () => {
    await using server = await anthropicServer((body) => {
      const [number = "?"] = /\d+/.exec(JSON.stringify(body.messages)) ?? [];
      return { kind: "text", text: `Answer ${number}.` };
    });
    const recorded = await runsVitest(project.path, ["--mode", "record"], server.env);
    expect(recorded.code, recorded.stdout + recorded.stderr).toBe(0);
    const replayed = await runsVitest(project.path, []);
    expect(replayed.code, replayed.stdout + replayed.stderr).toBe(0);
    const count = name === "help_desk" ? 30 : 5;
    expect(replayed.stdout).toContain(`${count} passed (${count})`);
  });
});
