import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** So many tests in each of so many files. */
export interface TestCounts {
  readonly fileCount: number;
  readonly testsPerFile: number;
}

/** Tests of vitest alone that do next to nothing. */
export function writeBareTests(folder: string, { fileCount, testsPerFile }: TestCounts): void {
  for (const file of numbered(fileCount)) {
    const tests = numbered(testsPerFile).map(
      (number) => `test("sum ${number}", () => expect(${number} + 1).toBe(${number + 1}));`,
    );
    const source = `import { expect, test } from "vitest";\n${tests.join("\n")}\n`;
    write(folder, `part-${file}/sums.test.ts`, source);
  }
}

/** Cases that each ask a model twice, with a call of a code tool in between. */
export function writeCases(folder: string, { fileCount, testsPerFile }: TestCounts): void {
  write(folder, "tools.ts", TOOLS);
  write(folder, "answers.yaml", ANSWERS);
  for (const file of numbered(fileCount)) {
    const cases = numbered(testsPerFile).map(
      (number) =>
        `  - name: doubles ${number}\n    input: Double ${number}.\n` +
        "    expect: { output: { contains: twice }, calls: [{ function: double, times: 1 }] }\n",
    );
    const shared = "files: [main.worker, ../tools.ts]\nscript: ../answers.yaml\n";
    write(folder, `part-${file}/main.worker`, WORKER);
    write(folder, `part-${file}/main.cases.yaml`, `${shared}cases:\n${cases.join("")}`);
  }
}

const WORKER = `---
model: anthropic:claude-haiku-4-5
toolsets:
  numbers:
    _approval_config:
      double: { pre_approved: true }
---
You double numbers with your tool, and say so in one sentence.
`;

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";

export const numbers = toolset({
  double: tool({
    description: "Double a number.",
    input: z.object({ value: z.number() }),
    effect: "pure",
    run: ({ value }) => 2 * value,
  }),
});
`;

const ANSWERS = `- - text: I double it.
  - tool_call: { id: toolu_01, name: double, input: { value: 21 } }
- That is twice as much.
`;

function numbered(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
