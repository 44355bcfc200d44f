import type { Command, Option } from "commander";
import { shellQuote } from "../../words/shell-quote.ts";
import { type CurrentFolder, isFileWord } from "./split-arguments.ts";

/** The words of a run's command line, as its flags tell them apart. */
export interface RunWords {
  /** Flags with their values, as given. */
  readonly flags: readonly string[];
  /** All other words, in order. */
  readonly rest: readonly RestWord[];
}

export interface RestWord {
  readonly word: string;
  /** A file of a project by its name, what looks like a flag that there is not, or anything else. */
  readonly kind: "file" | "unknown-flag" | "text";
}

/** A longer prompt does not belong into a line of advice. */
const SHOWN_PROMPT_CHARACTERS = 500;

/**
 * Tells the words of a run apart without running anything. A word with white space that begins like
 * a flag is not one, unless it gives a value (`--set=KEY=a b`): `-verbose mode?` is not `-v`.
 *
 * @returns undefined for another command, and where help or the version is asked for
 */
export function readRunWords(
  argv: readonly string[],
  program: Command,
  cwd: CurrentFolder,
): RunWords | undefined {
  const flags: string[] = [];
  const rest: RestWord[] = [];
  const add = (word: string) => {
    if (word.trim() !== "") rest.push({ word, kind: isFileWord(word, cwd) ? "file" : "text" });
  };
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") {
      argv.slice(index + 1).forEach(add);
      break;
    }
    if (["-h", "--help", "--version"].includes(word)) return undefined;
    const flag = program.options.find(({ short, long }) => word === short || word === long);
    if (flag?.required) flags.push(word, ...argv.slice(++index, index + 1));
    else if (flag || isFlagWithMore(word, program.options)) flags.push(word);
    else if (/^-./.test(word)) rest.push({ word, kind: "unknown-flag" });
    else add(word);
  }
  const first = rest[0]?.word;
  const isCommand = program.commands.some((command) => command.name() === first);
  return isCommand ? undefined : { flags, rest };
}

/** `--mode=auto`, `-vv`, `-smodel=test`: a flag with its value or with other flags in one word. */
function isFlagWithMore(word: string, options: readonly Option[]): boolean {
  const name = /^(--?[^\s=]+)=/.exec(word)?.[1];
  const isShort = /^-[^-]/.test(word);
  const short = options.find((option) => isShort && option.short === word.slice(0, 2));
  if (/\s/.test(word) && name === undefined) return false;
  if (short) return short.required || name === undefined;
  return options.some(({ long, required }) => required && long === name);
}

/** The command line that passes everything from one word on as the prompt. */
export function commandWith({ flags }: RunWords, files: readonly string[], prompt: string): string {
  const command = ["llm-do", ...files.map(shellQuote)];
  const options = flags.map(shellQuote);
  if (prompt.length > SHOWN_PROMPT_CHARACTERS || prompt.includes("\n")) {
    return [...command, ...options, "< prompt.txt"].join(" ");
  }
  const quoted = shellQuote(prompt);
  return prompt.startsWith("-")
    ? [...command, ...options, "--", quoted].join(" ")
    : [...command, quoted, ...options].join(" ");
}

/** The project's files among words, and everything else as one text. */
export function filesAndText({ rest }: RunWords): { files: readonly string[]; text: string } {
  const words = (list: readonly RestWord[]) => list.map(({ word }) => word);
  const start = rest.findIndex(({ kind }) => kind !== "file");
  // The files go first. Where the text does, every file after it is one.
  const isFile = ({ kind }: RestWord, index: number) =>
    start === 0 ? kind === "file" : index < start;
  return {
    files: words(rest.filter(isFile)),
    text: words(rest.filter((word, index) => !isFile(word, index))).join(" "),
  };
}
