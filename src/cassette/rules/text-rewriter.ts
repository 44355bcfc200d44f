import {
  escapedForPattern,
  isJsonText,
  type JsonToken,
  jsonTokens,
  matchesIn,
  type Replacing,
  replaceMatches,
  rewriteTokens,
  type Stretch,
} from "./replace-matches.ts";
import {
  embeddable,
  isNumberInstead,
  keepFormat,
  numberInstead,
  type TypedPlaceholders,
  typedPlaceholders,
} from "./typed-placeholder.ts";

/**
 * How often rules are gone through for one text. Most texts need it once; more is needed only where
 * a replacement makes a new match together with the text beside it.
 */
const MAX_ROUNDS = 100;

/** A rule, ready for use. */
interface CompiledRule extends Replacing {
  /** Stands for a number; undefined: one of the same size. */
  readonly number: number | undefined;
  /** Set where a whole text keeps its format, and where numbers count. */
  readonly typed: TypedPlaceholders | undefined;
  /** Finds what stands for a match of a whole text or number, where it stands within a text. */
  readonly embedded: RegExp | undefined;
  /** Whether numbers are looked at. */
  readonly takesNumbers: boolean;
}

interface RuleParts extends Replacing {
  readonly number?: number | undefined;
}

type RuleKind = "typed" | "plain" | "folder";

/** Each case of a test run has the same few rules. */
const compiled = new Map<string, CompiledRule>();
const MOST_COMPILED = 200;

/** @param kind `typed`: for what a run is given back; `folder`: no number is one */
export function compileRule(rule: RuleParts, kind: RuleKind): CompiledRule {
  const { pattern, replacement, number } = rule;
  const key = JSON.stringify([pattern.source, pattern.flags, replacement, number, kind]);
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  const made = compiledRule(rule, kind);
  compiled.set(key, made);
  return made;
}

function compiledRule({ pattern, replacement, number }: RuleParts, kind: RuleKind): CompiledRule {
  // Whoever wrote the pattern meant all its matches, wherever they stand.
  const everywhere = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, "")}g`);
  const typed = kind === "typed" ? typedPlaceholders(replacement) : undefined;
  return {
    pattern: everywhere,
    replacement,
    number,
    typed,
    embedded: typed && embeddedIn(typed, { pattern, replacement, number }),
    takesNumbers: kind !== "folder",
  };
}

function embeddedIn(typed: TypedPlaceholders, { pattern, replacement, number }: RuleParts): RegExp {
  const texts = embeddable(typed, replacement).map(escapedForPattern);
  const numbers = number === undefined ? [] : [escapedForPattern(String(number))];
  // Smaller ones occur by themselves; most patterns of numbers fit them anyway.
  if (number === undefined && mentionsDigits(pattern)) numbers.push("90{4,13}9");
  if (numbers.length > 0) texts.push(`(?<![\\w.-])-?(?:${numbers.join("|")})(?![\\w]|\\.\\d)`);
  return new RegExp(texts.join("|"), "g");
}

/** Whether a pattern is about digits, counts of repetition aside. */
export function mentionsDigits({ source }: RegExp): boolean {
  return /\\d|[0-9]/.test(source.replaceAll(/\{\d+(?:,\d*)?\}/g, ""));
}

/** Applies some rules to texts and numbers, so that each keeps its type. */
export class TextRewriter {
  readonly #rules: readonly CompiledRule[];
  readonly #placeholders: readonly string[];
  readonly #numbers: ReadonlySet<number>;

  /** @param all all rules there are: what stands for a match of one is left alone by the others */
  constructor(rules: readonly CompiledRule[], all: readonly CompiledRule[]) {
    this.#rules = rules;
    const texts = all.flatMap(({ replacement, typed }) => [
      replacement,
      ...(typed ? embeddable(typed, replacement) : []),
    ]);
    this.#placeholders = [...new Set(texts)].filter((text) => text !== "");
    this.#numbers = new Set(all.flatMap(({ number }) => number ?? []));
  }

  /** A whole text. One that is JSON stays JSON, one of a well-known format keeps that format. */
  readonly text = (text: string): string => untilSettled(text, (before) => this.#once(before));

  /** A name, such as the key of an object. */
  readonly key = (text: string): string => untilSettled(text, (before) => this.#plain(before).text);

  /** A number of JSON data. */
  readonly number = (value: number): number => {
    const rule = this.#ruleFor(String(value));
    if (!rule || this.#isPlaceholder(value)) return value;
    return rule.number ?? numberInstead(value);
  };

  #once(text: string): string {
    if (isJsonText(text)) return this.#json(text);
    const { text: plain, rule } = this.#plain(text);
    if (plain === text || !rule?.typed) return plain;
    const { typed, replacement } = rule;
    return keepFormat({ text, plain, typed, replacement });
  }

  /** The text with each match replaced, and the first rule that did so and keeps formats. */
  #plain(text: string): { readonly text: string; readonly rule: CompiledRule | undefined } {
    let out = text;
    let first: CompiledRule | undefined;
    for (const rule of this.#rules) {
      const replaced = replaceMatches(out, rule, this.#placeholders);
      const next = rule.embedded
        ? replaced.replace(rule.embedded, () => rule.replacement)
        : replaced;
      if (next !== out && rule.typed) first ??= rule;
      out = next;
    }
    return { text: out, rule: first };
  }

  #json(text: string): string {
    const out = rewriteTokens(text, {
      key: this.key,
      string: this.text,
      number: (written) => this.#writtenNumber(written),
    });
    return this.#rules.reduce(
      (made, rule) => this.#acrossTokens(this.#inContext(made, rule), rule),
      out,
    );
  }

  #writtenNumber(written: string): string {
    const value = Number(written);
    const rule = this.#ruleFor(written) ?? this.#ruleFor(String(value));
    if (!rule || this.#isPlaceholder(value)) return written;
    return String(rule.number ?? numberInstead(value));
  }

  /** What a pattern finds in one token by what stands around it, as `(?<="pin":)\d+` does. */
  #inContext(text: string, rule: CompiledRule): string {
    const found = matchesIn(text, rule.pattern, this.#placeholders);
    if (found.length === 0) return text;
    const tokens = jsonTokens(text);
    const parts = found.flatMap((match) => {
      const token = tokens.find((one) => isWithinToken(match, one));
      if (token?.kind === "number") return [token];
      // What begins or ends within an escape is not in the text that the token stands for.
      if (!token || this.#isDigits(digitsAround(text, match))) return [];
      return splitsEscape(text, match, token) ? [] : [match];
    });
    return spliced(text, apart(parts), (part, written) => {
      if (!("kind" in part)) return JSON.stringify(rule.replacement).slice(1, -1);
      const value = Number(written);
      if (!rule.takesNumbers || this.#isPlaceholder(value)) return written;
      return String(rule.number ?? numberInstead(value));
    });
  }

  /**
   * What a pattern finds that looks at more than one token, as `"ssn": *"\d+"` does. Where the plain
   * replacement leaves no JSON, what is hidden are the values that it has found.
   */
  #acrossTokens(text: string, rule: CompiledRule): string {
    const found = matchesIn(text, rule.pattern, this.#placeholders);
    if (found.length === 0) return text;
    const tokens = jsonTokens(text);
    const across = found.filter((match) => !tokens.some((token) => isWithinToken(match, token)));
    if (across.length === 0) return text;
    const plain = spliced(text, across, () => rule.replacement);
    if (isJsonText(plain)) return plain;
    const touched = tokens.filter((token) => across.some((match) => overlaps(match, token)));
    const values = touched.filter(({ kind }) => kind !== "key");
    return spliced(text, values.length > 0 ? values : touched, ({ kind }, written) => {
      if (kind !== "number") return JSON.stringify(rule.replacement);
      const value = Number(written);
      return this.#isPlaceholder(value) ? written : String(rule.number ?? numberInstead(value));
    });
  }

  /** Returns true for what stands for a number within a text, in whatever layout. */
  #isDigits(text: string): boolean {
    if (!/^[\d ().+-]+$/.test(text)) return false;
    return this.#isPlaceholder(Number(text)) || /^90*9?$/.test(text.replace(/\D/g, ""));
  }

  #isPlaceholder(value: number): boolean {
    return this.#numbers.has(value) || isNumberInstead(value);
  }

  #ruleFor(written: string): CompiledRule | undefined {
    return this.#rules.find(
      ({ takesNumbers, pattern }) => takesNumbers && matchesIn(written, pattern, []).length > 0,
    );
  }
}

/** Goes through a text until nothing more changes. */
export function untilSettled(text: string, rewrite: (text: string) => string): string {
  let out = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = out;
    out = rewrite(before);
    if (out === before) break;
  }
  return out;
}

/** Whether a match is of nothing but the content of a token, its quotes not counted. */
function isWithinToken({ start, end }: Stretch, token: JsonToken): boolean {
  const quote = token.kind === "number" ? 0 : 1;
  return token.start + quote <= start && end <= token.end - quote;
}

/** The parts that begin behind the end of the one before. */
function apart<Part extends Stretch>(parts: readonly Part[]): readonly Part[] {
  let from = 0;
  return parts.filter(({ start, end }) => {
    if (start < from) return false;
    from = end;
    return true;
  });
}

/** Characters that are looked at to either side of a match: more than a number has. */
const MOST_AROUND = 40;

/** A match with the digits, and the signs between digits, that stand around it. */
function digitsAround(text: string, { start, end }: Stretch): string {
  const before = /[\d ().+-]*$/.exec(text.slice(Math.max(0, start - MOST_AROUND), start));
  const after = /^[\d ().+-]*/.exec(text.slice(end, end + MOST_AROUND));
  return (before?.[0] ?? "") + text.slice(start, end) + (after?.[0] ?? "");
}

const ESCAPE = /\\(?:u[0-9a-fA-F]{4}|.)/g;

function splitsEscape(text: string, { start, end }: Stretch, token: Stretch): boolean {
  const escapes = text.slice(token.start, token.end).matchAll(ESCAPE);
  return Array.from(escapes, ({ 0: written, index }) => ({
    start: token.start + index,
    end: token.start + index + written.length,
  })).some((one) => [start, end].some((edge) => one.start < edge && edge < one.end));
}

function overlaps(left: Stretch, right: Stretch): boolean {
  return left.start < right.end && right.start < left.end;
}

function spliced<Part extends Stretch>(
  text: string,
  parts: readonly Part[],
  made: (part: Part, written: string) => string,
): string {
  let out = "";
  let from = 0;
  for (const part of parts) {
    out += text.slice(from, part.start) + made(part, text.slice(part.start, part.end));
    from = part.end;
  }
  return out + text.slice(from);
}
