import type { HostileText } from "./hostile-text.ts";

const KIB = 1024;

/** YAML that costs a parser more than it says; `bytes` is about how long the text is. */
const COSTLY: Readonly<Record<string, (bytes: number) => string>> = {
  "many keys": (bytes) => numbered(bytes / 12, (at) => `key${at}: 1\n`),
  "many keys in braces": (bytes) => `{${numbered(bytes / 13, (at) => `key${at}: 1, `)}}`,
  "the same key many times": (bytes) => "key: 1\n".repeat(bytes / 7),
  "many anchors": (bytes) => `[${numbered(bytes / 12, (at) => `&a${at} 1, `)}]`,
  "many aliases": (bytes) => `a: &a 1\nb: [${"*a, ".repeat(bytes / 4)}]`,
  "a bomb of aliases": (bytes) => bomb(Math.log2(bytes)),
  "merge keys that grow": (bytes) => merges(bytes / 40),
  "many escapes": (bytes) => `a: "${"\\n\\u0041".repeat(bytes / 8)}"`,
  "many tags": (bytes) => `{a: [${"!!str a, ".repeat(bytes / 9)}]}`,
  "many documents": (bytes) => "---\na: 1\n".repeat(bytes / 9),
  "many directives": (bytes) => `${"%YAML 1.2\n".repeat(bytes / 10)}---\na: 1`,
  "many comments": (bytes) => `${"# nothing\n".repeat(bytes / 10)}[`,
  "empty lines": (bytes) => `${"\n".repeat(bytes)}[`,
  "nested lists": (bytes) => "[".repeat(bytes),
  "nested maps": (bytes) => "{a: ".repeat(bytes / 4),
  "nested dashes": (bytes) => "- ".repeat(bytes / 2),
  "nested questions": (bytes) => "? ".repeat(bytes / 2),
  "nested lines": (bytes) => stairs(Math.sqrt(bytes)),
  "commas alone": (bytes) => `[${",".repeat(bytes)}]`,
  "colons alone": (bytes) => "a: ".repeat(bytes / 3),
  "one long word": (bytes) => "x".repeat(bytes),
  "a long key": (bytes) => `${"x".repeat(bytes)}: 1`,
  "a long number": (bytes) => `a: ${"9".repeat(bytes)}`,
  "an open quote": (bytes) => `a: "${"x\n ".repeat(bytes / 3)}`,
  "an open bracket": (bytes) => `a: [${"x, ".repeat(bytes / 3)}`,
  "blanks at the ends of lines": (bytes) => `a: |\n${"  x \t\n".repeat(bytes / 6)}`,
  "carriage returns alone": (bytes) => "a: 1\r".repeat(bytes / 5),
  "marks of a merge": (bytes) => `<<<<<<< a\n${"x: 1\n".repeat(bytes / 5)}=======\n>>>>>>> b\n`,
  "stars and ampersands": (bytes) => `${"*".repeat(bytes / 2)}${"&".repeat(bytes / 2)}`,
};

/** What is wrong at any length. */
const WRONG: Readonly<Record<string, string | Uint8Array>> = {
  "a bracket": "[",
  NUL: "a: \0\0\0",
  "invalid UTF-8": Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0x80, 0x0a),
  "UTF-16": new Uint8Array(Buffer.from("a: 1\nb: 2\n", "utf16le")),
  "a byte order mark": "\ufeff[",
  "tabs for indents": "a:\n\tb: 1\n\t\tc: 2\n",
  "a tag of a language": 'a: !!js/function "function () { process.exit() }"\n',
  "a tag of another": "a: !!python/object/apply:os.system [touch pwned]\n",
  "an alias of itself": "a: &a [*a]\n",
  "a merge of itself": "a: &a { <<: *a }\n",
  "an unknown alias": "a: *b\n",
  "a prototype": "__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n",
  "numbers that are none": "a: .nan\nb: .inf\nc: 1e999\n",
  "keys that are lists": "? [a, b]\n: 1\n",
  "half a surrogate": 'a: "\\ud800"\n',
  "commands of a terminal": "a: \u001b]52;c;aGk=\u0007\u001b[2J\n",
};

const SIZES = [20 * KIB, 900 * KIB, 8_000 * KIB];

/** Hostile texts, the costly ones in several sizes. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  ...Object.entries(WRONG).map(([name, text]) => ({ name, text: () => text })),
  ...SIZES.flatMap((bytes) =>
    Object.entries(COSTLY).map(([name, make]) => ({
      name: `${name}, ${Math.round(bytes / KIB)} KiB`,
      text: () => make(bytes),
    })),
  ),
];

function numbered(count: number, one: (at: number) => string): string {
  return Array.from({ length: Math.floor(count) }, (_, at) => one(at)).join("");
}

function bomb(levels: number): string {
  const lines = numbered(levels, (at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]\n`);
  return `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${lines}`;
}

function merges(count: number): string {
  const line = (at: number) => `m${at + 1}: &m${at + 1} { <<: *m${at}, k${at}: 1 }\n`;
  return `m0: &m0 { a: 1 }\n${numbered(count, line)}`;
}

function stairs(count: number): string {
  return numbered(count, (at) => `${" ".repeat(at)}a:\n`);
}
