import { describe, expect, test } from "vitest";
import { codeFile, load, workerFile } from "../support/loading.ts";

/** What is advised for an export of this name that is one function. */
const asTool = (name: string) =>
  `Try: export const ${name} = tool({ description: "...", input: z.object({}), effect: "pure", run: (input, ctx) => ... })
Try: see docs/tools.md`;
const asToolset = (name: string) =>
  `Try: export const ${name} = toolset({ NAME: tool({ ... }) })
Try: see docs/tools.md`;

/** Ways to export what is no tool yet, with what each is called. */
const PLAIN: readonly (readonly [code: string, what: string, maker: "tool" | "toolset"])[] = [
  ["export function it() { return 1; }", "a plain function", "tool"],
  ["export async function it() { return 1; }", "a plain async function", "tool"],
  ["export const it = () => 1;", "a plain function", "tool"],
  ["export const it = async (a) => a;", "a plain async function", "tool"],
  ["export const it = function () { return 1; };", "a plain function", "tool"],
  ["export class it { add() {} }", "a class", "toolset"],
  ['export const it = { description: "d", run: () => 1 };', "a plain object", "tool"],
  ["export const it = { add: (a) => a, sub: (a) => a };", "a plain object", "toolset"],
  ['export const it = { inner: aTool("inner") };', "a plain object", "toolset"],
];

const BESIDE = 'export const beside = aTool("beside");';

describe.each(PLAIN)("%s", (code, what, maker) => {
  const problem = `it in tools.ts is ${what}; wrap it in ${maker}({ ... })`;
  const advice = maker === "tool" ? asTool("it") : asToolset("it");
  const text = codeFile(BESIDE, code);
  const line = text.split("\n").length;

  test("is named where an entry of this name is looked for", async () => {
    const { error, report } = await load({ "tools.ts": text }, { entry: "it" });
    expect(report).toBe(`Failed to find "entry": ${problem}\n  at tools.ts:${line}:1\n${advice}`);
    expect(error).toMatchObject({ code: "project", exitCode: 2 });
  });

  test("is named where a worker's toolset of this name is looked for", async () => {
    const { report } = await load({
      "main.worker": workerFile("toolsets: [it]"),
      "tools.ts": text,
    });
    expect(report).toBe(
      `Failed to load "main.worker": ${problem}\n  at main.worker:2:12\n${advice}`,
    );
  });

  test("is named where a reference leads to it", async () => {
    const { report } = await load(
      { "main.worker": workerFile('toolsets: ["./tools.ts#it"]'), "tools.ts": text },
      { files: ["main.worker"] },
    );
    expect(report).toContain(problem.replace("in tools.ts", "in ./tools.ts"));
  });

  test("is named where its file holds nothing else", async () => {
    const alone = codeFile(code);
    const { error, report } = await load({ "main.worker": workerFile(), "tools.ts": alone });
    const place = `tools.ts:${alone.split("\n").length}:1`;
    expect(report).toBe(
      `Failed to load "tools.ts": it exports no tool: ${problem}\n  at ${place}\n${advice}`,
    );
    expect(error).toMatchObject({ code: "code", exitCode: 2 });
  });

  test("harms nobody who does not name it", async () => {
    const { project } = await load({ "main.worker": workerFile(), "tools.ts": text });
    expect(project?.entry.name).toBe("main");
  });
});

describe("a main that is no tool", () => {
  const plainMain = codeFile("export async function main() { return 1; }", BESIDE);

  test("is told instead of another function that would start", async () => {
    const { report } = await load({
      "main.ts": "export const main = async () => 1;\nexport const shape = { '~standard': {} };\n",
      "a.worker": workerFile(),
    });
    expect(report).toMatch(/^Failed to find "entry": main in main\.ts is a plain async function; /);
  });

  test("is no matter where a worker says that it is the entry, or the flag does", async () => {
    const files = { "tools.ts": plainMain, "a.worker": workerFile("entry: true") };
    expect((await load(files)).project?.entry.name).toBe("a");
    expect((await load(files, { entry: "beside" })).project?.entry.name).toBe("beside");
  });

  test("is known by its own name as the default export", async () => {
    const { report } = await load({
      "main.ts": codeFile(BESIDE, "export default function main() { return 1; }"),
    });
    expect(report).toContain("the default export of main.ts is a plain function; wrap it in tool(");
    expect(report).toContain(asTool("main"));
  });
});

describe("a file of code passes", () => {
  test.each<[string, string]>([
    ["with schemas and functions", "export const In = z.object({});\nexport const help = () => 1;"],
    ["with data", "export const LIMIT = 3;\nexport const names = ['a'];"],
    ["with functions whose names begin with _", "export const _help = () => 1;"],
    [
      "with a schema that is a function",
      "export const In = Object.assign(() => 1, { '~standard': { version: 1 } });\nexport const help = () => 1;",
    ],
  ])("%s", async (_what, code) => {
    const { report } = await load({ "main.worker": workerFile(), "tools.ts": codeFile(code) });
    expect(report).toBe("");
  });
});

test("all plain exports of a file are named, main first", async () => {
  const { report } = await load({
    "tools.ts": "export function add() {}\nexport class C {}\nexport const main = () => 1;\n",
  });
  expect(report).toContain("it exports no tool: main in tools.ts is a plain function;");
  // Node sorts a module's names, vitest does not.
  expect(report).toMatch(/; the same goes for (add, C|C, add)\n {2}at tools\.ts:3:1\n/);
});
