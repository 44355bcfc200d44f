import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { typeCheckedFolder } from "../support/type-checked-folder.ts";

const HEAD = `import { expect } from "vitest";
import { callsOf, runTest, runTool, ScriptedTransport, type TestRun } from "llm-do/testing";
import { test } from "llm-do/vitest";
export type { Tool } from "llm-do"; // as in the project's code
export declare const run: TestRun;
export { callsOf, expect, runTest, runTool, ScriptedTransport, test };
`;

/** What `llm-do types` writes of a project with one function. */
const TYPES = `export {};
declare module "llm-do" {
  interface FunctionTypes {
    readonly add: { readonly input: { readonly a: number }; readonly output: number };
  }
}
`;

describe("what TypeScript knows of tests", () => {
  const types = "../../dist/types";
  const folder = typeCheckedFolder({
    paths: {
      "llm-do": [`${types}/index.d.ts`],
      "llm-do/testing": [`${types}/testing/index.d.ts`],
      "llm-do/vitest": [`${types}/testing/vitest/index.d.ts`],
    },
  });
  afterAll(() => folder[Symbol.dispose]());
  beforeAll(() => folder.write("head.ts", HEAD));

  /** What the compiler says of these lines, as `line: code`. */
  function diagnosticsOf(...lines: readonly string[]): readonly string[] {
    const names = "callsOf, expect, run, runTest, runTool, ScriptedTransport, test";
    const code = `import { ${names} } from "./head.ts";\n${lines.join("\n")}\nexport const used = [${names}];\n`;
    folder.write("body.ts", code);
    return folder.diagnostics().map(({ file, line, code }) => `${file} ${line - 1}: ${code}`);
  }

  test("right tests compile, also with functions that are not known by name", () => {
    const said = diagnosticsOf(
      'expect(run).toHaveCalled("add", { input: { a: 2 }, times: { least: 1 } });',
      'expect(run).not.toHaveOutput(/x/); expect(run).toHaveFailed("limit");',
      'expect({ run }).toEqual({ run: expect.toHaveFailed({ code: "call" }) });',
      "expect(run).toHaveServed({ exchanges: 2 }); expect(run).toHaveUsedAtMost({ usd: 0.1 });",
      'await expect(runTest({ files: ["a.worker"], input: "x" })).resolves.toHaveOutput("y");',
      'await runTest({ files: [], input: 1, script: ["a", { tool_call: { name: "add" } }, ["b", { text: "c" }]] });',
      "await runTest({ files: [], input: 1, doubles: { add: ({ a }: { a: number }) => a + 1 } });",
      'test("x", async ({ llm, workspace, task }) => { await llm({ files: [task.name], input: workspace("y") }); });',
      'callsOf(run, "add")[0]?.input;',
    );
    expect(said).toEqual([]);
  });

  test("wrong ones do not", () => {
    const said = diagnosticsOf(
      'expect("text").toHaveCalled("add");',
      'expect({ calls: [] }).toHaveOutput("x");',
      'expect(run).toHaveCalled("add", { inputs: {} });',
      'expect(run).toHaveCalled("add", { times: "once" });',
      'expect(run).toHaveFailed("limits");',
      "expect(run).toHaveUsedAtMost({ token: 3 });",
      "expect(run).toBeReplayedWhole(true);",
      'await runTest({ files: [], input: 1, script: [{ txt: "a" }] });',
      'await runTest({ files: [], input: 1, cassette: { path: "a", mode: "live" } });',
      'await runTest({ files: [], input: 1, approvals: { add: "maybe" } });',
      'test("x", async ({ llms }) => { await llms(); });',
    );
    expect(said).toEqual([
      "body.ts 1: TS2349",
      "body.ts 2: TS2349",
      "body.ts 3: TS2561",
      "body.ts 4: TS2322",
      "body.ts 5: TS2345",
      "body.ts 6: TS2561",
      "body.ts 7: TS2554",
      "body.ts 8: TS2353",
      "body.ts 9: TS2322",
      "body.ts 10: TS2322",
      "body.ts 11: TS2339",
    ]);
  });

  test("names and types of functions are known once the project's are written down", () => {
    folder.write("llm-do.d.ts", TYPES);
    const said = diagnosticsOf(
      'expect(run).toHaveCalled("add");',
      "await runTest({ files: [], input: 1, doubles: { add: ({ a }) => a + 1 } });",
      'expect(run).toHaveCalled("ad");',
      "await runTest({ files: [], input: 1, doubles: { ad: () => 1 } });",
      'await runTest({ files: [], input: 1, doubles: { add: () => "one" } });',
      'callsOf(run, "ad");',
    );
    expect(said).toEqual([
      "body.ts 3: TS2345",
      "body.ts 4: TS2353",
      "body.ts 5: TS2322",
      "body.ts 6: TS2345",
    ]);
  });
});
