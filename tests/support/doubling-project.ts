/** A small project with cases, a tool and its answers, as files by name. */
export const DOUBLING_PROJECT = {
  "main.worker": `---
model: anthropic:claude-haiku-4-5
toolsets:
  numbers:
    _approval_config:
      double: { pre_approved: true }
---
You double numbers.
`,
  "tools.ts": `import { tool, toolset } from "llm-do";
import { z } from "zod";
import { twice } from "./twice.ts";

export const numbers = toolset({
  double: tool({
    description: "Double a number.",
    input: z.object({ n: z.number() }),
    effect: "pure",
    run: ({ n }) => twice(n),
  }),
});
`,
  "twice.ts": `export const twice = (n: number): number => {
  if (n > 1000) return Number.POSITIVE_INFINITY;
  return n * 2;
};
`,
  "answers.yaml": "- - tool_call: { name: double, input: { n: 4 } }\n- It is 8.\n",
  "main.cases.yaml": `files: [main.worker, tools.ts]
script: answers.yaml
cases:
  - name: doubles
    input: Double 4.
    expect: { output: { contains: "8" }, calls: [{ function: double, output: 8 }] }
  - name: doubles again (and says so)
    input: Double 4!
    expect: { output: It is 8. }
`,
  "other.cases.yaml": `files: [main.worker, tools.ts]
script: answers.yaml
cases:
  - name: doubles for others
    input: Double 4?
    expect: { output: It is 8. }
`,
} as const;
