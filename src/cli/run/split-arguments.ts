import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { isProjectFile, isPython } from "../../project/project-files.ts";
import { shellQuote } from "../../words/shell-quote.ts";

interface RunArguments {
  readonly files: readonly string[];
  /** Undefined when the prompt comes from standard input. */
  readonly prompt: string | undefined;
}

/** Where the command line was typed. */
export interface CurrentFolder {
  readonly resolve: (path: string) => string;
  readonly files: FileSystem;
}

/**
 * Tells files from the prompt: the last argument is the prompt unless it looks like a project file.
 * All others must be files; what is wrong with them is for the project to say. An empty prompt is
 * none, so that standard input is read.
 *
 * @throws LlmDoError `usage` when there is nothing to run, or when the prompt could be a file
 */
export function splitArguments(words: readonly string[], cwd: CurrentFolder): RunArguments {
  const last = words.at(-1);
  if (last === undefined || words.every(isBlank)) throw nothingToRun();
  if (isBlank(last)) return { files: words.slice(0, -1), prompt: undefined };
  const isPath = (words.length === 1 || isPython(last)) && isThere(last, cwd);
  if (isFileWord(last, cwd) || isPath) return { files: words, prompt: undefined };
  const files = words.slice(0, -1);
  if (files.length === 0) throw promptAlone(last);
  if (!/\s/.test(last) && isThere(last, cwd)) throw ambiguousPrompt(last, files);
  return { files, prompt: last };
}

/** Whether a word is meant as a file of a project. A sentence may end in the name of one. */
export function isFileWord(word: string, cwd: CurrentFolder): boolean {
  return isProjectFile(word) && (!/\s/.test(word) || isThere(word, cwd));
}

export function isThere(word: string, { files, resolve }: CurrentFolder): boolean {
  return files.stat(resolve(word)) !== undefined;
}

function isBlank(word: string): boolean {
  return word.trim() === "";
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
      "a file of the project ends in .worker, .ts, .mts, .cts, .js, .mjs or .cjs",
      `if it is the prompt: echo ${shellQuote(word)} | ${command}`,
    ],
  });
}
