import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

const FILES = {
  "plain.ts": 'export const name: string = "plain";\n',
  "package.mjs": "export const name = 1;\n",
  "throws.ts": 'export const a: number = 1;\n\nthrow new Error("boom at load\\nwith more");\n',
  "throws-text.js": 'export const a = 1;\nthrow "only text";\n',
  "imports-throws.ts": 'import "./throws.ts";\n',
  "a place (1)/throws.ts": "export const a = 1;\nthrow new Error(String(a));\n",
  "bad-tool.ts":
    'import { tool } from "llm-do";\n\nexport const bad = tool({ description: "no effect" });\n',
  "syntax.ts": "export const a = 1;\nexport const b: number = ;\n",
  "syntax.mts": "export const a = 1;\nexport const b: number = ;\n",
  "syntax.js": "export const a = 1;\n\nexport const b = ;\n",
  "syntax.mjs": "export const a = 1;\nexport const b = ;\n",
  "commonjs/package.json": '{ "type": "commonjs" }',
  "commonjs/tools.ts": 'import { a } from "./exports.js";\nexport const b = a;\n',
  "commonjs/syntax.js": "exports.a = 1;\n\nexports.b = ;\n",
  "commonjs/throws.js": 'const a = require("node:path");\n\nthrow new Error("boom at load");\n',
  "commonjs/exports.js": "export const a = 1;\n",
  "enum-syntax.ts": "export enum Color { Red }\nexport const b = ;\n",
  "no-package.ts": 'import { a } from "no-such-package";\nexport const b = a;\n',
  "no-file.ts": 'import { a } from "./nowhere.ts";\nexport const b = a;\n',
  "no-export.ts": 'import { nothing } from "./plain.ts";\nexport const b = nothing;\n',
  "enum.ts":
    'import { z } from "zod";\nexport enum Color { Red = "red" }\nexport const schema = z.enum(Color);\n',
  "enum.mts":
    'import { z } from "zod";\nexport enum Color { Red = "red" }\nexport const s = z.enum(Color);\n',
  "imports-enum.ts": 'import { Color } from "./enum.ts";\nexport const red = Color.Red;\n',
  "enum-throws.ts": 'export enum Color { Red }\nthrow new Error("enum boom");\n',
  "own-copy.ts": 'import { tool } from "llm-do";\nexport const copy = tool;\n',
  "node_modules/llm-do/package.json":
    '{ "name": "llm-do", "type": "module", "exports": "./index.js" }',
  "node_modules/llm-do/index.js": `export function tool() {
  throw new TypeError("tool() needs an effect");
}\n`,
};

interface Outcome {
  readonly exports?: readonly string[];
  readonly report?: string;
  readonly code?: string;
}

/** Vitest loads modules in a way of its own; what a user meets is Node's. */
function loadInNode(folder: string, names: readonly string[]): Record<string, Outcome> {
  const loader = pathToFileURL(
    resolve(import.meta.dirname, "../../src/project/load/load-code-file.ts"),
  );
  const program = `
import { loadCodeFile } from ${JSON.stringify(loader.href)};
const outcomes = {};
for (const [name, path] of ${JSON.stringify(names.map((name) => [name, join(folder, name)]))}) {
  outcomes[name] = await loadCodeFile(path, {}).then(
    (exports) => ({ exports: Object.keys(exports) }),
    (error) => ({ report: error.report(), code: error.code }),
  );
}
process.stdout.write(JSON.stringify(outcomes));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output.replaceAll(folder, ""));
}

const folder = temporaryFolder();
let outcomes: Record<string, Outcome> = {};

beforeAll(() => {
  writeFiles(folder.path, FILES);
  const names = Object.keys(FILES).filter((name) => !/^node_modules|package\.json$/.test(name));
  outcomes = loadInNode(folder.path, names);
});
afterAll(() => folder[Symbol.dispose]());

describe("a code file loads", () => {
  test.each([
    ["plain.ts", "name"],
    ["package.mjs", "name"],
    ["enum.ts", "schema"],
    ["enum.mts", "s"],
    ["imports-enum.ts", "red"],
    ["own-copy.ts", "copy"],
    ["commonjs/tools.ts", "b"],
    ["commonjs/exports.js", "a"],
  ])("%s", (name, exported) => {
    expect(outcomes[name]?.exports).toContain(exported);
  });
});

describe("a code file that does not load names the place", () => {
  test.each([
    ["throws.ts", "it threw: boom at load\n  at /throws.ts:3:7"],
    ["throws-text.js", "it threw: only text\n  at /throws-text.js"],
    ["imports-throws.ts", "it threw: boom at load\n  at /throws.ts:3:7"],
    ["a place (1)/throws.ts", "it threw: 1\n  at /a place (1)/throws.ts:2:7"],
    ["bad-tool.ts", "it threw: tool() needs an effect\n  at /bad-tool.ts:3:20"],
    ["enum-throws.ts", "it threw: enum boom\n  at /enum-throws.ts:2:7"],
    ["syntax.ts", "it has a syntax error: Expression expected\n  at /syntax.ts:2"],
    ["syntax.mts", "it has a syntax error: Expression expected\n  at /syntax.mts:2"],
    ["syntax.js", "it has a syntax error: Expression expected\n  at /syntax.js:3"],
    ["syntax.mjs", "it has a syntax error: Expression expected\n  at /syntax.mjs:2"],
    [
      "commonjs/syntax.js",
      "it has a syntax error: Unexpected token ';'\n  at /commonjs/syntax.js:3",
    ],
    ["commonjs/throws.js", "it threw: boom at load\n  at /commonjs/throws.js:3:7"],
    ["enum-syntax.ts", "it has a syntax error: Expression expected\n  at /enum-syntax.ts:2"],
    [
      "no-package.ts",
      `Cannot find package 'no-such-package' imported from /no-package.ts
  at /no-package.ts
Try: npm install the package, or correct the import`,
    ],
    [
      "no-file.ts",
      `Cannot find module '/nowhere.ts' imported from /no-file.ts
  at /no-file.ts
Try: npm install the package, or correct the import`,
    ],
    [
      "no-export.ts",
      `its imports do not fit: The requested module './plain.ts' does not provide an export named 'nothing'
  at /no-export.ts:1`,
    ],
  ])("%s", (name, said) => {
    expect(outcomes[name]).toEqual({
      code: "code",
      report: `Failed to load "/${name}": ${said}`,
    });
  });
});
