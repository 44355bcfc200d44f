import { BUILT_IN_TOOLSETS } from "../../../src/toolsets/built-in.ts";
import { type BadInput, WORKER } from "./bad-input.ts";

const builtIns = [...BUILT_IN_TOOLSETS.keys()].join(", ");

const run = ["main.worker", "Hello.", "--script", "answers.yaml"];

/** A worker whose front matter is this. */
const worker = (frontMatter: string) => ({
  "main.worker": `---\n${frontMatter}\n---\nYou greet.\n`,
});

const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]",
  "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]",
  "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]",
  "toolsets: { e: *d, f: *d, g: *d, h: *d }",
].join("\n");

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
const wave = tool({ description: "Wave.", input: z.object({}), effect: "pure", run: () => "o/" });
export const gestures = toolset({ wave });
`;

export const badFiles: readonly BadInput[] = [
  {
    title: "a worker that is not there",
    args: ["mian.worker", "Hello."],
    code: 2,
    stderr: `Failed to load "mian.worker": there is no such file
Try: check the path
`,
  },
  {
    title: "a folder in the place of its files",
    args: [".", "Hello."],
    code: 2,
    stderr: `Failed to load ".": it is a directory
Try: ./main.worker
`,
  },
  {
    title: "a folder that holds no project",
    files: { "docs/page.md": "" },
    args: ["docs", "Hello."],
    code: 2,
    stderr: `Failed to load "docs": it is a directory
Try: name the files of the project
`,
  },
  {
    title: "an unknown extension",
    args: ["good.yaml", "Hello."],
    code: 2,
    stderr: `Failed to load "good.yaml": the extension ".yaml" is not known
Try: name files that end in .worker, .ts, .mts, .cts, .js, .mjs, .cjs
`,
  },
  {
    title: "no front matter",
    files: { "main.worker": "You greet.\n" },
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": front matter is missing
  at main.worker:1:1
Try: begin the file with the lines "---", "name: NAME" and "---"
`,
  },
  {
    title: "front matter that never ends",
    files: { "main.worker": "---\nmodel: test\n" },
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": front matter has no closing ---
  at main.worker:1:1
Try: write --- alone on a line after the last key
`,
  },
  {
    title: "front matter that is not YAML",
    files: worker("model: [anthropic"),
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": front matter is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]
  at main.worker:3:1
`,
  },
  {
    title: "front matter that is a list",
    files: worker("- model: test"),
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": front matter must be keys with values, not a list
  at main.worker:2:1
Try: write one key per line, as in: name: main
`,
  },
  {
    title: "front matter in JavaScript",
    files: { "main.worker": "---js\nprocess.exit(0)\n---\nHi.\n" },
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": front matter is YAML only, and "js" follows the opening ---
  at main.worker:1:4
Try: write --- alone on the first line and YAML below it
`,
  },
  {
    title: "an alias bomb",
    files: worker(BOMB),
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": front matter has more than 10000 values, those behind aliases counted
  at main.worker:6:11
`,
  },
  {
    title: "an unknown key",
    files: worker("modle: test"),
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": unknown key "modle"
  at main.worker:2:1
Try: write "model"
`,
  },
  {
    title: "a value of the wrong type",
    files: worker("settings:\n  max_tokens: many"),
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": "settings.max_tokens" must be a whole number of at least 1, not text "many"
  at main.worker:3:15
`,
  },
  {
    title: "no instructions",
    files: { "main.worker": "---\nmodel: test\n---\n\n" },
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": there are no instructions
  at main.worker:3:1
Try: write what the model is to do below the closing ---
`,
  },
  {
    title: "two functions of one name",
    files: { "other.worker": WORKER.replace("---\n", "---\nname: main\n") },
    args: ["main.worker", "other.worker", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "main": two functions have this name: one in main.worker, one in other.worker
  at other.worker
Try: rename one of the two: workers, tools and toolsets share one name space
`,
  },
  {
    title: "a toolset that is nearly there",
    files: { ...worker("toolsets: [gesture]"), "tools.ts": TOOLS },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "main.worker": unknown toolset "gesture"; known: gestures, wave, ${builtIns}
  at main.worker:2:12
Try: write "gestures"
`,
  },
  {
    title: "a toolset whose file was not passed",
    files: worker("toolsets: [gestures]"),
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": unknown toolset "gestures"; known: ${builtIns}
  at main.worker:2:12
Try: pass the code file that exports it, or the .worker file of that name
`,
  },
  {
    title: "an approval for a tool that the toolset lacks",
    files: {
      ...worker("toolsets:\n  gestures: { _approval_config: { wafe: { pre_approved: true } } }"),
      "tools.ts": TOOLS,
    },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "main.worker": _approval_config names "wafe", which "gestures" does not have
  at main.worker:3:3
Try: write "wave"
`,
  },
  {
    title: "two entries",
    files: {
      "main.worker": WORKER.replace("---\n", "---\nentry: true\n"),
      "other.worker": WORKER.replace("---\n", "---\nentry: true\n"),
    },
    args: ["main.worker", "other.worker", ...run.slice(1)],
    code: 2,
    stderr: `Failed to find "entry": main.worker and other.worker both say entry: true; known: main, other
Try: keep one of the two, or pass --entry
`,
  },
  {
    title: "no entry among several functions",
    files: { "a.worker": WORKER, "b.worker": WORKER },
    args: ["a.worker", "b.worker", ...run.slice(1)],
    code: 2,
    stderr: `Failed to find "entry": there is no function "main"; known: a, b
Try: --entry a, in a case entry: a
`,
  },
  {
    title: "a code file that throws",
    files: { "tools.ts": 'const limit: number = 3;\n\nthrow new Error("no settings");\n' },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "<folder>/tools.ts": it threw: no settings
  at <folder>/tools.ts:3:7
`,
  },
  {
    title: "TypeScript that does not parse",
    process: true,
    files: { "tools.ts": "export const a = 1;\nexport const = 2;\n" },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "<folder>/tools.ts": it has a syntax error: Unexpected token \`=\`. Expected yield, an identifier, [ or {
  at <folder>/tools.ts:2
`,
  },
  {
    title: "JavaScript that does not parse",
    process: true,
    files: { "tools.mjs": "export const a = 1;\nexport const = 2;\n" },
    args: ["main.worker", "tools.mjs", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "<folder>/tools.mjs": it has a syntax error: Unexpected token \`=\`. Expected yield, an identifier, [ or {
  at <folder>/tools.mjs:2
`,
  },
  {
    title: "an import that is not installed",
    files: { "tools.ts": 'import "not-installed-anywhere";\n' },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "<folder>/tools.ts": Cannot find package 'not-installed-anywhere' imported from <folder>/tools.ts
  at <folder>/tools.ts
Try: npm install the package, or correct the import
`,
  },
  {
    title: "a tool without an effect",
    files: { "tools.ts": TOOLS.replace(' effect: "pure",', "") },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "<folder>/tools.ts": it threw: tool() needs effect: "pure", "local" or "external"; got undefined
  at <folder>/tools.ts:3:14
`,
  },
  {
    title: "an llm-do.yaml with an unknown key",
    files: { "llm-do.yaml": "redcat: []\n" },
    args: run,
    code: 2,
    stderr: `Failed to load "<folder>/llm-do.yaml": unknown key "redcat"
  at <folder>/llm-do.yaml:1:1
Try: write "redact"
`,
  },
];
