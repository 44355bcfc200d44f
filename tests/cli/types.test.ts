import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "../../src/errors/codes.ts";
import { runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";
import { typeCheckedFolder } from "../support/type-checked-folder.ts";

const FILES = {
  "tools.ts": `import { tool, toolset } from "llm-do";
import { z } from "zod";
const run = () => undefined as never;
const effect = "pure";
export const shop = toolset({
  order: tool({
    description: "Order things. */ Carefully.",
    input: z.object({ sku: z.string(), count: z.number().int().default(1), size: z.enum(["s", "l"]).nullable() }),
    output: z.object({ id: z.string(), lines: z.array(z.object({ sku: z.string() })) }),
    effect,
    run,
  }),
  cancel: tool({ description: "Cancel.\\nFor good.", input: z.object({ id: z.string() }), effect, run }),
});
export const rooms = toolset((config) => {
  const { word = "room" } = z.object({ word: z.string().optional() }).parse(config);
  return toolset({ book: tool({ description: word, input: z.object({ nights: z.number() }), output: z.boolean(), effect, run }) });
});
`,
  "analyzer.worker": "---\nname: analyzer\nmodel: test\ntoolsets: [rooms]\n---\nAnalyze.\n",
};

const TYPES = `// Made by llm-do: llm-do types analyzer.worker tools.ts
// Run that again when a function is added, renamed, or takes or gives something else.

import type {} from "llm-do";

declare module "llm-do" {
  interface FunctionTypes {
    /** Worker analyzer. */
    readonly analyzer: {
      readonly input: string | {
        readonly input: string;
        readonly attachments?: ReadonlyArray<string>;
      };
      readonly output: string;
    };
    /** room */
    readonly book: {
      readonly input: {
        readonly nights: number;
      };
      readonly output: boolean;
    };
    /**
     * Cancel.
     * For good.
     */
    readonly cancel: {
      readonly input: {
        readonly id: string;
      };
      readonly output: unknown;
    };
    /** Order things. *\\/ Carefully. */
    readonly order: {
      readonly input: {
        readonly sku: string;
        readonly count?: number;
        readonly size: "s" | "l" | null;
      };
      readonly checked: {
        readonly sku: string;
        readonly count: number;
        readonly size: "s" | "l" | null;
      };
      readonly output: {
        readonly id: string;
        readonly lines: ReadonlyArray<{
          readonly sku: string;
        }>;
      };
    };
  }
}
`;

const NAMES = ["analyzer.worker", "tools.ts"];

describe("llm-do types", () => {
  test("writes a declaration file into the project's folder, the same each time", async () => {
    using folder = folderWith(FILES);
    const path = join(folder.path, "llm-do.d.ts");
    for (const _time of [1, 2]) {
      const result = await runCliHere(["types", ...NAMES], { cwd: folder.path });
      expect(result).toEqual({ code: EXIT.done, stdout: "wrote llm-do.d.ts\n", stderr: "" });
      expect(readFileSync(path, "utf8")).toBe(TYPES);
    }
  });

  test("writes to stdout, or to another file", async () => {
    using folder = folderWith(FILES);
    const cwd = folder.path;
    expect(await runCli(["types", ...NAMES, "--out", "-"], { cwd })).toEqual({
      code: EXIT.done,
      stdout: TYPES,
      stderr: "",
    });
    expect(existsSync(join(cwd, "llm-do.d.ts"))).toBe(false);
    await runCli(["types", ...NAMES, "--out", "types/all.d.ts"], { cwd });
    expect(readFileSync(join(cwd, "types/all.d.ts"), "utf8")).toBe(TYPES);
  });

  test("leaves a file alone that it did not write", async () => {
    using folder = folderWith({ ...FILES, "llm-do.d.ts": "export type Mine = 1;\n" });
    expect(await runCliHere(["types", ...NAMES], { cwd: folder.path })).toEqual({
      code: EXIT.usage,
      stdout: "",
      stderr: `Failed to write "llm-do.d.ts": it is there already, and llm-do types did not write it
Try: name another file with --out, or remove this one
`,
    });
    const kept = readFileSync(join(folder.path, "llm-do.d.ts"), "utf8");
    expect(kept).toBe("export type Mine = 1;\n");
  });

  test("says what is wrong with the project, as check does", async () => {
    using folder = folderWith({
      ...FILES,
      "b.worker": "---\ntoolsets: [nothing, none]\n---\nB.\n",
    });
    const { code, stderr } = await runCliHere(["types", ...NAMES, "b.worker"], {
      cwd: folder.path,
    });
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("2 findings\n  b.worker:2:12: unknown toolset ");
    expect(existsSync(join(folder.path, "llm-do.d.ts"))).toBe(false);
  });
});

describe("what TypeScript knows from the file", () => {
  const paths = { "llm-do": ["../../dist/types/index.d.ts"] };
  const folder = typeCheckedFolder({ paths, skipLibCheck: false });
  afterAll(() => folder[Symbol.dispose]());
  beforeAll(() => {
    for (const [name, text] of Object.entries(FILES)) folder.write(name, text);
  });

  /** What the compiler says of a tool's body, as `line: message`. */
  function diagnosticsOf(...body: readonly string[]): readonly string[] {
    const lines = body.map((line) => `  ${line}\n`).join("");
    const code = `import type { CallContext } from "llm-do";\nexport async function run(ctx: CallContext) {\n${lines}}\n`;
    folder.write("body.ts", code);
    return folder
      .diagnostics()
      .map(({ file, line, code, message }) => `${file} ${line - 2}: ${code}: ${message}`);
  }

  test("is nothing as long as there is none: any name, any input, an unknown output", () => {
    const said = diagnosticsOf(
      'await ctx.call("anything", 3);',
      'await ctx.functions["anything"]?.(3);',
      'const text: string = await ctx.call("analyzer", "x");',
      "return text;",
    );
    expect(said).toEqual([
      expect.stringMatching(/^body\.ts 3: TS2322: Type 'unknown' is not assignable/),
    ]);
  });

  describe("with the file", () => {
    beforeAll(() => folder.write("llm-do.d.ts", TYPES));

    test("right calls compile", () => {
      const said = diagnosticsOf(
        'const text: string = await ctx.call("analyzer", "Look.");',
        'const more: string = await ctx.functions.analyzer({ input: "Look.", attachments: ["a.pdf"] });',
        'const { id, lines } = await ctx.call("order", { sku: text, size: null });',
        "const first: string | undefined = lines[0]?.sku;",
        "const free: boolean = await ctx.functions.book({ nights: 2 });",
        'const gone: unknown = await ctx.call("cancel", { id });',
        "return { more, first, free, gone };",
      );
      expect(said).toEqual([]);
    });

    test("a wrong name, a wrong input and a wrong use of an output do not", () => {
      const said = diagnosticsOf(
        'await ctx.call("analyser", "Look.");',
        'await ctx.functions.analyser("Look.");',
        'await ctx.call("order", { sku: 3, size: "l" });',
        'await ctx.functions.order({ sku: "a", size: "xl" });',
        'await ctx.call("book", "two");',
        'const id: number = (await ctx.call("order", { sku: "a", size: "s" })).id;',
        "return id;",
      );
      expect(said).toEqual([
        expect.stringMatching(/^body\.ts 1: TS2345: .*'"analyser"' is not assignable/),
        expect.stringMatching(/^body\.ts 2: TS2551: Property 'analyser' does not exist/),
        expect.stringMatching(
          /^body\.ts 3: TS2322: Type 'number' is not assignable to type 'string'/,
        ),
        expect.stringMatching(/^body\.ts 4: TS2322: Type '"xl"' is not assignable/),
        expect.stringMatching(/^body\.ts 5: TS2345: .*'string' is not assignable/),
        expect.stringMatching(
          /^body\.ts 6: TS2322: Type 'string' is not assignable to type 'number'/,
        ),
      ]);
    });
  });
});

test("TypeScript knows it in a program that imports llm-do/testing alone", () => {
  const types = "../../dist/types";
  using folder = typeCheckedFolder({
    paths: {
      "llm-do": [`${types}/index.d.ts`],
      "llm-do/testing": [`${types}/testing/index.d.ts`],
    },
  });
  folder.write("llm-do.d.ts", TYPES);
  folder.write(
    "a.ts",
    `import type { Doubles } from "llm-do/testing";
export const doubles: Doubles = { book: ({ nights }) => nights > 2 };
`,
  );
  expect(folder.diagnostics()).toEqual([]);
}, 30_000);
