import type { BadInput } from "./bad-input.ts";

const run = ["main.worker", "Hello."];
const scripted = [...run, "--script", "answers.yaml"];

export const badModels: readonly BadInput[] = [
  {
    title: "a key that is not set",
    args: run,
    code: 2,
    stderr: `Failed to use model "anthropic:claude-haiku-4-5": the environment variable ANTHROPIC_API_KEY is not set
Try: set ANTHROPIC_API_KEY to your key
Try: run without a key: --cassette FILE --mode replay, or --script FILE
`,
  },
  {
    title: "a key with two possible variables",
    args: [...run, "--model", "google-gla:gemini-2.5-flash"],
    code: 2,
    stderr: `Failed to use model "google-gla:gemini-2.5-flash": the environment variable GEMINI_API_KEY or GOOGLE_API_KEY is not set
Try: set GEMINI_API_KEY or GOOGLE_API_KEY to your key
Try: run without a key: --cassette FILE --mode replay, or --script FILE
`,
  },
  {
    title: "an unknown provider",
    args: [...run, "--model", "antropic:claude-haiku-4-5"],
    code: 2,
    stderr: `Failed to use model "antropic:claude-haiku-4-5": there is no provider "antropic"
Try: write "anthropic:claude-haiku-4-5"
Try: use one of anthropic, cerebras, deepseek, fireworks, google-gla, groq, mistral, ollama, openai, openai-chat, openai-responses, openrouter, together, xai
Try: add a server of your own: LLM_DO_PROVIDERS="name=http://localhost:8000/v1"
`,
  },
  {
    title: "a model without a provider",
    args: [...run, "--model", "claude-haiku-4-5"],
    code: 2,
    stderr: `Failed to use model "claude-haiku-4-5": a model's name is provider:model, and this one names no provider
Try: write for example anthropic:claude-haiku-4-5
`,
  },
  {
    title: "a provider without a model",
    args: [...run, "--model", "anthropic:"],
    code: 2,
    stderr: `Failed to use model "anthropic:": a model's name is provider:model, and this one needs a provider and a model
Try: write for example anthropic:claude-haiku-4-5
`,
  },
  {
    title: "no model at all",
    files: { "main.worker": "---\n---\nYou greet.\n" },
    args: run,
    code: 2,
    stderr: `Failed to run "main": no model is named
  at main.worker
Try: add a line to its front matter, such as model: anthropic:claude-haiku-4-5
Try: or pass --model, or set LLM_DO_MODEL
`,
  },
  {
    title: "a model that the worker excludes",
    files: { "main.worker": '---\ncompatible_models: ["openai:*"]\n---\nYou greet.\n' },
    args: [...scripted, "--model", "anthropic:claude-haiku-4-5"],
    code: 2,
    stderr: `warning: answers.yaml holds answers that were not used: 1
Failed to run "main": it is not compatible with anthropic:claude-haiku-4-5
  at main.worker
Try: a model that fits its compatible_models: openai:*
`,
  },
  {
    title: "a base URL that is none",
    args: run,
    env: { ANTHROPIC_API_KEY: "not-a-real-key", ANTHROPIC_BASE_URL: "localhost:8000" },
    code: 2,
    stderr: `Failed to use model "anthropic:claude-haiku-4-5": the base URL in ANTHROPIC_BASE_URL must be an http or https URL
Try: write the whole address, as in http://localhost:8000/v1
`,
  },
  {
    title: "a broken LLM_DO_PROVIDERS",
    args: [...run, "--model", "local:x"],
    env: { LLM_DO_PROVIDERS: "local" },
    code: 2,
    stderr: `Failed to read "LLM_DO_PROVIDERS": an entry has no name
Try: write name=baseUrl or name=baseUrl|KEY_VARIABLE, separated by commas, or a JSON object
Try: for example LLM_DO_PROVIDERS="local=http://localhost:8000/v1"
`,
  },
  {
    title: "a script that is not there",
    args: [...run, "--script", "answer.yaml"],
    code: 2,
    stderr: `Failed to read "answer.yaml": there is no such script
Try: check the path; a script:FILE model is relative to its worker's file
`,
  },
  {
    title: "a script that is a map",
    files: { "answers.yaml": "text: Hello.\n" },
    args: scripted,
    code: 2,
    stderr: `Failed to read "answers.yaml": a script is a YAML list with one item per request
  at answers.yaml:1:1
Try: begin each item with "- "
`,
  },
  {
    title: "a script with an unknown key",
    files: { "answers.yaml": "- txt: Hello.\n" },
    args: scripted,
    code: 2,
    stderr: `Failed to read "answers.yaml": unknown key "txt" in "[0]"
  at answers.yaml:1:3
Try: write "text"
`,
  },
  {
    title: "an empty script",
    files: { "answers.yaml": "" },
    args: scripted,
    code: 2,
    stderr: `Failed to read "answers.yaml": the script holds no items
  at answers.yaml:1:1
Try: begin each item with "- "
`,
  },
  {
    title: "a script that answers no such request",
    files: { "answers.yaml": "- { when: { contains: Bye }, text: Bye. }\n" },
    args: scripted,
    code: 1,
    stderr: `warning: answers.yaml holds answers that were not used: 1
Failed to answer "main": the script has no answer left for it: 0 of 1 items are used and the others are for other requests
  at answers.yaml
  unused: answers.yaml:1:3 answers only a request with the text "Bye"
Try: add an item to answers.yaml
`,
  },
  {
    title: "a script that runs dry",
    files: {
      "main.worker": "---\nmodel: test\ntoolsets: [other]\n---\nYou greet.\n",
      "other.worker": "---\n---\nYou help.\n",
      "answers.yaml": '- tool_call: { name: other, input: { input: "Help." } }\n',
    },
    args: ["main.worker", "other.worker", "Hello.", "--script", "answers.yaml"],
    code: 1,
    stderr: `Failed to answer "other": the script has no answer left for it: 1 of 1 items are used
  at answers.yaml
Try: add an item to answers.yaml
`,
  },
  {
    title: "an error of the provider",
    files: {
      "answers.yaml":
        "- error: { status: 400, type: invalid_request_error, message: no such thing }\n",
    },
    args: scripted,
    code: 1,
    stderr: `Failed to ask "anthropic:claude-haiku-4-5": 400 invalid_request_error: no such thing
`,
  },
];
