import { join } from "node:path";
import { describe } from "vitest";
import { workerFile } from "../support/loading.ts";
import { precedence } from "../support/precedence.ts";

/** Answers main with a call of helper, and helper with a text, whatever their models are. */
const DELEGATING = `
- { when: { worker: main }, tool_call: { name: helper, input: { input: Help. } } }
- { when: { worker: helper }, text: Helped. }
- { when: { worker: main }, text: Done. }`;

const CALLING_HELPER = `import { tool } from ${JSON.stringify(
  join(import.meta.dirname, "../../src/functions/tool.ts"),
)};
import { z } from "zod";
export const main = tool({ description: "d", input: z.any(), effect: "pure", run: (_input, ctx) => ctx.call("helper", "x") });`;

describe("the model of the entry is --model, its own, LLM_DO_MODEL; below it its own, its caller's", () => {
  const two = (main: readonly string[], helper: readonly string[]) => ({
    "main.worker": workerFile(...main, "toolsets: [helper]"),
    "helper.worker": workerFile(...helper),
  });
  const env = { LLM_DO_MODEL: "p:env" };
  const asks = (main: string, helper: string) =>
    [`main: asks ${main} (`, `main/helper: asks ${helper} (`] as const;
  precedence(
    { files: { "s.yaml": DELEGATING }, args: ["--script", "s.yaml"] },
    {
      "the entry's own before LLM_DO_MODEL, helper's own before its caller's": [
        { files: two(["model: p:main"], ["model: p:helper"]), env },
        0,
        ...asks("p:main", "p:helper"),
      ],
      "the flag before the entry's own, and for nobody else": [
        {
          files: two(["model: p:main"], ["model: p:helper"]),
          args: ["--script", "s.yaml", "-m", "p:flag"],
        },
        0,
        ...asks("p:flag", "p:helper"),
      ],
      "the flag before --set": [
        {
          files: two(["model: p:main"], []),
          args: ["--script", "s.yaml", "--set", "model=p:set", "--model", "p:flag"],
        },
        0,
        ...asks("p:flag", "p:flag"),
      ],
      "--set before the file": [
        {
          files: two(["model: p:main"], []),
          args: ["--script", "s.yaml", "--set", "model=p:set"],
        },
        0,
        ...asks("p:set", "p:set"),
      ],
      "a caller's before LLM_DO_MODEL": [
        { files: two(["model: p:main"], []), env },
        0,
        ...asks("p:main", "p:main"),
      ],
      "LLM_DO_MODEL where nobody names one": [
        { files: two([], []), env },
        0,
        ...asks("p:env", "p:env"),
      ],
      "helper's own, where the entry has LLM_DO_MODEL": [
        { files: two([], ["model: p:helper"]), env },
        0,
        ...asks("p:env", "p:helper"),
      ],
      "none where nobody names one": [{ files: two([], []) }, 2, "no model is named"],
      "under code the worker's own before the flag": [
        {
          files: { "main.ts": CALLING_HELPER, "helper.worker": workerFile("model: p:helper") },
          args: ["--script", "s.yaml", "-m", "p:flag"],
        },
        0,
        "main/helper: asks p:helper (",
      ],
      "under code the flag before LLM_DO_MODEL": [
        {
          files: { "main.ts": CALLING_HELPER, "helper.worker": workerFile() },
          args: ["--script", "s.yaml", "-m", "p:flag"],
          env,
        },
        0,
        "main/helper: asks p:flag (",
      ],
      "compatible_models choose nothing: they take an inherited one": [
        { files: two(["model: p:main"], ["compatible_models: ['p:*']"]), env },
        0,
        ...asks("p:main", "p:main"),
      ],
      "or refuse it, though LLM_DO_MODEL would fit": [
        { files: two(["model: p:main"], ["compatible_models: ['*:env']"]), env },
        2,
        '"helper": it is not compatible with p:main',
      ],
      "and refuse the flag's": [
        {
          files: two(["compatible_models: ['q:*']"], []),
          args: ["--script", "s.yaml", "-m", "p:flag"],
          env,
        },
        2,
        '"main": it is not compatible with p:flag',
      ],
    },
  );
});
