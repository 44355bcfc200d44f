import { LlmDoError } from "../errors/llm-do-error.ts";
import { shellQuote } from "../errors/shell-quote.ts";
import type { FileSystem } from "../host/file-system.ts";
import { isProjectFile } from "../project/load-project.ts";

export interface RunArguments {
  readonly files: readonly string[];
  /** Undefined when the prompt comes from standard input. */
  readonly prompt: string | undefined;
}

/**
 * Tells files from the prompt: the last argument is the prompt unless it looks like a project file.
 * All others must be files; what is wrong with them is for the project to say.
 *
 * @throws LlmDoError `usage` when there is nothing to run, or when the prompt could be a file
 */
export function splitArguments(
  words: readonly string[],
  cwd: { resolve(path: string): string; files: FileSystem },
): RunArguments {
  const last = words.at(-1);
  if (last === undefined) throw nothingToRun();
  const isThere = (word: string) => cwd.files.stat(cwd.resolve(word)) !== undefined;
  if (isProjectFile(last) || (words.length === 1 && isThere(last))) {
    return { files: words, prompt: undefined };
  }
  const files = words.slice(0, -1);
  if (files.length === 0) throw promptAlone(last);
  if (!/\s/.test(last) && isThere(last)) throw ambiguousPrompt(last, files);
  return { files, prompt: last };
}

function nothingToRun(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "run",
    what: "llm-do",
    reason: "no file is named",
    tries: ['llm-do main.worker "your prompt"', "llm-do --help"],
  });
}

function promptAlone(prompt: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "run",
    what: prompt,
    reason: "there is no such file, and a prompt alone does not say what to run",
    tries: [`name a worker first: llm-do main.worker ${shellQuote(prompt)}`, "llm-do --help"],
  });
}

function ambiguousPrompt(word: string, files: readonly string[]): LlmDoError {
  const command = ["llm-do", ...files.map(shellQuote)].join(" ");
  return new LlmDoError({
    code: "usage",
    verb: "run",
    what: word,
    reason: "it stands where the prompt stands, and there is something of that name here",
    tries: [
      "a file of the project ends in .worker, .ts, .mts, .js or .mjs",
      `if it is the prompt: echo ${shellQuote(word)} | ${command}`,
    ],
  });
}
