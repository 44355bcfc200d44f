import type { Environment } from "../../host/host.ts";
import { credentialAt, findCredentials, findMarks, JudgedBodies } from "./find-credentials.ts";
import { isUnguessable, SHORTEST_SECRET } from "./guessable.ts";
import { decodedTexts, plainText, type TextView, viewsOf } from "./text-views.ts";
import { maskedValues, secretsOfVariables } from "./variables.ts";

/** Begins what is said of a secret that is a variable's value. */
export const VALUE_OF = "the value of the environment variable ";

/** Levels of encoding that are looked into: base64 in JSON in base64. */
const DEEPEST = 2;

/** At the end of a line a word, which only seems to go on in the next one. */
const WORD = /^[A-Z]?[a-z]{5,}$/;

/** A credential that goes on behind more line breaks is read to here. */
const MOST_LINES = 12;

/** Characters that are read of a credential in a text of several lines: a key has some. */
const LONGEST_BROKEN = 4000;

/** Names and labels, which come again and again: what was found in them is remembered. */
const LONGEST_REMEMBERED = 200;

const MOST_REMEMBERED = 10_000;

let latest: { readonly of: string; readonly search: SecretSearch } | undefined;

/**
 * A search for the values of these variables: the one that was made last where they are the same,
 * since each case of a test asks for it.
 */
export function searchFor(env: Environment, allowed: readonly RegExp[]): SecretSearch {
  const of = JSON.stringify([Object.entries(env), allowed.map(String)]);
  if (latest?.of !== of) latest = { of, search: new SecretSearch(env, allowed) };
  return latest.search;
}

/** Finds credentials in texts, plain and in the forms that hide them. */
class SecretSearch {
  readonly #remembered = new Map<string, string | undefined>();
  readonly #values: Needles<string>;
  /** Values with blanks, without them: a line may break there. */
  readonly #squeezed: Needles<string> | undefined;
  readonly #masked: Needles<undefined>;
  readonly #allowed: readonly RegExp[];

  /** @param allowed what only looks like a secret; flag `g` */
  constructor(env: Environment, allowed: readonly RegExp[]) {
    const secrets = secretsOfVariables(env);
    // Of two values that begin alike the longer one is meant.
    const byLength = secrets.toSorted((left, right) => right.value.length - left.value.length);
    this.#values = new Needles(
      byLength.flatMap(({ variable, value }) => {
        return formsOf(value).map((form) => [form, variable] as const);
      }),
    );
    const spaced = byLength.filter(({ value }) => /\s/.test(value));
    this.#squeezed =
      spaced.length === 0
        ? undefined
        : new Needles(spaced.map(({ variable, value }) => [squeezed(value), variable]));
    const masked = [...maskedValues(env), ...secrets.map(({ value }) => value)];
    const longestFirst = masked.toSorted((left, right) => right.length - left.length);
    this.#masked = new Needles(longestFirst.map((value) => [value, undefined]));
    this.#allowed = allowed;
  }

  /** What a text holds, as in "a GitHub token"; undefined for nothing. */
  find(text: string): string | undefined {
    if (text.length > LONGEST_REMEMBERED) return this.#findIn(text, 0);
    if (this.#remembered.has(text)) return this.#remembered.get(text);
    const found = this.#findIn(text, 0);
    if (this.#remembered.size < MOST_REMEMBERED) this.#remembered.set(text, found);
    return found;
  }

  /** The stretches of a text to mask: all that is written like a secret, sample or not, in order. */
  stretches(text: string): readonly (readonly [start: number, end: number])[] {
    const found = findCredentials(text).map(({ start, end, name }) => {
      return [start, name === "a private key" ? endOfKey(text, end) : end] as [number, number];
    });
    for (const { start, end } of this.#masked.in(text)) found.push([start, end]);
    return united(found.toSorted(([left], [right]) => left - right));
  }

  #findIn(text: string, level: number): string | undefined {
    if (text.length < SHORTEST_SECRET) return undefined;
    const views = viewsOf(text);
    for (const view of views) {
      const found = this.#variableIn(view.text) ?? this.#credentialIn(view);
      if (found !== undefined) return found;
    }
    const squeezedOut = this.#squeezed?.in(squeezed(text))[0]?.item;
    if (squeezedOut !== undefined) return VALUE_OF + squeezedOut;
    if (level >= DEEPEST) return undefined;
    for (const decoded of decodedTexts(plainText(text))) {
      const found = this.#findIn(decoded, level + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #credentialIn({ text, breaks }: TextView): string | undefined {
    const judged = new JudgedBodies();
    let next = 0;
    let last = 0;
    for (const mark of findMarks(text, breaks)) {
      const { start } = mark;
      // Marks that stand within a word come last.
      if (start < last) next = 0;
      last = start;
      while ((breaks[next] ?? text.length) <= start) next++;
      const from = breaks[next - 1] === start ? start : 0;
      const behind = breaks.slice(next, next + MOST_LINES);
      // Where it ends with a line, what stands in the next one is not of it.
      for (const to of [...behind, start + LONGEST_BROKEN]) {
        const found = credentialAt(text, mark, {
          from,
          to: breaks.length > 0 ? to : text.length,
          judged,
        });
        if (!found?.isReal || this.#isAllowed(text, found.start, found.end)) continue;
        const crossed = behind.find((at) => at > found.bodyStart && at < found.end);
        const piece = text.slice(found.bodyStart, crossed ?? found.bodyStart);
        if (!WORD.test(piece) || isUnguessable(piece)) return found.name;
      }
    }
    return undefined;
  }

  #variableIn(text: string): string | undefined {
    const isMeant = ({ start, end }: FoundNeedle<string>) => !this.#isAllowed(text, start, end);
    const found = this.#values.in(text).find(isMeant);
    return found && VALUE_OF + found.item;
  }

  /** Whether an allowed text covers a stretch wholly. */
  #isAllowed(text: string, start: number, end: number): boolean {
    return this.#allowed.some((pattern) =>
      [...text.matchAll(pattern)].some(
        ({ 0: match, index }) => index <= start && index + match.length >= end,
      ),
    );
  }
}

/** A value, and what it becomes in other alphabets. */
function formsOf(value: string): readonly string[] {
  const joined = value.replace(/[ \t]*\r?\n[ \t]*/g, "");
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((before) => base64Core(bytes, before));
  const urlSafe = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const hex = bytes.toString("hex");
  const forms = [value, joined, ...base64, ...urlSafe, hex, hex.toUpperCase()];
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_SECRET);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}

/** The characters of base64 that a value makes alone, with so many bytes before it. */
function base64Core(bytes: Uint8Array, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const start = Math.ceil((before * 8) / 6);
  const end = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(start, end);
}

const KEY_BREAK = String.raw`(?:\s|\\+[nr])`;
const KEY_LINES = new RegExp(
  `^[A-Za-z0-9+/=]*(?:${KEY_BREAK}+[A-Za-z0-9+/=]{16,})*(?:${KEY_BREAK}+[A-Za-z0-9+/=]{1,64}(?=${KEY_BREAK}*-----END))?(?:${KEY_BREAK}*-----END [A-Z0-9 ]{0,40}-----)?`,
);

/** The end of a key's lines, with the line that closes it. */
function endOfKey(text: string, from: number): number {
  return from + (KEY_LINES.exec(text.slice(from))?.[0].length ?? 0);
}

function united(stretches: readonly (readonly [number, number])[]): readonly [number, number][] {
  const apart: [number, number][] = [];
  for (const [start, end] of stretches) {
    const last = apart.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

/** One of the texts that were searched for, and where it stands. */
interface FoundNeedle<Item> {
  readonly item: Item;
  readonly start: number;
  readonly end: number;
}

/** Beginnings of two characters, by their lowest eight bits. */
const BEGINNINGS = 1 << 16;

/** Searches texts for many others at once, in one pass. */
class Needles<Item> {
  readonly #begins = new Uint8Array(BEGINNINGS);
  readonly #byBeginning = new Map<number, { readonly text: string; readonly item: Item }[]>();

  /** @param texts of at least two characters each; of two that begin alike the first one is found */
  constructor(texts: Iterable<readonly [text: string, item: Item]>) {
    for (const [text, item] of texts) {
      const beginning = beginningOf(text.charCodeAt(0), text.charCodeAt(1));
      this.#begins[beginning] = 1;
      const others = this.#byBeginning.get(beginning);
      if (others) others.push({ text, item });
      else this.#byBeginning.set(beginning, [{ text, item }]);
    }
  }

  /** All places where one of them stands, in order. */
  in(text: string): readonly FoundNeedle<Item>[] {
    const found: FoundNeedle<Item>[] = [];
    if (this.#byBeginning.size === 0) return found;
    let before = text.charCodeAt(0);
    for (let index = 1; index < text.length; index++) {
      const code = text.charCodeAt(index);
      const beginning = beginningOf(before, code);
      before = code;
      if (this.#begins[beginning] !== 1) continue;
      const start = index - 1;
      const needle = this.#byBeginning
        .get(beginning)
        ?.find((one) => text.startsWith(one.text, start));
      if (needle) found.push({ item: needle.item, start, end: start + needle.text.length });
    }
    return found;
  }
}

function beginningOf(first: number, second: number): number {
  return ((first & 0xff) << 8) | (second & 0xff);
}
