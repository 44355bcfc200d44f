import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { unexportedTypes } from "../support/public-types.ts";

const dist = resolve(repository, "dist/types");

/** A library of tools as its author writes it: no type of llm-do is named. */
const LIBRARY = `import { hardened, domain, openProject, run, type Schema, start, tool, toolset, worker } from "llm-do";
import { z } from "zod";

const Order = z.object({ id: z.string(), cents: z.number().int().default(0), placedAt: z.iso.datetime().optional() });
export const lookup = tool({
  description: "Find an order.",
  input: z.object({ id: z.string(), verbose: z.boolean().default(false) }),
  output: Order,
  effect: "external",
  approval: ({ id }) => (id === "" ? "allow" : "ask"),
  run: async ({ id }, ctx) => ({ id, cents: ctx.depth }),
});
export const plain = tool({ description: "", input: z.object({}), effect: "pure", run: () => ({ at: new Date(), list: [1] }) });
export const nothing = tool({ description: "", input: z.object({}), effect: "pure", run: () => {} });
export const orders = toolset({ lookup, plain, nothing });
export const searchTools = toolset((config, place) => toolset({ [place.workerName]: plain, limit: tool({ description: String(config.limit), input: z.object({}), effect: "pure", run: () => config }) }));
export const bounded = toolset(z.strictObject({ limit: z.number().default(3) }), ({ limit }) => toolset({ search: tool({ description: "", input: z.object({ q: z.string() }), effect: "external", run: ({ q }) => Array(limit).fill(q) as string[] }) }));
export const classify = worker({
  model: "test",
  instructions: "Classify.",
  input: z.object({ text: z.string() }),
  output: z.object({ kind: z.enum(["bug", "question"]) }),
  toolsets: { orders, searchTools: [searchTools, { limit: 3 }], lookup, helper: worker({ instructions: "Help." }), shell: {} },
});
export const helper = worker({ instructions: "Help." });
export function cached<S extends Schema, R>(input: S, get: (asked: unknown) => R) {
  return tool({ description: "", input, effect: "external", run: (asked) => get(asked) });
}
export const listOf = <O extends Schema>(output: O, all: never) => tool({ description: "", input: z.object({}), output, effect: "pure", run: () => all });
export const group = (...names: string[]) => toolset(Object.fromEntries(names.map((name) => [name, plain])));
export const isShort = domain<{ text: string }>({ accepts: ({ text }) => text.length < 3 || "long" });
export const both = hardened({ prompt: "./a.worker", code: plain, mode: "shadow", domain: isShort });
export const open = () => openProject({ files: ["main.worker"] });
export const ask = (text: string) => run({ worker: classify, input: { text } });
export const begin = (input: string) => start({ worker: helper, input });
export const named = (input: string) => run({ files: ["a.worker"], entry: "a", input });
export const report = async () => (await open()).check();
export const conversation = async () => (await open()).chat();
`;

/** What its users rely on, from its declarations alone. */
const USE = `import { openProject, run } from "llm-do";
import { runTool } from "llm-do/testing";
import { ask, bounded, cached, classify, helper, lookup, orders } from "./declarations/index.js";
import { z } from "zod";
export const cents: number | undefined = (await runTool(lookup, { id: "a" })).output?.cents;
export const made = bounded.make({ limit: 2 }, { cwd: "/", workerName: "w", workerPath: "/w", workerDir: "/" });
export const found: readonly string[] | undefined = (await runTool(made.tools.search, { q: "x" })).output;
export const kind: "bug" | "question" = (await ask("x")).output.kind;
export const same: "bug" | "question" = (await run({ worker: classify, input: { text: "x" } })).output.kind;
export const text: string = (await run({ worker: helper, input: "Hello." })).output;
export const n: number | undefined = (await runTool(cached(z.object({ a: z.string() }), () => 3), { a: "x" })).output;
export const reading = await run({ worker: helper, input: { input: "Read.", attachments: [{ name: "a.txt", data: new Uint8Array() }, new URL("https://a.example/a.pdf").href, { url: "https://a.example/b.pdf" }] } });
interface MyFunctions { greet: { input: { name: string }; output: "hi" | "bye" }; main: { input: string; output: number } }
export const mine = await openProject<MyFunctions>({ files: ["main.worker"] });
export const greeting: "hi" | "bye" = (await mine.run({ entry: "greet", input: { name: "Ada" } })).output;
export const started: number = (await mine.start({ entry: "main", input: "x" }).result).output;
for await (const { input, report } of mine.map([{ name: "Ada" }], { entry: "greet" })) { const is: "hi" | "bye" | undefined = report?.output; const name: string = input.name; void [is, name]; }
export const said: "hi" | "bye" = (await mine.chat({ entry: "greet" }).send({ name: "Ada" }).result).output;
export const classified: "bug" | "question" = (await mine.chat({ worker: classify }).fork().send({ text: "x" }).result).output.kind;
for await (const { report } of mine.map([{ text: "x" }], { worker: classify })) { const kind: "bug" | "question" | undefined = report?.output.kind; void kind; }
export const begun: "bug" | "question" = (await mine.start({ worker: classify, input: { text: "x" } }).result).output.kind;
export const known: "greet" | "main" | undefined = [...mine.functions.keys()][0];
// @ts-expect-error a function that the project does not have
await mine.run({ entry: "great", input: "x" });
// @ts-expect-error a wrong input of a project's function
mine.start({ entry: "greet", input: { nam: "Ada" } });
// @ts-expect-error a wrong input among many
mine.map([{ nam: "Ada" }], { entry: "greet" });
// @ts-expect-error a function to talk to that the project does not have
mine.chat({ entry: "great" });
// @ts-expect-error a wrong input of a turn
mine.chat({ worker: classify }).send({ txt: "x" });
// @ts-expect-error a value that is no attachment
await run({ worker: helper, input: { input: "Read.", attachments: [{ name: "a.txt" }] } });
// @ts-expect-error a wrong input
await runTool(lookup, { idd: "a" });
// @ts-expect-error a wrong input of a worker
await run({ worker: classify, input: { txt: "x" } });
// @ts-expect-error a misspelt tool
orders.tools.lokup;
// @ts-expect-error a wrong output
export const wrong: string | undefined = (await runTool(lookup, { id: "a" })).output?.cents;
`;

/** Compilers are slow when all tests run. */
describe("declarations", { timeout: 300_000 }, () => {
  let folder = "";
  beforeAll(() => {
    mkdirSync(join(repository, ".llm-do"), { recursive: true });
    folder = mkdtempSync(join(repository, ".llm-do/declarations-"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "index.ts"), LIBRARY);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["typescript-5", "nodenext"],
    ["typescript-5", "bundler"],
    ["typescript", "nodenext"],
    ["typescript", "bundler"],
  ])("of a library come from %s with %s, and are enough for its users", (compiler, resolution) => {
    const outDir = `out-${compiler}-${resolution}`;
    const options = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      target: "es2024",
      lib: ["es2024", "esnext.disposable"],
      types: ["node"],
      module: resolution === "bundler" ? "esnext" : "nodenext",
      moduleResolution: resolution,
      rootDir: ".",
      paths: {
        "llm-do": [join(dist, "index.d.ts")],
        "llm-do/testing": [join(dist, "testing/index.d.ts")],
      },
    };
    const declare = {
      declaration: true,
      emitDeclarationOnly: true,
      outDir: `${outDir}/declarations`,
    };
    expect(compiled(compiler, { ...options, ...declare }, ["index.ts"])).toBe("");
    const declared = readFileSync(join(folder, outDir, "declarations/index.d.ts"), "utf8");
    expect(declared).not.toMatch(/dist\/types|node_modules/);
    writeFileSync(join(folder, outDir, "use.ts"), USE);
    expect(compiled(compiler, { ...options, noEmit: true }, [`${outDir}/use.ts`])).toBe("");
  });

  test("name no type that cannot be imported", () => {
    expect(unexportedTypes([join(dist, "index.d.ts"), join(dist, "testing/index.d.ts")])).toEqual(
      [],
    );
    expect(unexportedTypes([join(dist, "functions/tool.d.ts")])).toContainEqual(
      expect.stringMatching(/^Schema \(/),
    );
  });

  function compiled(compiler: string, compilerOptions: object, files: readonly string[]): string {
    const config = join(folder, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    const tsc = join(repository, "node_modules", compiler, "bin/tsc");
    try {
      return execFileSync(process.execPath, [tsc, "-p", config, "--pretty", "false"], {
        encoding: "utf8",
      });
    } catch (error) {
      return (error as { stdout: string }).stdout; // execFileSync with an encoding
    }
  }
});
