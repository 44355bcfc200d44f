import { CREDENTIAL_FORMATS, type CredentialFormat, INNER_MARKS } from "./credential-formats.ts";

/** A stretch of a text that is written like a credential. */
interface FoundCredential {
  /** As in "holds a GitHub token". */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Where its random part begins. */
  readonly bodyStart: number;
  /** Whether it is one, and not what documentation shows in its place. */
  readonly isReal: boolean;
}

const ASCII = 128;

/** What a character may be, in bits. */
const NO_WORD = 0;
const WORD = 1;
const FIRST = 2;

interface Marked {
  readonly mark: string;
  readonly format: CredentialFormat;
}

/** What marks are looked for with. */
interface MarkTables {
  /** By the codes of the first two characters of a mark, or of the one that there is. */
  readonly byBeginning: ReadonlyMap<number, readonly Marked[]>;
  /** 1 for each key of `byBeginning`. */
  readonly begins: Uint8Array;
  /** What each character of ASCII may be. */
  readonly kinds: Uint8Array;
  /** Marks that stand within what they mark. */
  readonly inner: readonly Marked[];
}

let made: MarkTables | undefined;

/** Made for the first text: most replays search none, and the tables take a millisecond. */
function markTables(): MarkTables {
  made ??= makeTables();
  return made;
}

function makeTables(): MarkTables {
  const byBeginning = new Map<number, Marked[]>();
  const begins = new Uint8Array(ASCII * ASCII);
  const kinds = new Uint8Array(ASCII);
  const marked = CREDENTIAL_FORMATS.flatMap((format) =>
    format.marks.map((mark): Marked => ({ mark, format })),
  );
  const isInner = ({ mark }: Marked) => INNER_MARKS.includes(mark);
  for (const one of marked) {
    if (isInner(one)) continue;
    const { mark } = one;
    const first = mark.charCodeAt(0);
    const seconds =
      mark.length > 1 ? [mark.charCodeAt(1)] : Array.from({ length: ASCII }, (_, code) => code);
    kinds[first] = (kinds[first] ?? 0) | FIRST;
    for (const second of seconds) {
      const beginning = first * ASCII + second;
      begins[beginning] = 1;
      const others = byBeginning.get(beginning);
      if (others) others.push(one);
      else byBeginning.set(beginning, [one]);
    }
  }
  for (let code = 0; code < ASCII; code++) {
    if (/[A-Za-z0-9]/.test(String.fromCharCode(code))) kinds[code] = (kinds[code] ?? 0) | WORD;
  }
  return { byBeginning, begins, kinds, inner: marked.filter(isInner) };
}

/** Finds what is written like a credential, in the order in which marks are looked for. */
export function findCredentials(text: string): readonly FoundCredential[] {
  const whole = { from: 0, to: text.length, judged: new JudgedBodies() };
  return findMarks(text).flatMap((mark) => credentialAt(text, mark, whole) ?? []);
}

/** A mark of a format, and where it stands. */
interface FoundMark extends Marked {
  readonly start: number;
}

/**
 * Finds where a credential may begin. One look at each character tells: one expression for all
 * formats takes ten times as long.
 *
 * @param breaks offsets where another line began, in order; a credential may begin there as well
 */
export function findMarks(text: string, breaks: readonly number[] = []): readonly FoundMark[] {
  const { kinds, inner } = markTables();
  const found: FoundMark[] = [];
  let before = NO_WORD;
  let nextBreak = 0;
  let breakAt = breaks[0] ?? -1;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (index === breakAt) {
      before = NO_WORD;
      breakAt = breaks[++nextBreak] ?? -1;
    }
    const kind = code < ASCII ? (kinds[code] ?? NO_WORD) : NO_WORD;
    if ((before & WORD) === 0 && (kind & FIRST) !== 0) addMarks(index, text, found);
    before = kind;
  }
  for (const marked of inner) {
    let index = text.indexOf(marked.mark);
    while (index >= 0) {
      found.push({ start: index, ...marked });
      index = text.indexOf(marked.mark, index + 1);
    }
  }
  return found;
}

function addMarks(start: number, text: string, found: FoundMark[]): void {
  const { begins, byBeginning } = markTables();
  const beginning = text.charCodeAt(start) * ASCII + text.charCodeAt(start + 1);
  if (begins[beginning] !== 1) return;
  for (const marked of byBeginning.get(beginning) ?? []) {
    const { sign } = marked.format;
    const isThere = sign ? hasSign(text, start, sign) : text.startsWith(marked.mark, start);
    if (isThere) found.push({ start, ...marked });
  }
}

/** Most bodies that are remembered of one format in one text. */
const MOST_JUDGED = 64;

/**
 * What was found of random parts in one text. A mark that is repeated makes the same part of several
 * thousand characters again and again, and each look at it takes a millisecond.
 */
export class JudgedBodies {
  readonly #byFormat = new Map<CredentialFormat, Map<string, boolean>>();

  isReal(format: CredentialFormat, body: string): boolean {
    const judged = this.#byFormat.get(format) ?? new Map<string, boolean>();
    this.#byFormat.set(format, judged);
    const known = judged.get(body);
    if (known !== undefined) return known;
    const isReal = format.accepts(body);
    if (judged.size === MOST_JUDGED) judged.clear();
    judged.set(body, isReal);
    return isReal;
  }
}

/**
 * The credential that begins with a mark; undefined for anything else.
 *
 * @param from where its text begins: nothing before counts
 * @param to where its text ends
 */
export function credentialAt(
  text: string,
  { start, mark, format }: FoundMark,
  {
    from,
    to,
    judged,
  }: { readonly from: number; readonly to: number; readonly judged: JudgedBodies },
): FoundCredential | undefined {
  const { name, rest } = format;
  const part = from === 0 && to >= text.length ? text : text.slice(from, to);
  rest.lastIndex = start - from + mark.length;
  const match = rest.exec(part);
  if (!match) return undefined;
  const body = match.groups?.["body"] ?? match[0];
  const end = start + mark.length + match[0].length;
  const inside = match[0].lastIndexOf(body);
  // Some marks stand behind the random part.
  const bodyStart =
    inside < 0 ? from + part.lastIndexOf(body, start - from) : end - match[0].length + inside;
  return {
    name,
    start: Math.min(start, bodyStart),
    bodyStart,
    end,
    isReal: judged.isReal(format, body),
  };
}

/** A word begins with the one character of a mark too often to look at each with an expression. */
function hasSign(
  text: string,
  start: number,
  { character, least, most }: NonNullable<CredentialFormat["sign"]>,
): boolean {
  const code = character.charCodeAt(0);
  for (let index = start + least; index <= start + most; index++) {
    if (text.charCodeAt(index) === code) return true;
  }
  return false;
}
