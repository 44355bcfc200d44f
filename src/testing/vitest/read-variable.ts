import { LlmDoError } from "../../errors/llm-do-error.ts";
import { nearest } from "../../errors/nearest.ts";
import type { Environment } from "../../host/host.ts";

/**
 * A variable that is one of some words; undefined where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function wordOf<Word extends string>(
  name: string,
  words: readonly Word[],
  env: Environment,
): Word | undefined {
  const value = env[name];
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  const near = nearest(value, words);
  throw badValue(name, value, {
    expects: `one of ${words.join(", ")}`,
    tries: near === undefined ? [] : [`${name}=${near}`],
  });
}

/**
 * A variable that is 1 or 0; false where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function flagOf(name: string, env: Environment): boolean {
  const value = env[name] ?? "0";
  if (value === "1") return true;
  if (value === "0" || value === "") return false;
  throw badValue(name, value, { expects: "one of 0, 1" });
}

/**
 * A variable that is a whole number within bounds; undefined where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function integerOf(
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
  env: Environment,
): number | undefined {
  const value = env[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^-?\d+$/.test(value) && number >= least && number <= most) return number;
  throw badValue(name, value, { expects: `a whole number from ${least} to ${most}` });
}

/**
 * A variable that is an amount of money; undefined where it is not set.
 *
 * @throws LlmDoError `usage` for anything else
 */
export function amountOf(name: string, env: Environment): number | undefined {
  const value = env[name];
  if (value === undefined) return undefined;
  const amount = Number(value);
  if (/^\d*\.?\d+$/.test(value) && amount > 0) return amount;
  throw badValue(name, value, {
    expects: "a number above 0, in US dollars",
    tries: [`${name}=0.50`],
  });
}

export function badValue(
  name: string,
  value: string,
  { expects, tries = [] }: { readonly expects: string; readonly tries?: readonly string[] },
): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "use",
    what: `${name}=${value}`,
    reason: `it must be ${expects}`,
    tries,
  });
}
