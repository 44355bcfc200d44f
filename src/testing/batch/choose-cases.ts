import { resolve, sep } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { Host } from "../../host/host.ts";
import type { TestCase } from "../cases/test-case.ts";
import { CassetteUsers } from "../status/cassette-users.ts";

/** Which cases a command is about, as vitest's command line says it. */
export interface CaseChoice {
  /** Parts of paths of files of cases; none: all below the current folder. */
  readonly filters: readonly string[];
  /** A regular expression that finds something in the names of cases; undefined for all. */
  readonly pattern: string | undefined;
}

/** A case with the file that it stands in. */
export interface ChosenCase {
  readonly one: TestCase;
  /** Absolute. */
  readonly path: string;
}

/** Flags that say the pattern, as vitest spells them. */
const PATTERN_FLAGS = ["-t", "--testNamePattern", "--test-name-pattern"];

/**
 * Reads filters and `-t PATTERN` from the words of a command line.
 *
 * @param flag the flag that makes cases run without vitest, for the error about vitest's others
 * @throws LlmDoError `usage` for any other flag, or a pattern that is not a regular expression
 */
export function caseChoice(words: readonly string[], flag: string): CaseChoice {
  const filters: string[] = [];
  let pattern: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [name = "", ...rest] = word.split("=");
    if (!word.startsWith("-")) filters.push(word);
    else if (PATTERN_FLAGS.includes(name)) {
      pattern = rest.length > 0 ? rest.join("=") : words[++index];
      if (pattern === undefined) throw wrong(word, "no pattern follows it", [`${word} "greets"`]);
    } else {
      const known = "it takes filters, -t PATTERN and the flags of llm-do test";
      throw wrong(word, `${flag} runs cases without vitest: ${known}`, ["llm-do test --help"]);
    }
  }
  return { filters, pattern: pattern === undefined ? undefined : checkPattern(pattern) };
}

function checkPattern(pattern: string): string {
  try {
    new RegExp(pattern);
    return pattern;
  } catch (error) {
    throw wrong(`-t ${pattern}`, messageOf(error), ["escape what is meant as a letter: \\("]);
  }
}

function wrong(what: string, reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use", what, reason, tries });
}

/**
 * The cases at or below the current folder that a choice names, in the order of their files.
 *
 * @throws LlmDoError `cases` for a file of cases that cannot be read
 */
export function chosenCases({ filters, pattern }: CaseChoice, host: Host): readonly ChosenCase[] {
  const named = pattern === undefined ? undefined : new RegExp(pattern);
  return allCases(host)
    .filter(({ path }) => path.startsWith(host.cwd + sep))
    .filter(({ path }) => filters.length === 0 || filters.some((part) => fits(path, part, host)))
    .filter(({ one }) => named?.test(one.name) ?? true);
}

/**
 * The cases at or below the current folder that have a judge, with all others of the project that have
 * the same judges: labels of one judge count together, wherever the command is started.
 *
 * @throws LlmDoError `cases` for a file of cases that cannot be read
 */
export function judgedCases(host: Host): readonly ChosenCase[] {
  const here = chosenCases({ filters: [], pattern: undefined }, host);
  const judges = new Set(here.flatMap(({ one }) => one.expect.judge?.worker ?? []));
  return allCases(host).filter(({ one }) => judges.has(one.expect.judge?.worker ?? ""));
}

function allCases(host: Host): readonly ChosenCase[] {
  const all = new CassetteUsers(host).casesAround(host.cwd);
  return all.map((one) => ({ one, path: resolve(host.cwd, one.place.file) }));
}

/** A filter is a part of a path, or a path from here such as `./main.cases.yaml`. */
function fits(path: string, filter: string, { cwd }: Host): boolean {
  return path.includes(filter) || path.startsWith(resolve(cwd, filter));
}
