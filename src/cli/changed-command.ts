import { shellQuote } from "../errors/shell-quote.ts";

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
