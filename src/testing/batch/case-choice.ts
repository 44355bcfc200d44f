import { wrongFlag } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";

/** Which cases a command is about, as vitest's command line says it. */
export interface CaseChoice {
  /** Parts of paths of files of cases; none: all below the current folder. */
  readonly filters: readonly string[];
  /** A regular expression that finds something in the names of cases; undefined for all. */
  readonly pattern: string | undefined;
}

/** Flags that say the pattern, as vitest spells them. */
const PATTERN_FLAGS = ["-t", "--testNamePattern", "--test-name-pattern"];

/**
 * Reads filters and `-t PATTERN` from the words of a command line.
 *
 * @param flag the flag that makes cases run without vitest, for the error about vitest's others
 * @param takes what goes with it, for that error
 * @throws LlmDoError `usage` for any other flag, or a pattern that is not a regular expression
 */
export function caseChoice(
  words: readonly string[],
  flag: string,
  takes = "filters, -t PATTERN and the flags of llm-do test",
): CaseChoice {
  const filters: string[] = [];
  let pattern: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [name = "", ...rest] = word.split("=");
    if (word === "--") continue;
    if (!word.startsWith("-")) filters.push(word);
    else if (PATTERN_FLAGS.includes(name)) {
      pattern = rest.length > 0 ? rest.join("=") : words[++index];
      if (pattern === undefined)
        throw wrongFlag(word, "no pattern follows it", [`${word} "greets"`]);
    } else {
      const reason = `${flag} runs cases without vitest, and takes ${takes}`;
      throw wrongFlag(word, reason, ["leave it out", "llm-do test --help"]);
    }
  }
  return { filters, pattern: pattern === undefined ? undefined : checkPattern(pattern) };
}

function checkPattern(pattern: string): string {
  try {
    new RegExp(pattern);
    return pattern;
  } catch (error) {
    throw wrongFlag(`-t ${pattern}`, messageOf(error), ["escape what is meant as a letter: \\("]);
  }
}
