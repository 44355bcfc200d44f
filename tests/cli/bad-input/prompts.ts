import type { BadInput } from "./bad-input.ts";

const noPrompt = `Failed to run "main": there is no prompt
Try: llm-do main.worker "your prompt"
Try: echo "your prompt" | llm-do main.worker
`;

/** Prompts that the shell or the flags do not pass on as they were meant. */
export const badPrompts: readonly BadInput[] = [
  {
    title: "a prompt that begins with a flag's dashes",
    args: ["main.worker", "--verbose please explain", "--script", "answers.yaml"],
    code: 2,
    stderr: `Failed to read "command line": unknown option '--verbose please explain'; a prompt that begins with - needs -- before it
Try: llm-do main.worker --script answers.yaml -- '--verbose please explain'
Try: llm-do --help
`,
  },
  {
    title: "a prompt that begins with the letter of a flag",
    args: ["main.worker", "-each line is a name"],
    code: 2,
    stderr: `Failed to read "command line": unknown option '-each line is a name'; a prompt that begins with - needs -- before it
Try: llm-do main.worker -- '-each line is a name'
Try: llm-do --help
`,
  },
  {
    title: "a prompt of one word that begins with -",
    args: ["main.worker", "--please"],
    code: 2,
    stderr: `Failed to read "command line": unknown option '--please'
Try: if it is the prompt: llm-do main.worker -- --please
Try: llm-do --help
`,
  },
  {
    title: "a prompt of several words without quotes",
    args: ["main.worker", "hello", "there", "--script", "answers.yaml"],
    code: 2,
    stderr: `Failed to run "hello": there is no such file, and a prompt of several words needs quotes
Try: llm-do main.worker 'hello there' --script answers.yaml
`,
  },
  {
    title: "a prompt before the file",
    args: ["Say hello.", "main.worker"],
    code: 2,
    stderr: `Failed to run "Say hello.": there is no such file, and the prompt goes last
Try: llm-do main.worker 'Say hello.'
`,
  },
  {
    title: "several words and no file",
    args: ["say", "hello"],
    code: 2,
    stderr: `Failed to run "say hello": there is no such file, and a prompt alone does not say what to run
Try: name a worker first: llm-do main.worker 'say hello'
Try: llm-do --help
`,
  },
  {
    title: "an empty prompt where standard input is empty, too",
    args: ["main.worker", ""],
    code: 2,
    stderr: noPrompt,
  },
  {
    title: "a prompt of white space where standard input is empty",
    args: ["main.worker", " \t"],
    code: 2,
    stderr: noPrompt,
  },
  {
    title: "an empty path",
    args: ["", "main.worker", "Hello."],
    code: 2,
    stderr: `Failed to load "": the path is empty
Try: a variable of the shell may be empty: leave it out, or set it
`,
  },
  {
    title: "a misspelt command",
    args: ["chekc", "main.worker"],
    code: 2,
    stderr: `Failed to read "command line": unknown command 'chekc'
Try: llm-do check main.worker
Try: llm-do --help
`,
  },
];
