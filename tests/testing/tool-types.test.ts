import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { typeCheckedFolder } from "../support/type-checked-folder.ts";

/** Tools of zod, and of a library that nobody has heard of. */
const TOOLS = `import { type Schema, type Tool, tool, toolset } from "llm-do";
import { runTest, runTool } from "llm-do/testing";
import { z } from "zod";
export declare const point: Schema<{ x: number; y?: number | undefined }, { x: number; y: number }>;
export declare const size: Schema<string, number>;
export interface Tree { value: string; children: Tree[] }
export declare const tree: Schema<Tree>;
export declare const maybe: Schema | undefined;
export const Cat = z.object({ kind: z.enum(["x", "y"]), tags: z.array(z.object({ t: z.literal("q") })).default([]) });
const description = "";
const effect = "pure";
export const tools = toolset({
  order: tool({ description, effect, input: z.object({ sku: z.string(), count: z.number().default(1) }), output: z.object({ id: z.string(), at: z.string().optional() }), run: ({ sku, count }) => ({ id: sku.repeat(count) }) }),
  ask: tool({ description, effect, input: z.object({ input: z.string(), again: z.boolean().optional() }), run: async ({ input }) => ({ said: input, at: new Date(), nothing: undefined }) }),
  move: tool({ description, effect, input: point, output: size, run: ({ x, y }) => String(x + y) }),
  numbers: tool({ description, effect, input: z.object({}), run: () => [1, 2] }),
  log: tool({ description, effect, input: z.object({}), run: () => {} }),
});
export declare const any: Tool;
export { description, effect, runTest, runTool, tool, toolset, z, type Tool };
`;

const NAMES =
  "any, Cat, description, effect, maybe, point, runTest, runTool, size, tool, tools, toolset, tree, type Tool, type Tree, z";

/** What `llm-do types` writes, today and before it knew what code gets. */
const TYPES = `export {};
declare module "llm-do" {
  interface FunctionTypes {
    readonly order: { readonly input: { readonly sku: string; readonly count?: number }; readonly checked: { readonly sku: string; readonly count: number }; readonly output: number };
    readonly haiku: { readonly input: string | { readonly input: string; readonly attachments?: ReadonlyArray<string> }; readonly output: string };
  }
}
`;

describe("what TypeScript knows of tools", () => {
  const types = "../../dist/types";
  const folder = typeCheckedFolder({
    noUnusedLocals: false,
    paths: {
      "llm-do": [`${types}/index.d.ts`],
      "llm-do/testing": [`${types}/testing/index.d.ts`],
    },
  });
  afterAll(() => folder[Symbol.dispose]());
  beforeAll(() => folder.write("tools.ts", TOOLS));

  /** What the compiler says, as `line: code`. */
  function diagnosticsOf(...lines: readonly string[]): readonly string[] {
    folder.write("body.ts", `import { ${NAMES} } from "./tools.ts";\n${lines.join("\n")}\n`);
    return folder.diagnostics().map(({ file, line, code }) => `${file} ${line - 1}: ${code}`);
  }

  const input = "input: z.object({ a: z.string() })";
  const head = `description, effect, ${input}`;

  test("run may give what output accepts, or a promise of it", () => {
    const said = diagnosticsOf(
      `tool({ ${head}, output: z.number(), run: ({ a }) => a.length });`,
      `tool({ ${head}, output: z.number(), run: async ({ a }) => a.length });`,
      `tool({ ${head}, output: z.number(), run: ({ a }) => a === "" ? 1 : Promise.resolve(2) });`,
      `tool({ ${head}, output: z.enum(["x", "y"]), run: ({ a }) => a === "" ? "x" : "y" });`,
      `tool({ ${head}, output: z.object({ kind: z.literal("x"), n: z.number().default(1) }), run: () => ({ kind: "x" }) });`,
      `tool({ ${head}, output: z.union([z.string(), z.null()]), run: async ({ a }) => a || null });`,
      `tool({ ${head}, output: z.array(z.tuple([z.string(), z.number()])), run: ({ a }) => [[a, 1]] });`,
      `tool({ ${head}, output: z.any(), run: ({ a }) => a });`,
      `tool({ ${head}, output: size, run: ({ a }) => a });`,
      `tool({ ${head}, run: ({ a }) => a });`,
      `tool({ ${head}, output: z.number(), run: ({ a }): never => { throw new Error(a); } });`,
      `tool({ ${head}, output: z.number(), run({ a }, ctx) { return ctx.depth + a.length; } });`,
      `tool<typeof point, typeof size>({ description, effect, input: point, output: size, run: ({ y }) => String(y) });`,
      `tool({ ${head}, output: Cat, run: async ({ a }) => { if (a) return { kind: "x" }; return { kind: "y", tags: [{ t: "q" }] }; } });`,
      `tool({ ${head}, output: Cat, run: async ({ a }) => { const one: z.infer<typeof Cat> = { kind: "x", tags: [] }; return one; } });`,
      `tool({ ${head}, output: z.json(), run: async ({ a }) => ({ a, list: [1, { b: null }] }) });`,
      `tool({ ${head}, output: tree, run: async ({ a }) => ({ value: a, children: [{ value: a, children: [] }] }) });`,
      `tool({ ${head}, output: tree, run: ({ a }): Tree => ({ value: a, children: [] }) });`,
      `tool({ ${head}, output: z.array(z.object({ a: z.string() })), run: ({ a }) => { const all = []; for (const each of a) all.push({ a: each }); return all; } });`,
      `tool({ ${head}, output: z.unknown(), run: () => [3] });`,
      `tool({ ${head}, run: () => [3], ...(maybe ? { output: maybe } : {}) });`,
      `tool({ run: () => ({ kind: "x" }), ${head}, output: z.object({ kind: z.literal("x") }) });`,
      "export const plain: Tool = tools.tools.order;",
      "export const group: Readonly<Record<string, Tool>> = tools.tools;",
      'export const byName: Tool | undefined = (tools.tools as Readonly<Record<string, Tool>>)["any name"];',
    );
    expect(said).toEqual([]);
  });

  test("what output does not accept does not compile", () => {
    const said = diagnosticsOf(
      `tool({ ${head}, output: z.number(), run: ({ a }) => a });`,
      `tool({ ${head}, output: z.object({ n: z.number() }), run: ({ a }) => ({ m: a }) });`,
      `tool({ ${head}, output: z.object({ n: z.number() }), run: async ({ a }) => ({ n: a }) });`,
      `tool({ ${head}, output: z.number(), run: async ({ a }) => a });`,
      `tool({ ${head}, output: size, run: ({ a }) => a.length });`,
      `tool({ ${head}, output: z.string(), run: () => {} });`,
      `tool({ ${head}, output: z.string(), run: ({ a }) => a || undefined });`,
      `tool({ ${head}, output: z.enum(["x", "y"]), run: ({ a }) => a });`,
      `tool({ ${head}, output: z.number(), run: ({ b }) => b });`,
      `toolset({ one: tool({ ${head}, output: z.number(), run: ({ a }) => a }) });`,
      `tool({ description, ${input}, effect: "none", run: () => 1 });`,
    );
    expect(said.map((line) => line.replace(/: .*/, ""))).toEqual(
      Array.from({ length: 11 }, (_, index) => `body.ts ${index + 1}`),
    );
  });

  test("runTool takes what the tool accepts and types what it gives", () => {
    const said = diagnosticsOf(
      "const { order, ask, move, log, numbers } = tools.tools;",
      'export const id: string | undefined = (await runTool(order, { sku: "a" })).output?.id;',
      'export const at: string | undefined = (await runTool(order, { sku: "a", count: 2 })).output?.at;',
      'export const when: string | undefined = (await runTool(ask, "text")).output?.at;',
      'export const said: string | undefined = (await runTool(ask, { input: "text" })).output?.said;',
      "export const length: number | undefined = (await runTool(move, { x: 1 })).output;",
      "export const none: null | undefined = (await runTool(log, {})).output;",
      "export const list: readonly number[] | undefined = (await runTool(numbers, {})).output;",
      "export const first: number | undefined = (await runTool(numbers, {})).output?.at(7);",
      'await runTool(any, "text"); await runTool(any, { any: 1 });',
      "await runTool(order, { sku: 3 } as never);",
      'await runTool(order, { sku: "a" }, { doubles: { some: any, other: ({ a }: { a: number }) => a } });',
    );
    expect(said).toEqual([]);
  });

  test("other inputs and outputs do not compile", () => {
    const said = diagnosticsOf(
      "await runTool(tools.tools.order, {});",
      'await runTool(tools.tools.order, { sku: "a", cont: 1 });',
      'await runTool(tools.tools.order, "text");',
      'await runTool(tools.tools.move, { x: "1" });',
      "await runTool(tools.tools.log, 3);",
      'export const id: number | undefined = (await runTool(tools.tools.order, { sku: "a" })).output?.id;',
      'export const at: Date | undefined = (await runTool(tools.tools.ask, "a")).output?.at;',
      "export const length: string | undefined = (await runTool(tools.tools.move, { x: 1 })).output;",
      'await runTest({ files: [], input: 1, tools: "recorder" });',
      'await runTool(tools.tools.ordr, { sku: "a" });',
    );
    expect(said.map((line) => line.replace(/: .*/, ""))).toEqual(
      Array.from({ length: 10 }, (_, index) => `body.ts ${index + 1}`),
    );
  });

  test("a run of an entry whose types are written down has them", () => {
    folder.write("llm-do.d.ts", TYPES);
    const right = diagnosticsOf(
      'export const n: number | undefined = (await runTest({ files: [], entry: "order", input: { sku: "a" } })).output;',
      'export const t: string | undefined = (await runTest({ files: [], entry: "haiku", input: "spring" })).output;',
      'await runTest({ files: [], input: { any: 1 }, script: ["Done."] });',
    );
    const wrong = diagnosticsOf(
      'await runTest({ files: [], entry: "order", input: { skv: "a" } });',
      'await runTest({ files: [], entry: "ordre", input: { sku: "a" } });',
      'export const t: string | undefined = (await runTest({ files: [], entry: "order", input: { sku: "a" } })).output;',
    );
    expect(right).toEqual([]);
    expect(wrong.map((line) => line.replace(/: .*/, ""))).toEqual([
      "body.ts 1",
      "body.ts 2",
      "body.ts 3",
    ]);
  });

  test("doubles get what the function's code would get", () => {
    folder.write("llm-do.d.ts", TYPES);
    const right = diagnosticsOf(
      'await runTest({ files: ["haiku.worker"], input: "x", doubles: { haiku: ({ input }) => input } });',
      'await runTest({ files: [], input: "x", doubles: { order: ({ count }) => count + 1 } });',
      'await runTool(any, "x", { doubles: { order: ({ count }) => count + 1, haiku: async ({ input }) => input, own: () => 1 } });',
      'await runTool(any, "x", { doubles: { order: tools.tools.order } });',
    );
    const wrong = diagnosticsOf(
      'await runTest({ files: [], input: "x", doubles: { haiku: ({ text }) => text } });',
      'await runTest({ files: [], input: "x", doubles: { order: ({ count }) => String(count) } });',
      'await runTool(any, "x", { doubles: { order: ({ count }) => String(count) } });',
    );
    expect(right).toEqual([]);
    expect(wrong).toEqual(["body.ts 1: TS2339", "body.ts 2: TS2322", "body.ts 3: TS2322"]);
  });
});
