import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { isJsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";

/** What one key of an options object takes. */
export interface OptionCheck {
  /** What it takes, in words that follow "must be": `a whole number of at least 1`. */
  readonly expects: string;
  readonly fits: (value: unknown) => boolean;
  /** What a list holds that does not fit. Default: the value itself does not. */
  readonly misfit?: (list: readonly unknown[]) => unknown;
  /** What to write instead of a value that does not fit. Default: nothing. */
  readonly advice?: (value: unknown) => string | undefined;
  /** A value that fits, as code. It is the advice where there is no other. */
  readonly example?: string;
  /** The keys below a value that fits, where it is an object with known keys. */
  readonly keys?: (value: object) => OptionChecks | undefined;
  /** Those of the keys below that have to be there. Default: none. */
  readonly needs?: readonly string[];
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
  if (!isOptions(options)) {
    const tries = isPromise(options) ? [AWAIT] : [`${checked.what} as { ${keyNames(keys)} }`];
    throw wrongOption(checked, `it must be an object, not ${shownValue(options)}`, tries);
  }
  try {
    checkKeys(options, { keys, needs: checked.needs }, { checked, path: [] });
  } catch (error) {
    if (isLlmDoError(error)) throw error;
    // A getter of the caller's, or a proxy.
    const reason = `it cannot be read: ${messageOf(error)}`;
    throw new LlmDoError({ code: "usage", ...checked, reason, tries: [PLAIN], cause: error });
  }
}

const AWAIT = "await the promise, and pass what it gives";
const PLAIN = "pass an object whose keys are plain values";

interface Where {
  readonly checked: CheckedOptions;
  readonly path: readonly string[];
}

/** What is known of the keys of an object. */
interface KnownKeys {
  readonly keys: OptionChecks;
  readonly needs: readonly string[] | undefined;
}

function checkKeys(options: object, { keys, needs = [] }: KnownKeys, where: Where): void {
  for (const key of readableKeys(options, keys)) {
    const value: unknown = Reflect.get(options, key);
    if (value === undefined) continue;
    const check = typeof key === "string" && Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (!check) throw unknownKey(String(key), keys, where);
    checkValue(value, check, { ...where, path: [...where.path, String(key)] });
  }
  for (const key of needs) {
    if (Reflect.get(options, key) !== undefined) continue;
    const path = [...where.path, key];
    const reason = `${path.join(".")} is missing: it must be ${keys[key]?.expects ?? "there"}`;
    throw wrongOption(where.checked, reason, adviceOf(options, keys[key], path));
  }
}

function checkValue(value: unknown, check: OptionCheck, { checked, path }: Where): void {
  if (!check.fits(value)) {
    const misfit = Array.isArray(value) ? check.misfit?.(value) : undefined;
    const is =
      misfit === undefined ? `not ${shownValue(value)}` : `and holds ${shownValue(misfit)}`;
    const reason = `${path.join(".")} must be ${check.expects}, ${is}`;
    throw wrongOption(checked, reason, adviceOf(value, check, path));
  }
  const keys = isOptions(value) ? check.keys?.(value) : undefined;
  if (keys && isOptions(value)) checkKeys(value, { keys, needs: check.needs }, { checked, path });
}

/** Whoever reads an object reads what it inherits as well, so that this is checked, too. */
function readableKeys(options: object, keys: OptionChecks): ReadonlySet<string | symbol> {
  const readable = new Set<string | symbol>(Object.getOwnPropertySymbols(options));
  for (const key in options) readable.add(key);
  for (const key of Object.keys(keys)) if (key in options) readable.add(key);
  return readable;
}

function adviceOf(
  value: unknown,
  check: OptionCheck | undefined,
  path: readonly string[],
): readonly string[] {
  if (isPromise(value)) return [AWAIT];
  const advice = check?.advice?.(value);
  if (advice !== undefined) return [advice];
  if (check?.example === undefined) return [];
  const [last, ...above] = path.toReversed();
  return [above.reduce((code, key) => `${key}: { ${code} }`, `${last}: ${check.example}`)];
}

function keyNames(keys: OptionChecks): string {
  return Object.keys(keys).join(", ");
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
  if (isPromise(value)) return "a promise";
  if (typeof value === "number" || typeof value === "boolean" || value === null)
    return String(value);
  if (typeof value === "string")
    return JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value instanceof URL) return `the URL ${value.href.slice(0, 64)}`;
  return typeof value === "function" ? "a function" : `a value of the type ${typeof value}`;
}

/** An object with keys; a map, a date or a promise is none, whatever keys it has. */
function isOptions(value: unknown): value is object {
  return isJsonObject(value) && Object.prototype.toString.call(value) === "[object Object]";
}

function isPromise(value: unknown): boolean {
  return isJsonObject(value) && typeof Reflect.get(value, "then") === "function";
}

export const anyValue: OptionCheck = { expects: "anything", fits: () => true };

export const aText: OptionCheck = {
  expects: "a text",
  fits: (value) => typeof value === "string",
};

export const aFlag: OptionCheck = {
  expects: "true or false",
  example: "true",
  fits: (value) => typeof value === "boolean",
};

export const aFunction: OptionCheck = {
  expects: "a function",
  fits: (value) => typeof value === "function",
};

export const anObject: OptionCheck = { expects: "an object", fits: isOptions };

/** A whole number that a double holds exactly. */
export function wholeNumberFrom(least: number): OptionCheck {
  return {
    expects: `a whole number of at least ${least}`,
    example: "10",
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

/** Any finite number of at least this. */
export function numberFrom(least: number): OptionCheck {
  return {
    expects: `a finite number of at least ${least}`,
    example: "0.5",
    fits: (value) => Number.isFinite(value) && Number(value) >= least,
  };
}

/** What a timer can wait; a longer time would be none. */
const MOST_MS = 2 ** 31 - 1;

export const aDuration: OptionCheck = {
  expects: `a number of milliseconds above 0 and at most ${MOST_MS}`,
  example: "60_000",
  fits: (value) => typeof value === "number" && value > 0 && value <= MOST_MS,
};

/** One of some texts. */
export function oneOf(texts: readonly string[]): OptionCheck {
  return {
    expects: `one of ${texts.join(", ")}`,
    example: JSON.stringify(texts[0]),
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

/** An object with known keys, some of which it needs. */
export function objectWith(keys: OptionChecks, ...needs: readonly string[]): OptionCheck {
  return { ...anObject, keys: () => keys, needs };
}

/** A list; a hole in it is an item that does not fit. */
export function listOf(expects: string, item: OptionCheck): OptionCheck {
  const wrongOf = (list: readonly unknown[]) => Array.from(list).find((one) => !item.fits(one));
  return {
    expects: `a list of ${expects}`,
    fits: (value) => Array.isArray(value) && Array.from(value).every((one) => item.fits(one)),
    misfit: wrongOf,
    advice: (value) => (Array.isArray(value) ? item.advice?.(wrongOf(value)) : undefined),
    ...(item.example === undefined ? {} : { example: `[${item.example}]` }),
  };
}

/** What either of two checks takes. */
export function either(first: OptionCheck, second: OptionCheck): OptionCheck {
  return {
    expects: `${first.expects} or ${second.expects}`,
    fits: (value) => first.fits(value) || second.fits(value),
    advice: (value) => first.advice?.(value) ?? second.advice?.(value),
    ...(first.example === undefined ? {} : { example: first.example }),
    keys: (value) => [first, second].find(({ fits }) => fits(value))?.keys?.(value),
  };
}
