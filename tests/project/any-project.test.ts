import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installedProject, runLlmDoTest } from "../support/installed-project.ts";

/** A file with a tool `main` that gives `value`. */
function code(value: string, before = ""): string {
  return `import { tool } from "llm-do";
import { z } from "zod";
${before}
export const main = tool({ description: "Give seven.", input: z.object({}), effect: "pure", run: () => ${value} });
`;
}

const COMMONJS = `const { tool } = require("llm-do");
const { z } = require("zod");
exports.main = tool({ description: "Give seven.", input: z.object({}), effect: "pure", run: () => 7 });
`;

const SEVEN = "export const seven: number = 7;\n";
const PATHS = `{
  // The settings of all.
  "compilerOptions": { "paths": { "@lib/*": ["./src/lib/*"], "seven": ["./src/lib/c.ts"], }, },
}`;

type Files = Readonly<Record<string, string>>;

/** Ways to write a project's code; the first file holds the tool. */
const VARIANTS: Readonly<Record<string, Files>> = {
  ts: { "tools.ts": code("7") },
  js: { "tools.js": code("7") },
  mts: { "tools.mts": code("7") },
  mjs: { "tools.mjs": code("7") },
  cts: { "tools.cts": code("7") },
  "cts that requires": {
    "tools.cts": `import llm = require("llm-do");\nimport { z } from "zod";\nexport const main = llm.tool({ description: "", input: z.object({}), effect: "pure", run: () => 7 });\n`,
  },
  cjs: { "tools.cjs": COMMONJS },
  "js that requires": { "tools.js": COMMONJS },
  "ts that requires": { "tools.ts": COMMONJS },
  "exports as one object": {
    "tools.js":
      COMMONJS.replace("exports.main =", "const main =") + "\nmodule.exports = { ...{ main } };\n",
  },
  enum: { "tools.ts": code("C.A", "enum C { A = 7 }") },
  "enum in an import": {
    "tools.ts": code("C.A", 'import { C } from "./c.ts";'),
    "c.ts": "export enum C { A = 7 }\n",
  },
  namespace: { "tools.ts": code("N.a", "namespace N { export const a = 7; }") },
  "parameter property": {
    "tools.ts": code("new K(7).a", "class K { constructor(readonly a: number) {} }"),
  },
  "import require": { "tools.ts": code("c.seven", 'import c = require("cjs-dep");') },
  "no extension": { "tools.ts": code("seven", 'import { seven } from "./c";'), "c.ts": SEVEN },
  "extension of what is compiled": {
    "tools.ts": code("seven", 'import { seven } from "./c.js";'),
    "c.ts": SEVEN,
  },
  folder: { "tools.ts": code("seven", 'import { seven } from "./c";'), "c/index.ts": SEVEN },
  "type without type": {
    "tools.ts": code("7 as Seven", 'import { Seven } from "./c.ts";'),
    "c.ts": "export type Seven = 7;\n",
  },
  "type beside a value": {
    "tools.ts": code("seven as Seven", 'import { Seven, seven } from "./c";'),
    "c.ts": `${SEVEN}export interface Other {}\nexport type Seven = number;\n`,
  },
  "CommonJS package": { "tools.ts": code("c.seven", 'import c from "cjs-dep";') },
  "names of a CommonJS package": { "tools.ts": code("seven", 'import { seven } from "cjs-dep";') },
  "CommonJS package and an enum": {
    "tools.ts": code("c.seven + E.A", 'import c from "cjs-dep";\nenum E { A = 0 }'),
  },
  "module package and an enum": {
    "tools.ts": code("seven + E.A", 'import { seven } from "esm-dep";\nenum E { A = 0 }'),
  },
  "CommonJS file": {
    "tools.ts": code("seven", 'import { seven } from "./c.cjs";'),
    "c.cjs": "exports.seven = 7;\n",
  },
  "require in a module": {
    "tools.ts": code("c.seven", 'const c = require("./c.cjs");'),
    "c.cjs": "exports.seven = 7;\n",
  },
  __dirname: { "tools.ts": code("(__dirname + __filename).length > 2 ? 7 : 0") },
  "import.meta and an enum": {
    "tools.ts": code("import.meta.dirname ? C.A : 0", "enum C { A = 7 }"),
  },
  "await at the top": { "tools.ts": code("seven", "const seven = await Promise.resolve(7);") },
  JSON: {
    "tools.ts": code("data.seven", 'import data from "./data.json";'),
    "data.json": '{ "seven": 7 }',
  },
  "JSON with its type": {
    "tools.ts": code("data.seven", 'import data from "./data.json" with { type: "json" };'),
    "data.json": '{ "seven": 7 }',
  },
  paths: {
    "tools.ts": code("seven", 'import { seven } from "@lib/c";'),
    "src/lib/c.ts": SEVEN,
    "tsconfig.json": PATHS,
  },
  "exact path and an enum": {
    "tools.ts": code("seven + E.A", 'import { seven } from "seven";\nenum E { A = 0 }'),
    "src/lib/c.ts": SEVEN,
    "tsconfig.json": PATHS,
  },
  "paths of a base": {
    "tools.ts": code("seven", 'import { seven } from "@lib/c";'),
    "src/lib/c.ts": SEVEN,
    "tsconfig.base.json": PATHS,
    "tsconfig.json": '{ "extends": "./tsconfig.base.json" }',
  },
};

/** As `npm init -y` writes it, of today and of old, and as a module. */
const PACKAGES: Readonly<Record<string, string>> = {
  commonjs: '{ "name": "p", "version": "1.0.0", "main": "index.js", "type": "commonjs" }',
  typeless: '{ "name": "p", "version": "1.0.0", "main": "index.js" }',
  module: '{ "name": "p", "version": "1.0.0", "type": "module" }',
};

const CASES = `cases:
  - { name: gives seven, entry: main, input: {}, cassette: none, expect: { output: 7 } }
`;

const folders = Object.keys(PACKAGES).flatMap((kind) =>
  Object.keys(VARIANTS).map((variant) => [kind, variant] as const),
);

function filesOf(): Record<string, string> {
  const files: Record<string, string> = {
    "package.json": PACKAGES["module"] ?? "",
    "deps/cjs-dep/package.json": '{ "name": "cjs-dep", "main": "index.js" }',
    "deps/cjs-dep/index.js": "exports.seven = 7;\n",
    "deps/esm-dep/package.json": '{ "name": "esm-dep", "type": "module", "exports": "./index.js" }',
    "deps/esm-dep/index.js": "export const seven = 7;\n",
  };
  for (const [kind, variant] of folders) {
    const [first = ""] = Object.keys(VARIANTS[variant] ?? {});
    const written = { ...VARIANTS[variant], "package.json": PACKAGES[kind] ?? "" };
    for (const [name, text] of Object.entries(written)) files[`${kind}/${variant}/${name}`] = text;
    files[`${kind}/${variant}/${kind}.cases.yaml`] = `files: [${first}]\n${CASES}`;
  }
  return files;
}

const project = installedProject(filesOf());
const run = promisify(execFile);

/** Runs each entry as a program does, all in one process, whose warnings nobody may see. */
const PROGRAM = `import { run } from "llm-do";
const outcomes = {};
for (const [key, file] of JSON.parse(process.argv[2])) {
  outcomes[key] = await run({ files: [file], entry: "main", input: {} }).then(({ output }) => output, (error) => error.report?.() ?? String(error));
}
console.log(JSON.stringify(outcomes));
`;

/** A package of a monorepo in TypeScript, beside the one that uses it; llm-do stands above both. */
const MONOREPO = {
  "package.json": '{ "workspaces": ["packages/*"] }',
  "packages/shared/package.json": '{ "name": "@acme/shared", "exports": "./src/index.ts" }',
  "packages/shared/src/index.ts": 'import { C } from "./c";\nexport const seven: number = C.A;\n',
  "packages/shared/src/c.ts": "export enum C { A = 7 }\n",
  "packages/app/package.json": '{ "name": "app", "type": "commonjs" }',
  "packages/app/tools.ts": code("seven", 'import { seven } from "@acme/shared";'),
  "packages/app/app.cases.yaml": `files: [tools.ts]\n${CASES}`,
};

test("a package of a monorepo loads with the others that it imports, by both commands", async () => {
  using folder = installedProject(MONOREPO);
  mkdirSync(join(folder.path, "node_modules/@acme"));
  symlinkSync(join(folder.path, "packages/shared"), join(folder.path, "node_modules/@acme/shared"));
  // A copy of llm-do of its own makes the tools, and another one runs them.
  const cwd = join(folder.path, "packages/app");
  cpSync(join(folder.path, "node_modules/llm-do"), join(cwd, "node_modules/llm-do"), {
    recursive: true,
  });
  const bin = join(folder.path, "node_modules/llm-do/dist/bin/llm-do.js");
  const env = { PATH: process.env["PATH"], NO_COLOR: "1" };
  const ran = await run(process.execPath, [bin, "tools.ts", "{}"], { cwd, env });
  expect(ran).toMatchObject({ stdout: "7\n", stderr: "" });
  const { stderr } = await run(process.execPath, [bin, "test"], { cwd, env });
  expect(stderr).toContain("1 passed (1)");
}, 60_000);

describe("a project's code loads however it is written", { timeout: 120_000 }, () => {
  let outcomes: Readonly<Record<string, unknown>> = {};
  let warnings = "";
  let tested: Awaited<ReturnType<typeof runLlmDoTest>>;

  beforeAll(async () => {
    const { path } = project;
    cpSync(join(path, "deps"), join(path, "node_modules"), { recursive: true });
    writeFileSync(join(path, "program.mjs"), PROGRAM);
    const files = folders.map(([kind, variant]) => {
      const [first = ""] = Object.keys(VARIANTS[variant] ?? {});
      return [`${kind} ${variant}`, join(path, kind, variant, first)];
    });
    const ran = await run(process.execPath, ["program.mjs", JSON.stringify(files)], { cwd: path });
    outcomes = JSON.parse(ran.stdout);
    warnings = ran.stderr;
    tested = await runLlmDoTest(path, ["--reporter", "json", "--outputFile", "report.json"]);
  }, 120_000);
  afterAll(() => project[Symbol.dispose]());

  test.each(folders)("%s: %s", (kind, variant) => {
    expect(outcomes[`${kind} ${variant}`]).toBe(7);
  });

  test("without a warning of Node's", () => {
    expect(warnings).toBe("");
  });

  test("in llm-do test as well", () => {
    const { testResults } = JSON.parse(readFileSync(join(project.path, "report.json"), "utf8")) as {
      testResults: { name: string; status: string; message: string }[];
    };
    const failed = testResults.filter(({ status }) => status !== "passed");
    expect(failed.map(({ name, message }) => `${name}: ${message}`)).toEqual([]);
    expect(testResults.length).toBe(folders.length);
    expect(tested.stderr).not.toContain("Warning");
  });

  const bin = "node_modules/llm-do/dist/bin/llm-do.js";
  const commands: readonly (readonly string[])[] = [
    ["check"],
    ["types", "--out", "-"],
    ["TOOL", "{}"],
  ];
  test.each(["commonjs/enum", "typeless/ts", "typeless/cts that requires", "module/paths"])(
    "and in each command: %s",
    async (folder) => {
      const cwd = join(project.path, folder);
      const file = folder.includes("cts") ? "tools.cts" : "tools.ts";
      for (const [name = "", ...words] of commands) {
        const args = name === "TOOL" ? [file, ...words] : [name, file, ...words];
        const { stdout, stderr } = await run(process.execPath, [join(project.path, bin), ...args], {
          cwd,
          env: { PATH: process.env["PATH"], NO_COLOR: "1" },
        });
        expect([args, stderr]).toEqual([args, ""]);
        expect(stdout).toMatch(/^7\n$|main|no findings|1 function/);
      }
    },
  );
});
