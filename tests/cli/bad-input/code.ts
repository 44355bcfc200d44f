import type { BadInput } from "./bad-input.ts";

const run = ["main.worker", "Hello.", "--script", "answers.yaml"];

const PYTHON = `from pydantic_ai.toolsets import FunctionToolset
calc_tools = FunctionToolset()
`;

const python = (
  file: string,
) => `Failed to load "${file}": it is Python, and tools are written in TypeScript
  .worker files of the Python llm-do run unchanged; a tool becomes what tool({ ... }) makes:
    import { tool, toolset } from "llm-do";
    import { z } from "zod";

    export const calc_tools = toolset({
      add: tool({
        description: "Add two numbers.",
        input: z.object({ a: z.number(), b: z.number() }),
        effect: "pure",
        run: ({ a, b }) => a + b,
      }),
    });
Try: write ${file.replace(".py", ".ts")} with tool({ ... }) and toolset({ ... }), and pass it in the place of ${file}
Try: see docs/toolsets/index.md, Coming from the Python llm-do
`;

const asTool = (name: string) =>
  `Try: export const ${name} = tool({ description: "...", input: z.object({}), effect: "pure", run: (input, ctx) => ... })
Try: see docs/tools.md
`;

/** Code that holds no tools. */
export const badCode: readonly BadInput[] = [
  {
    title: "Python among the files",
    files: { "tools.py": PYTHON },
    args: ["main.worker", "tools.py", ...run.slice(1)],
    code: 2,
    stderr: python("tools.py"),
  },
  {
    title: "Python in the prompt's place",
    files: { "lib/tools.py": PYTHON },
    args: ["main.worker", "lib/tools.py"],
    code: 2,
    stderr: python("lib/tools.py"),
  },
  {
    title: "Python behind a reference",
    files: {
      "main.worker": '---\ntoolsets: ["./tools.py#calc_tools"]\n---\nYou add.\n',
      "tools.py": PYTHON,
    },
    args: run,
    code: 2,
    stderr: `Failed to load "main.worker": ./tools.py is Python, and tools are written in TypeScript
  at main.worker:2:12
Try: write ./tools.ts with tool({ ... }) and toolset({ ... }), and pass it in the place of ./tools.py
Try: see docs/toolsets/index.md, Coming from the Python llm-do
`,
  },
  {
    title: "a main that is a plain function",
    files: { "main.ts": "export function main() {\n  return 1;\n}\n" },
    args: ["main.ts", "Hello."],
    code: 2,
    stderr: `Failed to load "main.ts": it exports no tool: main in main.ts is a plain function; wrap it in tool({ ... })
  at main.ts:1:1
${asTool("main")}`,
  },
  {
    title: "a file of plain functions that no worker names",
    files: { "tools.ts": "const x: number = 1;\nexport const add = () => x;\n" },
    args: ["main.worker", "tools.ts", ...run.slice(1)],
    code: 2,
    stderr: `Failed to load "tools.ts": it exports no tool: add in tools.ts is a plain function; wrap it in tool({ ... })
  at tools.ts:2:1
${asTool("add")}`,
  },
  {
    title: "a comparison with a plain function",
    files: { "tools.ts": "export const add = () => 1;\n" },
    args: ["compare", "main.worker", "tools.ts#add"],
    code: 2,
    stderr: `Failed to compare "tools.ts#add": add in tools.ts is a plain function; wrap it in tool({ ... })
  at tools.ts
${asTool("add")}`,
  },
];
