import { LlmDoError } from "../errors/llm-do-error.ts";

/** A whole file of tools, as short as one can be. */
export const TOOLS_EXAMPLE: readonly string[] = [
  'import { tool, toolset } from "llm-do";',
  'import { z } from "zod";',
  "",
  "export const calc_tools = toolset({",
  "  add: tool({",
  '    description: "Add two numbers.",',
  "    input: z.object({ a: z.number(), b: z.number() }),",
  '    effect: "pure",',
  "    run: ({ a, b }) => a + b,",
  "  }),",
  "});",
];

/** The error for Python code among the files of a project: says how tools are written here. */
export function pythonFile(file: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "load",
    what: file,
    reason: "it is Python, and tools are written in TypeScript",
    details: [
      "  .worker files of the Python llm-do run unchanged; a tool becomes what tool({ ... }) makes:",
      ...TOOLS_EXAMPLE.map((line) => (line === "" ? "" : `    ${line}`)),
    ],
    tries: pythonAdvice(file),
  });
}

/** What to do with Python code, one line each. */
export function pythonAdvice(file: string): readonly string[] {
  const ported = file.replace(/\.py$/i, ".ts");
  return [
    `write ${ported} with tool({ ... }) and toolset({ ... }), and pass it in the place of ${file}`,
    "see docs/toolsets/index.md, Coming from the Python llm-do",
  ];
}
