import { LlmDoError } from "../errors/llm-do-error.ts";
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
  if (words.length === 1 || isProjectFile(last)) return { files: words, prompt: undefined };
  if (!/\s/.test(last) && cwd.files.stat(cwd.resolve(last))) throw ambiguousPrompt(last);
  return { files: words.slice(0, -1), prompt: last };
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

function ambiguousPrompt(word: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "run",
    what: word,
    reason: "it stands in the prompt's place and is the name of something in this folder",
    tries: [
      "as a file of the project it must end in .worker, .ts, .mts, .js or .mjs",
      `as the prompt: echo ${JSON.stringify(word)} | llm-do FILES...`,
    ],
  });
}
