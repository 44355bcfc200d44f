import type { BadInput } from "./bad-input.ts";

const ENTRY = `import { tool } from "llm-do";
import { z } from "zod";
export const main = tool({
  description: "Start.",
  input: z.looseObject({}),
  effect: "pure",
  run: () => "done",
});
`;

const run = ["main.worker", "Hello."];
const scripted = [...run, "--script", "answers.yaml"];

export const badCommandLines: readonly BadInput[] = [
  {
    title: "nothing at all",
    args: [],
    code: 2,
    stderr: `Failed to run "llm-do": no file is named
Try: llm-do main.worker "your prompt"
Try: llm-do --help
`,
  },
  {
    title: "a prompt without a file",
    args: ["Say hello."],
    code: 2,
    stderr: `Failed to run "Say hello.": there is no such file, and a prompt alone does not say what to run
Try: name a worker first: llm-do main.worker 'Say hello.'
Try: llm-do --help
`,
  },
  {
    title: "a file without a prompt",
    args: ["main.worker"],
    code: 2,
    stderr: `Failed to run "main": there is no prompt
Try: llm-do main.worker "your prompt"
Try: echo "your prompt" | llm-do main.worker
`,
  },
  {
    title: "white space for a prompt on standard input",
    args: ["main.worker"],
    stdin: " \n",
    code: 2,
    stderr: `Failed to run "main": there is no prompt
Try: llm-do main.worker "your prompt"
Try: echo "your prompt" | llm-do main.worker
`,
  },
  {
    title: "a prompt that is a file's name",
    args: ["main.worker", "good.yaml"],
    code: 2,
    stderr: `Failed to run "good.yaml": it stands where the prompt stands, and there is something of that name here
Try: a file of the project ends in .worker, .ts, .mts, .cts, .js, .mjs or .cjs
Try: if it is the prompt: echo good.yaml | llm-do main.worker
`,
  },
  {
    title: "an unknown flag",
    args: [...run, "--casette", "good.yaml"],
    code: 2,
    stderr: `Failed to read "command line": unknown option '--casette'
Try: --cassette
Try: llm-do --help
`,
  },
  {
    title: "a flag without its value",
    args: [...run, "--cassette"],
    code: 2,
    stderr: `Failed to read "command line": option '--cassette <FILE>' argument missing
Try: llm-do --help
`,
  },
  {
    title: "flags that exclude each other",
    args: [...scripted, "--approve-all", "--reject-all"],
    code: 2,
    stderr: `Failed to read "command line": option '--approve-all' cannot be used with option '--reject-all'
Try: llm-do --help
`,
  },
  {
    title: "zero for a limit",
    args: [...scripted, "--max-calls", "0"],
    code: 2,
    stderr: `Failed to read "command line": option '--max-calls <N>' argument '0' is invalid. It must be a whole number above 0
Try: llm-do --help
`,
  },
  {
    title: "a word for a limit",
    args: [...scripted, "--max-depth", "deep"],
    code: 2,
    stderr: `Failed to read "command line": option '--max-depth <N>' argument 'deep' is invalid. It must be a whole number above 0
Try: llm-do --help
`,
  },
  {
    title: "a negative timeout",
    args: [...scripted, "--timeout=-1"],
    code: 2,
    stderr: `Failed to read "command line": option '--timeout <SECONDS>' argument '-1' is invalid. It must be a number above 0
Try: llm-do --help
`,
  },
  {
    title: "a limit of no money",
    args: [...scripted, "--max-usd", "0"],
    code: 2,
    stderr: `Failed to read "command line": option '--max-usd <USD>' argument '0' is invalid. It must be a number above 0
Try: llm-do --help
`,
  },
  {
    title: "samples that are a fraction",
    args: [...scripted, "--samples", "1.5"],
    code: 2,
    stderr: `Failed to read "command line": option '--samples <N>' argument '1.5' is invalid. It must be a whole number above 0
Try: llm-do --help
`,
  },
  {
    title: "an unknown way of running tools",
    args: [...scripted, "--tools", "mock"],
    code: 2,
    stderr: `Failed to read "command line": option '--tools <HOW>' argument 'mock' is invalid. Allowed choices are live, recorded
Try: llm-do --help
`,
  },
  {
    title: "--set without a value",
    args: [...scripted, "--set", "model"],
    code: 2,
    stderr: `Failed to read "--set model": there is no = between key and value
Try: --set settings.temperature=0.2
Try: --set 'toolsets["my-package#tools"].limit=5'
`,
  },
  {
    title: "--set without a key",
    args: [...scripted, "--set", "=x"],
    code: 2,
    stderr: `Failed to read "--set ": the key is empty
Try: --set settings.temperature=0.2
Try: --set 'toolsets["my-package#tools"].limit=5'
`,
  },
  {
    title: "--set with an open bracket",
    args: [...scripted, "--set", 'toolsets["x=1'],
    code: 2,
    stderr: `Failed to read "--set toolsets["x": a bracket must hold a number or a quoted key and be closed
Try: --set settings.temperature=0.2
Try: --set 'toolsets["my-package#tools"].limit=5'
`,
  },
  {
    title: "--set of an unknown key",
    args: [...scripted, "--set", "modle=x"],
    code: 2,
    stderr: `Failed to load "main.worker": unknown key "modle"
  at --set modle
Try: write "model"
`,
  },
  {
    title: "--set of a value of the wrong type",
    args: [...scripted, "--set", "settings.temperature=hot"],
    code: 2,
    stderr: `Failed to load "main.worker": "settings.temperature" must be a number from 0 to 2, not text "hot"
  at --set settings.temperature
`,
  },
  {
    title: "--set for an entry that is code",
    files: { "main.ts": ENTRY, "main.worker": "" },
    args: ["main.ts", "--set", "model=test"],
    code: 2,
    stderr: `Failed to set "main": --set changes the front matter of the entry worker, and the entry is code
Try: name a worker with --entry
`,
  },
  {
    title: "an unknown mode",
    args: [...run, "--cassette", "good.yaml", "--mode", "reply"],
    code: 2,
    stderr: `Failed to use "--mode reply": it must be one of replay, auto, record, live
Try: --mode replay
`,
  },
  {
    title: "a mode without a cassette",
    args: [...run, "--mode", "replay"],
    code: 2,
    stderr: `Failed to use "--mode replay": it says what to do with a cassette, and none is named
Try: add --cassette FILE
`,
  },
  {
    title: "samples without a cassette",
    args: [...scripted, "--samples", "3"],
    code: 2,
    stderr: `Failed to use "--samples 3": it says what to do with a cassette, and none is named
Try: add --cassette FILE
`,
  },
  {
    title: "recorded tools without a cassette",
    args: [...scripted, "--tools", "recorded"],
    code: 2,
    stderr: `Failed to use "--tools recorded": it says what to do with a cassette, and none is named
Try: add --cassette FILE
`,
  },
  {
    title: "samples in a replay",
    args: [...run, "--cassette", "good.yaml", "--mode", "replay", "--samples", "3"],
    code: 2,
    stderr: `Failed to use "--samples 3": it is about recording, and a replay records nothing
Try: add --mode auto, which records what is missing
`,
  },
  {
    title: "an unknown entry",
    args: [...scripted, "--entry", "mian"],
    code: 2,
    stderr: `Failed to find "entry": there is no function "mian"; known: main
Try: --entry main, in a case entry: main
`,
  },
  {
    title: "a group of commands without a command",
    args: ["cassette"],
    code: 2,
    stderr: `Failed to read "command line": it does not say what to do
Try: llm-do cassette verify FILE
Try: llm-do cassette --help
`,
  },
  {
    title: "an unknown command of a group",
    args: ["cassette", "verfy"],
    code: 2,
    stderr: `Failed to read "command line": unknown command 'verfy'
Try: verify
Try: llm-do cassette --help
`,
  },
  {
    title: "a flag of a command without its value",
    args: ["harden", "a.worker", "--synth"],
    code: 2,
    stderr: `Failed to read "command line": option '--synth <N>' argument missing
Try: llm-do harden --help
`,
  },
  {
    title: "verify without a cassette",
    args: ["cassette", "verify"],
    code: 2,
    stderr: `Failed to read "command line": missing required argument 'CASSETTE'
Try: llm-do cassette verify --help
`,
  },
];
