import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import { nearest } from "../../words/nearest.ts";

/** Where settings are read from. */
export interface Variables {
  readonly env: Environment;
  /**
   * The variables that a flag of the command line set, each with that flag: an error then names what
   * was typed. Default: none.
   */
  readonly flags?: Readonly<Partial<Record<string, string>>>;
}

/**
 * A variable that is one of some words; undefined where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function wordOf<Word extends string>(
  name: string,
  words: readonly Word[],
  variables: Variables,
): Word | undefined {
  const value = variables.env[name];
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  const expects = `one of ${words.join(", ")}`;
  throw badValue(name, { expects, example: nearest(value, words) }, variables);
}

/**
 * A variable that is 1 or 0; false where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function flagOf(name: string, variables: Variables): boolean {
  const value = variables.env[name] ?? "0";
  if (value === "1") return true;
  if (value === "0" || value === "") return false;
  throw badValue(name, { expects: "one of 0, 1" }, variables);
}

/**
 * A variable that is a whole number within bounds; undefined where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function integerOf(
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
  variables: Variables,
): number | undefined {
  const value = variables.env[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^-?\d+$/.test(value) && number >= least && number <= most) return number;
  throw badValue(name, { expects: `a whole number from ${least} to ${most}` }, variables);
}

/**
 * A variable that is an amount of money; undefined where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function amountOf(name: string, variables: Variables): number | undefined {
  const value = variables.env[name];
  if (value === undefined) return undefined;
  const amount = Number(value);
  if (/^\d*\.?\d+$/.test(value) && amount > 0) return amount;
  const expects = "a number above 0, in US dollars";
  throw badValue(name, { expects, example: "0.50" }, variables);
}

/** What a value has to be, with one that would do. */
interface Expected {
  readonly expects: string;
  readonly example?: string | undefined;
}

/** The error for a value that cannot be taken. */
export function badValue(
  name: string,
  { expects, example }: Expected,
  variables: Variables,
): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: saidAs(name, variables),
    reason: `it must be ${expects}`,
    tries: example === undefined ? [] : [written(name, example, variables)],
  });
}

/** A setting as the person wrote it: `--mode recrod`, or `LLM_DO_TEST_MODE=recrod`. */
export function saidAs(name: string, variables: Variables): string {
  return written(name, variables.env[name] ?? "", variables);
}

function written(name: string, value: string, { flags = {} }: Variables): string {
  const flag = flags[name];
  if (flag === undefined) return `${name}=${value}`;
  return value.startsWith("-") ? `${flag}=${value}` : `${flag} ${value}`;
}
