import type { Command } from "commander";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { isPython } from "../../project/project-files.ts";
import { nearest } from "../../words/nearest.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import {
  commandWith,
  filesAndText,
  type RestWord,
  type RunWords,
  readRunWords,
} from "./run-words.ts";
import { type CurrentFolder, isThere } from "./split-arguments.ts";

/** Stands for a file where none is named. */
const SOME_FILE = "main.worker";

/** Characters of a prompt that a reason shows. */
const SHOWN_CHARACTERS = 60;

/**
 * Finds a prompt that the command line takes apart or takes for a flag, before either does harm.
 *
 * @throws LlmDoError `usage` with the command that passes the prompt as it was meant
 */
export function checkPrompt(argv: readonly string[], program: Command, cwd: CurrentFolder): void {
  const words = readRunWords(argv, program, cwd);
  if (!words) return;
  const unknown = words.rest.filter(({ kind }) => kind === "unknown-flag");
  const dashed = unknown.find(({ word }) => /\s/.test(word));
  if (dashed) throw flagLike(words, dashed.word);
  // An unknown flag is an error of its own, and may have the next word for its value.
  if (unknown.length > 0) return;
  const [text] = words.rest.filter(({ kind }) => kind === "text");
  // Meant as a file, and loading it says more.
  if (text && isPython(text.word) && isThere(text.word, cwd)) return;
  const isStray = ({ word, kind }: RestWord) => kind === "text" && !isThere(word, cwd);
  const stray = words.rest.slice(0, -1).find(isStray);
  if (!stray) return;
  const near = stray === words.rest[0] ? nearest(stray.word, commandNames(program)) : undefined;
  if (near !== undefined) throw unknownCommand(argv, stray.word, near);
  throw strayWord(words, stray.word, cwd);
}

/**
 * The command line that takes an unknown flag for the beginning of a prompt or for a part of it.
 *
 * @returns undefined where no file is named that could take a prompt
 */
export function asPrompt(
  argv: readonly string[],
  program: Command,
  cwd: CurrentFolder,
): string | undefined {
  const words = readRunWords(argv, program, cwd);
  if (!words?.rest.some(({ kind }) => kind === "unknown-flag")) return undefined;
  const { files, text } = filesAndText(words);
  return files.length === 0 ? undefined : commandWith(words, files, text);
}

function flagLike(words: RunWords, word: string): LlmDoError {
  const { files, text } = filesAndText(words);
  return badLine(
    `unknown option '${shown(word)}'; a prompt that begins with - needs -- before it`,
    [commandWith(words, files.length === 0 ? [SOME_FILE] : files, text), "llm-do --help"],
  );
}

/** The error for a word among the files that is none: a part of the prompt. */
function strayWord(words: RunWords, stray: string, cwd: CurrentFolder): LlmDoError {
  const { files, text } = filesAndText(words);
  if (files.length === 0) {
    const reason = "there is no such file, and a prompt alone does not say what to run";
    const named = commandWith(words, [SOME_FILE], text);
    return notAFile(text, reason, [`name a worker first: ${named}`, "llm-do --help"]);
  }
  const named = words.rest.filter(({ kind }) => kind === "file").map(({ word }) => word);
  const last = commandWith(words, named, stray);
  const isOne = words.rest.length === named.length + 1;
  if (isOne && (/\s/.test(stray) || stray === words.rest[0]?.word)) {
    return notAFile(stray, "there is no such file, and the prompt goes last", [last]);
  }
  const reason = "there is no such file, and a prompt of several words needs quotes";
  return notAFile(stray, reason, [
    // With an extension it may be a file that was misspelt.
    ...(/\w\.\w+$/.test(stray) ? ["check the path"] : []),
    commandWith(words, files, text),
    ...(isOne && named.every((word) => isThere(word, cwd)) ? [last] : []),
  ]);
}

function unknownCommand(argv: readonly string[], word: string, near: string): LlmDoError {
  const at = argv.indexOf(word);
  const meant = argv.with(at, near).map(shellQuote);
  return badLine(`unknown command '${word}'`, [`llm-do ${meant.join(" ")}`, "llm-do --help"]);
}

function commandNames(program: Command): readonly string[] {
  return program.commands.map((command) => command.name());
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}...` : line;
}

function badLine(reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "read", what: "command line", reason, tries });
}

function notAFile(word: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "run", what: shown(word), reason, tries });
}
