import type { Json } from "../../../model/json.ts";
import { JSON_LINES, jsonLine } from "./json-line.ts";
import { endOfQuoted, endOfWords, withoutBreaksAtEnd } from "./scan-scalar.ts";

/**
 * Reads what `writeYaml` writes, some hundred times faster than a general parser; a replay is
 * mostly this. Returns undefined for any text that it is not sure of: the caller then asks a
 * general parser, so files that were edited by hand stay readable.
 */
export function readOwnYaml(text: string): Record<string, Json> | undefined {
  try {
    const reader = new Reader(text);
    const value = reader.map(0);
    return reader.atEnd ? value : undefined;
  } catch (error) {
    // A RangeError is of the stack: it is nested as no writer nests.
    if (error === UNSURE || error instanceof RangeError) return undefined;
    throw error;
  }
}

const UNSURE = Symbol("not written by writeYaml");

/** How a quoted text begins whose lines stand on lines of their own. */
const LINES = '"\\\n';
/** Characters of the backslash with its line break. */
const LINE_END = 2;
const HASH = /[0-9][0-9a-f]*[a-f][0-9a-f]*[a-f][0-9a-f]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
const LITERAL = /\|(2?)([-+]?)\n/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** A block map whose keys stand in column `indent`; the cursor is at the start of a line. */
  map(indent: number): Record<string, Json> {
    const fields: Record<string, Json> = {};
    do {
      if (!this.#skipIndent(indent)) throw UNSURE;
      this.#field(fields, indent);
    } while (!this.atEnd && this.#indentHere() === indent);
    return fields;
  }

  #field(fields: Record<string, Json>, indent: number): void {
    const key = this.#scalar();
    if (typeof key !== "string" || this.#text[this.#at] !== ":") throw UNSURE;
    if (key === "__proto__" || Object.hasOwn(fields, key)) throw UNSURE;
    this.#at++;
    fields[key] = this.#value(indent);
  }

  /** What stands behind `key:` or `-`; leaves the cursor at the start of a line. */
  #value(indent: number): Json {
    const next = this.#text[this.#at];
    if (next === "\n") {
      this.#at++;
      const inner = this.#indentHere();
      if (inner !== indent + 2) throw UNSURE;
      return this.#text[this.#at + inner] === "-" ? this.#list(inner) : this.map(inner);
    }
    if (next !== " ") throw UNSURE;
    this.#at++;
    if (this.#text[this.#at] === "|") return this.#literal(indent + 2);
    if (this.#text.startsWith(LINES, this.#at)) return this.#quotedLines(indent + 2);
    const value = JSON_LINES.some((start) => this.#text.startsWith(start, this.#at))
      ? this.#jsonLine()
      : this.#flow();
    this.#endLine();
    return value;
  }

  #list(indent: number): Json[] {
    const items: Json[] = [];
    do {
      if (!this.#skipIndent(indent)) throw UNSURE;
      if (this.#text[this.#at] !== "-") throw UNSURE;
      this.#at++;
      items.push(this.#item(indent));
    } while (!this.atEnd && this.#indentHere() === indent);
    return items;
  }

  #item(indent: number): Json {
    if (this.#text[this.#at] !== " ") return this.#value(indent);
    const start = this.#at + 1;
    const first = this.#text[start];
    const isBlock = first === "|" || this.#text.startsWith(LINES, start);
    if (isBlock || first === "{" || first === "[") return this.#value(indent);
    this.#at = start;
    const scalar = this.#scalar();
    if (this.#text[this.#at] !== ":") {
      this.#endLine();
      return scalar;
    }
    // A map that begins on the dash's line: read it as if the dash were a space.
    this.#at = start;
    const fields: Record<string, Json> = {};
    this.#field(fields, indent + 2);
    while (!this.atEnd && this.#indentHere() === indent + 2) {
      this.#at += indent + 2;
      this.#field(fields, indent + 2);
    }
    return fields;
  }

  #flow(): Json {
    const first = this.#text[this.#at];
    if (first === "{") return this.#flowMap();
    if (first === "[") return this.#flowList();
    return this.#scalar();
  }

  #flowMap(): Json {
    const fields: Record<string, Json> = {};
    this.#at++;
    if (this.#take("}")) return fields;
    do {
      if (!this.#take(" ")) throw UNSURE;
      const key = this.#scalar();
      if (typeof key !== "string" || key === "__proto__" || !this.#take(": ")) throw UNSURE;
      if (Object.hasOwn(fields, key)) throw UNSURE;
      fields[key] = this.#flow();
    } while (this.#take(","));
    if (!this.#take(" }")) throw UNSURE;
    return fields;
  }

  #flowList(): Json {
    const items: Json[] = [];
    this.#at++;
    if (this.#take("]")) return items;
    do items.push(this.#flow());
    while (this.#take(", "));
    if (!this.#take("]")) throw UNSURE;
    return items;
  }

  #scalar(): Json {
    const code = this.#text.charCodeAt(this.#at);
    if (code === 0x22) return surelyJson(this.#quoted());
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.#numberOrHash();
    const word = this.#words();
    if (!RESERVED.test(word)) return word;
    if (word === "true") return true;
    if (word === "false") return false;
    if (word === "null") return null;
    throw UNSURE;
  }

  #words(): string {
    const start = this.#at;
    this.#at = endOfWords(this.#text, start);
    if (this.#at === start) throw UNSURE;
    return this.#text.slice(start, this.#at);
  }

  /** A text on one line with its quotes. */
  #quoted(): string {
    const start = this.#at;
    const end = endOfQuoted(this.#text, start + 1);
    if (this.#text[end] !== '"') throw UNSURE;
    this.#at = end + 1;
    return this.#text.slice(start, this.#at);
  }

  #numberOrHash(): Json {
    HASH.lastIndex = this.#at;
    return HASH.test(this.#text) ? this.#match(HASH) : Number(this.#match(NUMBER));
  }

  /** A literal block whose lines are indented by `indent`. */
  #literal(indent: number): string {
    LITERAL.lastIndex = this.#at;
    const header = LITERAL.exec(this.#text);
    if (!header) throw UNSURE;
    this.#at += header[0].length;
    const pad = " ".repeat(indent);
    let out = "";
    while (!this.atEnd) {
      const end = this.#text.indexOf("\n", this.#at);
      if (end < 0) throw UNSURE;
      if (end === this.#at) out += "\n";
      else if (this.#text.startsWith(pad, this.#at)) {
        out += this.#text.slice(this.#at + indent, end + 1);
      } else break;
      this.#at = end + 1;
    }
    const body = withoutBreaksAtEnd(out);
    // Blanks that decide where the block begins or ends: readers differ, writeYaml avoids them.
    const lastLine = body.slice(body.lastIndexOf("\n") + 1);
    if (/^ +$/.test(lastLine) || (header[1] === "" && /^[ \n]/.test(out))) throw UNSURE;
    if (header[2] === "+") return out;
    return header[2] === "-" ? body : `${body}\n`;
  }

  /** A quoted text whose lines are indented by `indent`. */
  #quotedLines(indent: number): string {
    this.#at += LINES.length;
    let quoted = '"';
    for (;;) {
      if (!this.#skipIndent(indent)) throw UNSURE;
      const end = endOfQuoted(this.#text, this.#at);
      if (end < 0) throw UNSURE;
      quoted += this.#text.slice(this.#at, end);
      const isLast = this.#text[end] === '"';
      this.#at = end + (isLast ? 1 : LINE_END);
      if (isLast) break;
    }
    this.#endLine();
    return surelyJson(`${quoted}"`) as string;
  }

  /** What is nested deeply: JSON up to the end of the line, of any depth. */
  #jsonLine(): Json {
    const end = this.#text.indexOf("\n", this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at += line.length;
    const value = surelyJson(line);
    if (jsonLine(value) !== line) throw UNSURE; // a key given twice, or another spelling
    return value;
  }

  #indentHere(): number {
    let count = 0;
    while (this.#text.charCodeAt(this.#at + count) === 0x20) count++;
    return count;
  }

  #skipIndent(indent: number): boolean {
    if (this.#indentHere() !== indent) return false;
    this.#at += indent;
    return true;
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  #match(pattern: RegExp): string {
    const start = this.#at;
    pattern.lastIndex = start;
    // `test` makes no list of groups, of which a replay would throw away thousands.
    if (!pattern.test(this.#text)) throw UNSURE;
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  #endLine(): void {
    if (!this.#take("\n")) throw UNSURE;
  }
}

/** @throws UNSURE also for escapes that YAML knows and JSON does not */
function surelyJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw UNSURE;
  }
}
