import { LlmDoError } from "../../errors/llm-do-error.ts";
import { isJsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";

/** What one key of an options object takes. */
export interface OptionCheck {
  /** What it takes, in words that follow "must be": `a whole number of at least 1`. */
  readonly expects: string;
  readonly fits: (value: unknown) => boolean;
  /** What to write instead of a value that does not fit. Default: nothing. */
  readonly advice?: (value: unknown) => string | undefined;
  /** The keys below a value that fits, where it is an object with known keys. */
  readonly keys?: (value: object) => OptionChecks | undefined;
}

/** What an options object takes, by key. */
export type OptionChecks = Readonly<Record<string, OptionCheck>>;

/** Which options are checked, for errors. */
interface CheckedOptions {
  /** What they are for, as an infinitive: `run`. */
  readonly verb: string;
  /** What they are called: `request`. */
  readonly what: string;
  /** Keys that have to be there. Default: none. */
  readonly needs?: readonly string[];
}

/**
 * Refuses options that would be ignored or misunderstood: a key that is not known, with the nearest
 * one that is, and a value of a wrong kind. A key whose value is undefined counts as absent.
 *
 * @throws LlmDoError `usage`
 */
export function checkOptions(options: unknown, keys: OptionChecks, checked: CheckedOptions): void {
  if (!isJsonObject(options)) {
    throw wrongOption(checked, `it must be an object, not ${shownValue(options)}`, []);
  }
  checkKeys(options, keys, { checked, path: [] });
  for (const key of checked.needs ?? []) {
    if (Reflect.get(options, key) !== undefined) continue;
    throw wrongOption(
      checked,
      `${key} is missing: it must be ${keys[key]?.expects ?? "there"}`,
      [],
    );
  }
}

interface Where {
  readonly checked: CheckedOptions;
  readonly path: readonly string[];
}

function checkKeys(options: object, keys: OptionChecks, { checked, path }: Where): void {
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!check) throw unknownKey(key, keys, { checked, path });
    const own = [...path, key];
    if (check.fits(value)) {
      const below = isJsonObject(value) ? check.keys?.(value) : undefined;
      if (below && isJsonObject(value)) checkKeys(value, below, { checked, path: own });
      continue;
    }
    const reason = `${own.join(".")} must be ${check.expects}, not ${shownValue(value)}`;
    const advice = check.advice?.(value);
    throw wrongOption(checked, reason, advice === undefined ? [] : [advice]);
  }
}

function unknownKey(key: string, keys: OptionChecks, { checked, path }: Where): LlmDoError {
  const known = Object.keys(keys);
  const meant = nearest(key, known);
  const where = path.length === 0 ? "" : ` in ${path.join(".")}`;
  return wrongOption(checked, `unknown key ${JSON.stringify(key.slice(0, 64))}${where}`, [
    meant === undefined ? `one of: ${known.join(", ")}` : `${meant} in the place of ${key}`,
  ]);
}

function wrongOption(
  { verb, what }: CheckedOptions,
  reason: string,
  tries: readonly string[],
): LlmDoError {
  return new LlmDoError({ code: "usage", verb, what, reason, tries });
}

/** The kind of a value, and the value where that is short: it may be long, and hold anything. */
function shownValue(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean" || value === null)
    return String(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "function" ? "a function" : `a value of the type ${typeof value}`;
}

export const anyValue: OptionCheck = { expects: "anything", fits: () => true };

export const aText: OptionCheck = {
  expects: "a text",
  fits: (value) => typeof value === "string",
};

export const aFlag: OptionCheck = {
  expects: "true or false",
  fits: (value) => typeof value === "boolean",
};

export const aFunction: OptionCheck = {
  expects: "a function",
  fits: (value) => typeof value === "function",
};

export const anObject: OptionCheck = { expects: "an object", fits: isJsonObject };

/** A whole number that a double holds exactly. */
export function wholeNumberFrom(least: number): OptionCheck {
  return {
    expects: `a whole number of at least ${least}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

/** Any finite number of at least this. */
export function numberFrom(least: number): OptionCheck {
  return {
    expects: `a finite number of at least ${least}`,
    fits: (value) => Number.isFinite(value) && Number(value) >= least,
  };
}

/** What a timer can wait; a longer time would be none. */
const MOST_MS = 2 ** 31 - 1;

export const aDuration: OptionCheck = {
  expects: `a number of milliseconds above 0 and at most ${MOST_MS}`,
  fits: (value) => typeof value === "number" && value > 0 && value <= MOST_MS,
};

/** One of some texts. */
export function oneOf(texts: readonly string[]): OptionCheck {
  return {
    expects: `one of ${texts.join(", ")}`,
    fits: (value) => typeof value === "string" && texts.includes(value),
    advice: (value) => (typeof value === "string" ? nearest(value, texts) : undefined),
  };
}

/** An object that has methods of these names: it may be of another copy or another realm. */
export function withMethods(expects: string, ...names: readonly string[]): OptionCheck {
  return {
    expects,
    fits: (value) =>
      isJsonObject(value) && names.every((name) => typeof Reflect.get(value, name) === "function"),
  };
}

/** An object with known keys. */
export function objectWith(keys: OptionChecks): OptionCheck {
  return { expects: "an object", fits: isJsonObject, keys: () => keys };
}

/** What either of two checks takes. */
export function either(first: OptionCheck, second: OptionCheck): OptionCheck {
  return {
    expects: `${first.expects} or ${second.expects}`,
    fits: (value) => first.fits(value) || second.fits(value),
    advice: (value) => first.advice?.(value) ?? second.advice?.(value),
    keys: (value) => [first, second].find(({ fits }) => fits(value))?.keys?.(value),
  };
}
