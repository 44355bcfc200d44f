/** A text as somebody may read it who undoes what hides a secret in it. */
export interface TextView {
  readonly text: string;
  /** Where lines were joined: offsets of what stood at the beginning of a line, in order. */
  readonly breaks: readonly number[];
}

/** Colours and other commands of terminals, and what is not seen: soft hyphens, joiners, marks. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(033|e)|(.))/gs;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
};

/** JSON in JSON in JSON. */
const MOST_ESCAPED = 3;

/** What may stand in a credential. */
const IN_TOKEN = /[A-Za-z0-9_+/=.:~%$@!-]/;

/**
 * A text, and where it differs what it is without escapes, colours and what is not seen; with the
 * lines of each put together.
 */
export function viewsOf(text: string): readonly TextView[] {
  const shown = unescaped(text);
  if (shown.search(UNSEEN) < 0) {
    const plain = withoutPercent(shown);
    return plain === text ? [joinLines(text)] : [joinLines(text), joinLines(plain)];
  }
  const plain = withoutPercent(shown.replace(UNSEEN, ""));
  // A colour may stand within a credential, and between a word and a credential.
  const apart = withoutPercent(shown.replace(UNSEEN, " "));
  return [...new Set([text, plain, apart])].map(joinLines);
}

/** A text without escapes, colours and what is not seen. */
export function plainText(text: string): string {
  return withoutPercent(unescaped(text).replace(UNSEEN, ""));
}

function unescaped(text: string): string {
  let plain = text;
  for (let level = 0; level < MOST_ESCAPED && plain.includes("\\"); level++) {
    const before = plain;
    plain = before.replace(
      ESCAPE,
      (whole, unicode, hex, command, character: string | undefined) => {
        if (command !== undefined) return "\u001b";
        if (character === undefined)
          return String.fromCharCode(Number.parseInt(unicode ?? hex, 16));
        if (/["'\\/`]/.test(character)) return character;
        return SHORT_ESCAPES[character] ?? whole;
      },
    );
    if (plain === before) break;
  }
  return plain;
}

function withoutPercent(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (codes) => {
    const bytes = Buffer.from(codes.replaceAll("%", ""), "hex");
    return bytes.toString("utf8");
  });
}

/** Puts lines together where a word may go on from one to the next. */
function joinLines(text: string): TextView {
  const pieces: string[] = [];
  const breaks: number[] = [];
  let length = 0;
  let start = 0;
  if (!text.includes("\n")) return { text, breaks };
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    const { end, next } = around(text, at);
    if (end <= start || !IN_TOKEN.test(text[end - 1] ?? "") || !IN_TOKEN.test(text[next] ?? "")) {
      continue;
    }
    pieces.push(text.slice(start, end));
    length += end - start;
    breaks.push(length);
    start = next;
  }
  pieces.push(text.slice(start));
  return { text: pieces.join(""), breaks };
}

/** The end of what is said before a line break and the beginning of what is said behind it. */
function around(text: string, at: number): { end: number; next: number } {
  const end = skipped(text, at - 1, -1, " \t\r") + 1;
  const next = skipped(text, at + 1, 1, " \t");
  // "abc" + "def", 'abc' \ 'def', abc\ def
  const last = skipped(text, end - 1, -1, " \t\\+");
  const quote = text[last] ?? "";
  const begin = skipped(text, next, 1, " \t+");
  if (/["'`]/.test(quote) && text[begin] === quote) return { end: last, next: begin + 1 };
  return { end: text[end - 1] === "\\" ? end - 1 : end, next };
}

function skipped(text: string, from: number, step: 1 | -1, characters: string): number {
  let index = from;
  while (index >= 0 && index < text.length && characters.includes(text[index] ?? "")) index += step;
  return index;
}

/** Shorter runs hold nothing that is searched for. */
const SHORTEST_RUN = 16;

/** Beginnings of a run that are tried: a path may stand before it. */
const MOST_BEGINNINGS = 8;

const BASE64_RUN =
  /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/_-]{16,}={0,2})*/g;

/** The texts that stand in base64 or in hexadecimal in a text. */
export function decodedTexts(text: string): readonly string[] {
  const found: string[] = [];
  if (!hasLongRun(text)) return found;
  for (const [run] of text.matchAll(BASE64_RUN)) {
    const hex = /^(?:[0-9a-fA-F]{2})+$/.test(run) && run.length >= 2 * SHORTEST_RUN;
    if (hex && /^(?:[2-7].){4}/.test(run)) found.push(Buffer.from(run, "hex").toString("utf8"));
    const base64 = decodedRun(run);
    if (base64 !== undefined) found.push(base64);
  }
  return found;
}

const IN_RUN = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[A-Za-z0-9+/_-]/.test(String.fromCharCode(code))),
);

/**
 * Whether a run of {@link SHORTEST_RUN} characters stands in a text: most texts have none, and the
 * expression takes several times as long. Every such run reaches over one of the places looked at.
 */
function hasLongRun(text: string): boolean {
  for (let place = SHORTEST_RUN - 1; place < text.length; place += SHORTEST_RUN) {
    if (IN_RUN[text.charCodeAt(place)] !== 1) continue;
    let start = place;
    while (start > 0 && IN_RUN[text.charCodeAt(start - 1)] === 1) start--;
    let end = place + 1;
    while (IN_RUN[text.charCodeAt(end)] === 1) end++;
    if (end - start >= SHORTEST_RUN) return true;
  }
  return false;
}

/** Text in base64; undefined for anything else. */
function decodedRun(run: string): string | undefined {
  let start = 0;
  for (let tried = 0; tried < MOST_BEGINNINGS; tried++) {
    if (run.length - start < SHORTEST_RUN) return undefined;
    if (
      beginsText(run, start) &&
      isPlainText(Buffer.from(run.slice(start, start + 16), "base64"))
    ) {
      return Buffer.from(run.slice(start), "base64").toString("utf8");
    }
    const next = run.slice(start, start + 200).search(/[/+_-]/);
    if (next < 0) return undefined;
    start += next + 1;
  }
  return undefined;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Characters of base64 that the bytes of ASCII begin with, from the tab on. */
const BEGINS_TEXT = new Set([...BASE64].filter((_, index) => index >= 2 && index < 32));

/** A quick look, before anything is decoded: one character of two says no. */
function beginsText(run: string, start: number): boolean {
  return BEGINS_TEXT.has(run[start] ?? "");
}

/** Whether bytes are what a text in ASCII begins with. */
function isPlainText(bytes: Uint8Array): boolean {
  return bytes.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09,
  );
}
