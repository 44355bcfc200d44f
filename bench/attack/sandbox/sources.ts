import { type ProgramRow, programs, type SandboxProgram } from "./program.ts";

const NO_SCRIPT = /^!it does not load: /;

/** Texts that would end or change what is put around them. */
const TEXTS: readonly ProgramRow[] = [
  [
    "a brace that closes a wrapper",
    `function answer() { return 1 } }); globalThis.forged = 1; ({ a: () => {`,
    NO_SCRIPT,
  ],
  [
    "a wrapper that is ended and opened",
    `return 1; } function answer() { return 2 } function x() {`,
    NO_SCRIPT,
  ],
  ["a comment that is never closed", "function answer() { return 1 } /* ", NO_SCRIPT],
  ["a comment that closes another", "*/ function answer() { return 1 } /*", NO_SCRIPT],
  ["a template that is never closed", "function answer() { return `", NO_SCRIPT],
  ["a text that is never closed", `function answer() { return "`, NO_SCRIPT],
  [
    "a closing script tag",
    `function answer() { return "</script><script>process.exit()</script>"; }`,
    /^="<\/script>/,
  ],
  [
    "a comment of HTML",
    "function answer() { return 1 }\n<!-- x\n--> y",
    /^(?:=1|!it does not load: )/,
  ],
  [
    "a hashbang",
    "#!/usr/bin/env node\nfunction answer() { return 1 }",
    /^(?:=1|!it does not load: )/,
  ],
  [
    "labels and breaks",
    "out: { function answer() { out: for (;;) { break out } return 1 } }",
    /^!it does not load: /,
  ],
  ["with", "with ({ answer: 1 }) {} function answer() { return 1 }", NO_SCRIPT],
  [
    "sloppy code",
    "function answer() { undeclared = 1; return undeclared; }",
    /^!it threw ReferenceError: /,
  ],
  [
    "a directive that would undo strictness",
    `"use sloppy"; function answer() { return (function () { return this === undefined })() }`,
    /^=true$/,
  ],
  [
    "a source map",
    "function answer() { return 1 }\n//# sourceMappingURL=file:///etc/passwd",
    /^=1$/,
  ],
  ["a separator of lines in a text", `function answer() { return "\u2028"; }`, /^="\u2028"$/],
  [
    "a null character",
    `function answer() { return 1 }\0; for (;;);`,
    /^(?:=1|!it does not load: )/,
  ],
  ["half of a character in the source", `function answer() { return "\ud800"; }`, /^="/],
  [
    "half of a character before a long one",
    `function answer() { return "\ud800\u20ac\u20ac\u20ac\u20ac"; }`,
    /^="/,
  ],
  ["identifiers with escapes", `function \\u0061nswer() { return 1 }`, /^=1$/],
  [
    "an answer that is no function",
    "const answer = 1;",
    /^!it does not load: answer is not a function$/,
  ],
  ["an answer that is a class", "class answer {}", /^!it threw TypeError: /],
  [
    "an answer that is a proxy",
    "const answer = new Proxy(() => 1, { apply() { return 2 } });",
    /^=2$/,
  ],
  [
    "an answer that is a getter",
    "Object.defineProperty(globalThis, 'answer', { get() { throw new Error('no') } });",
    NO_SCRIPT,
  ],
  ["no answer", "const other = 1;", /^!it does not load: answer is not defined$/],
  ["nothing", "", /^!it does not load: answer is not defined$/],
  ["words", "Here is the code you asked for.", NO_SCRIPT],
  ["an enum", "enum A { B } function answer() { return A.B }", NO_SCRIPT],
  ["decorators", "@x class A {} function answer() { return 1 }", NO_SCRIPT],
  ["JSX", "function answer() { return <a/> }", NO_SCRIPT],
  ["types alone", "type answer = () => 1;", /^!it does not load: answer is not defined$/],
  [
    "a throw while it loads",
    `throw new Error("at once"); function answer() { return 1 }`,
    /^!it does not load: Error: at once$/,
  ],
  [
    "a throw of a proxy while it loads",
    "throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } });",
    /^!it does not load: something that cannot be shown$/,
  ],
];

/** Texts on which what takes the types away would break, or work for ever. */
const READERS: readonly ProgramRow[] = [
  [
    "parentheses beyond a stack",
    `function answer() { return ${"(".repeat(200_000)}1${")".repeat(200_000)}; }`,
    /^!it does not load: it nests too deeply$/,
  ],
  [
    "templates beyond a stack",
    `const a = ${"`${".repeat(5_000)}1${"}`".repeat(5_000)}; function answer() { return 1 }`,
    /^!it does not load: it nests too deeply$/,
  ],
  [
    "types beyond a stack",
    `type A = ${"{a:".repeat(5_000)}1${"}".repeat(5_000)}; function answer() { return 1 }`,
    /^!it does not load: it nests too deeply$/,
  ],
  [
    "more code than anybody writes",
    `const a = [${"1,".repeat(3_000_000)}]; function answer() { return 1 }`,
    /^!it does not load: it is longer than 500000 characters$/,
  ],
];

/** Arrows or conditions? Each one more doubles the readings. */
const AMBIGUOUS: ProgramRow = [
  "conditions that may be arrows",
  `const f = ${"a ? (b) : c => (".repeat(30)}1${")".repeat(30)}; function answer() { return 1 }`,
  /^!(?:it takes longer than 200 ms in a step that only the end of its process ends|too many|it was not asked)/,
];

export const SOURCES: readonly SandboxProgram[] = [
  ...programs("sources", TEXTS),
  ...programs("readers of sources", READERS),
  ...programs("readers of sources", [AMBIGUOUS], { callMs: 200, graceMs: 3_000 }),
];
