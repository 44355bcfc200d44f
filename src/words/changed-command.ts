import { shellQuote } from "./shell-quote.ts";

/**
 * A command line with a flag set to a value, for advice: what it said of the flag before goes, and
 * what stands behind `--` stays the prompt.
 *
 * @param words the command line without the program's name
 */
export function commandWithFlag(words: readonly string[], flag: string, value: string): string {
  const end = words.indexOf("--");
  const flags = end < 0 ? words : words.slice(0, end);
  const rest = end < 0 ? [] : words.slice(end);
  const kept = flags.filter(
    (word, index) => word !== flag && flags[index - 1] !== flag && !word.startsWith(`${flag}=`),
  );
  return ["llm-do", ...kept, flag, value, ...rest].map(shellQuote).join(" ");
}

/**
 * A command line without its prompt, which advice puts behind it: all flags stay as they were given.
 *
 * @param words the command line without the program's name
 * @param prompt undefined where it has none
 */
export function commandWithoutPrompt(words: readonly string[], prompt: string | undefined): string {
  // A flag may have the same value: what follows a flag is looked at last.
  const found = [...words.keys()].filter((index) => words[index] === prompt);
  const isFree = (index: number) =>
    !/^-./.test(words[index - 1] ?? "") || words[index - 1] === "--";
  const at = found.findLast(isFree) ?? found.at(-1);
  const kept = words.filter((word, index) => index !== at && word.trim() !== "");
  return ["llm-do", ...kept].map(shellQuote).join(" ");
}
