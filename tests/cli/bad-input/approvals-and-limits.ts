import type { BadInput } from "./bad-input.ts";

const TOOLS = `import { tool, toolset } from "llm-do";
import { z } from "zod";
const wave = tool({
  description: "Wave.",
  input: z.object({ to: z.string() }),
  effect: "pure",
  run: ({ to }) => \`o/ \${to}\`,
});
export const gestures = toolset({ wave });
`;

const WORKER = `---
model: anthropic:claude-haiku-4-5
toolsets: { gestures: {} }
---
You greet people.
`;

const files = {
  "main.worker": WORKER,
  "tools.ts": TOOLS,
  "answers.yaml": `- { tool_call: { name: wave, input: { to: Ada } }, usage: { input_tokens: 40, output_tokens: 9 } }
- { tool_call: { name: wave, input: { to: Bob } }, usage: { input_tokens: 50, output_tokens: 9 } }
- I waved.
`,
};

const run = ["main.worker", "tools.ts", "Hello.", "--script", "answers.yaml"];
const approved = [...run, "--approve-all"];

export const neededApprovals: readonly BadInput[] = [
  {
    title: "an approval that nobody can give",
    files,
    args: run,
    code: 4,
    stderr: `warning: answers.yaml holds answers that were not used: 2
Failed to call "wave": it needs approval and nobody is there to give it
  asked by: main
  input: {"to":"Ada"}
  the smallest rule that would admit it, in main.worker:
    toolsets:
      gestures: { _approval_config: { wave: { pre_approved: true } } }
  it admits every call of wave, whatever its input
Try: add that rule, or run with --approve-all to allow every call of this run
`,
  },
  {
    title: "an approval below a worker that was called",
    files: {
      ...files,
      "main.worker": WORKER.replace("gestures: {}", "greeter: {}"),
      "greeter.worker": WORKER,
      "answers.yaml":
        "- tool_call: { name: greeter, input: { input: Wave. } }\n- tool_call: { name: wave, input: { to: Ada } }\n",
    },
    args: ["main.worker", "greeter.worker", ...run.slice(1), "--headless"],
    code: 4,
    stderr: `Failed to call "wave": it needs approval and nobody is there to give it
  asked by: main > greeter
  input: {"to":"Ada"}
  the smallest rule that would admit it, in greeter.worker:
    toolsets:
      gestures: { _approval_config: { wave: { pre_approved: true } } }
  it admits every call of wave, whatever its input
Try: add that rule, or run with --approve-all to allow every call of this run
`,
  },
];

export const reachedLimits: readonly BadInput[] = [
  {
    title: "too many calls",
    files,
    args: [...approved, "--max-calls", "1"],
    code: 5,
    stderr: `warning: answers.yaml holds answers that were not used: 1
Failed to run "main/wave#2": a limit was reached: main used 1 of 1 calls
Try: raise it with --max-calls, or in limits.max_calls of main
`,
  },
  {
    title: "too many tokens",
    files,
    args: [...approved, "--max-tokens", "80"],
    code: 5,
    stderr: `warning: answers.yaml holds answers that were not used: 1
Failed to run "main": a limit was reached: main used 108 of 80 tokens
Try: raise it with --max-tokens, or in limits.max_tokens of main
`,
  },
  {
    title: "too much money",
    files,
    args: [...approved, "--max-usd", "0.0001"],
    code: 5,
    stderr: `warning: answers.yaml holds answers that were not used: 1
Failed to run "main": a limit was reached: main used $0.0002 of $0.0001
Try: raise it with --max-usd, or in limits.max_usd of main
`,
  },
  {
    title: "too deep",
    files: {
      ...files,
      "main.worker": WORKER.replace("gestures: {}", "greeter: {}"),
      "greeter.worker": WORKER,
      "answers.yaml":
        "- tool_call: { name: greeter, input: { input: Wave. } }\n- tool_call: { name: wave, input: { to: Ada } }\n",
    },
    args: ["main.worker", "greeter.worker", ...approved.slice(1), "--max-depth", "1"],
    code: 5,
    stderr: `Failed to run "main/greeter/wave": a limit was reached: depth 2 of at most 1
Try: raise it with --max-depth, or in limits.max_depth of main
`,
  },
  {
    title: "too long",
    files: { ...files, "answers.yaml": "- { delay_ms: 20000, text: Late. }\n" },
    args: [...approved, "--timeout", "0.2"],
    code: 5,
    stderr: `Failed to run "main": a limit was reached: main took 0.2 s
Try: raise it with --timeout, or in limits.timeout_seconds of main
`,
  },
  {
    title: "a limit in front matter",
    files: {
      ...files,
      "main.worker": WORKER.replace("toolsets", "limits: { max_calls: 1 }\ntoolsets"),
    },
    args: approved,
    code: 5,
    stderr: `warning: answers.yaml holds answers that were not used: 1
Failed to run "main/wave#2": a limit was reached: main used 1 of 1 calls
Try: raise it with --max-calls, or in limits.max_calls of main
`,
  },
];
