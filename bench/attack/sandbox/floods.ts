import { answering, type ProgramRow, programs, type SandboxProgram } from "./program.ts";

const SLOW =
  /^!(?:it (?:does not load: it )?takes longer than 200 ms|too many calls took too long|it was not asked: too many calls took too long)/;
const LARGE =
  /^!(?:it takes more than 32 MiB of memory|it threw (?:InternalError|RangeError|TypeError|SyntaxError): |it takes longer than 200 ms|it nests calls or data too deeply|it broke the engine)/;

/** Time: what would never end. */
const LOOPS: readonly ProgramRow[] = [
  ["a loop", answering("for (;;);"), SLOW],
  ["a loop while it loads", "for (;;); function answer() {}", SLOW],
  ["a loop that catches", answering("for (;;) { try { for (;;); } catch {} }"), SLOW],
  ["a loop in finally", answering("try { for (;;); } finally { for (;;); }"), SLOW],
  ["a generator", answering("for (const _ of (function* () { for (;;) yield 1 })());"), SLOW],
  ["promises", answering("(async () => { for (;;) await 1; })(); return 1;"), SLOW],
  [
    "promises that make promises",
    answering("const again = () => Promise.resolve().then(again); again(); return 1;"),
    SLOW,
  ],
  ["a regular expression", answering(`return /^(a+)+$/.test("a".repeat(60) + "b");`), SLOW],
  [
    "a regular expression with a replacement",
    answering(`return ("a".repeat(80) + "!").replace(/(a|aa)+$/, "");`),
    SLOW,
  ],
  ["backreferences", answering(`return /(x+x+)+\\1y/.test("x".repeat(80));`), SLOW],
  ["toJSON", answering("return { toJSON() { for (;;); } };"), SLOW],
  ["a getter of the answer", answering("return { get a() { for (;;); } };"), SLOW],
  ["a proxy's trap", answering("return new Proxy({}, { ownKeys() { for (;;); } });"), SLOW],
  ["a comparator", answering("return [3, 2, 1].sort(() => { for (;;); });"), SLOW],
  [
    "a message that is asked for",
    answering("throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } });"),
    SLOW,
  ],
  [
    "hasInstance of Error",
    `Object.defineProperty(Error, Symbol.hasInstance, { value() { for (;;); } }); function answer() { throw 1 }`,
    SLOW,
  ],
  [
    "a join of very many",
    answering(`return new Array(2 ** 27).join("abcdefgh").length;`),
    /^!(?:it takes |too many|it was not|it threw )/,
  ],
  [
    "a list of four billion",
    answering("const all = []; all.length = 4294967295; return all.fill(1);"),
    /^!(?:it takes |too many|it was not|it threw )/,
  ],
  [
    "indexOf in four billion",
    answering("return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);"),
    /^!(?:it takes |too many|it was not)/,
  ],
  [
    "a reversal of very many",
    answering("return Array.prototype.reverse.call({ length: 2 ** 53 - 1 });"),
    /^!(?:it takes |too many|it was not)/,
  ],
  [
    "a power without end",
    answering("return String(3n ** (3n ** 15n)).length;"),
    /^!(?:it takes |too many|it was not|it threw )/,
  ],
];

/** Memory: what would fill the machine. */
const HEAPS: readonly ProgramRow[] = [
  ["lists", answering("const all = []; for (;;) all.push(new Array(1000).fill(1));"), LARGE],
  [
    "lists that are kept",
    "const all = []; function answer() { for (;;) all.push(new Array(1e5).fill(7)); }",
    LARGE,
  ],
  [
    "texts",
    answering(`let all = []; for (;;) all.push("ab".repeat(all.length + 1e6).split(""));`),
    LARGE,
  ],
  ["a text that doubles", answering(`let all = "x"; for (;;) all += all;`), LARGE],
  ["a text of a gigabyte", answering(`return "x".repeat(2 ** 30).length;`), LARGE],
  ["a padded text", answering(`return "".padStart(2 ** 30, "ab").length;`), LARGE],
  ["a map", answering("const all = new Map(); for (;;) all.set({}, {});"), LARGE],
  [
    "memory that is caught",
    answering(
      "const all = []; for (;;) { try { all.push(new Array(1e5).fill(1)) } catch { return 1 } }",
    ),
    /^(?:=1|!it (?:takes|threw))/,
  ],
  ["properties", answering("const o = {}; for (let i = 0; ; i++) o['k' + i] = i;"), LARGE],
  ["symbols", answering("const all = []; for (;;) all.push(Symbol('x'.repeat(1000)));"), LARGE],
  [
    "typed arrays",
    answering("const all = []; for (;;) all.push(new Uint8Array(1e7));"),
    /^!it threw ReferenceError: /,
  ],
  [
    "a resizable buffer",
    answering("new ArrayBuffer(8, { maxByteLength: 2 ** 30 }).resize(2 ** 30);"),
    /^!it threw ReferenceError: /,
  ],
  [
    "a regular expression that grows",
    answering(`return new RegExp("(a{1,1000}){1,1000}").test("a".repeat(100));`),
    /^(?:=|!it )/,
  ],
  [
    "very many groups",
    answering(`return new RegExp("(".repeat(50000) + ")".repeat(50000)).test("");`),
    LARGE,
  ],
  ["closures", answering("let f = () => 1; for (;;) { const g = f; f = () => g; }"), LARGE],
  [
    "generators",
    answering(
      "const all = []; for (;;) { const g = (function* () { yield 1 })(); g.next(); all.push(g); }",
    ),
    LARGE,
  ],
];

/** Depth: what would overflow a stack. */
const DEPTHS: readonly ProgramRow[] = [
  ["a recursion", answering("function f() { return f() + 1 } return f();"), LARGE],
  [
    "a recursion that catches",
    answering("function f() { try { return f() } catch { return f() } } return f();"),
    LARGE,
  ],
  [
    "a recursion by toString",
    answering("const o = { toString() { return String(o) } }; return String(o);"),
    LARGE,
  ],
  [
    "a recursion by proxies",
    answering("let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;"),
    LARGE,
  ],
  [
    "a recursion by prototypes",
    answering("let o = {}; for (let i = 0; i < 1e5; i++) o = Object.create(o); return typeof o.x;"),
    /^(?:="undefined"|!it )/,
  ],
  [
    "bound functions",
    answering("let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); return f();"),
    LARGE,
  ],
  [
    "a deep answer",
    answering("let o = null; for (let i = 0; i < 1e5; i++) o = [o]; return o;"),
    LARGE,
  ],
  ["a deep text", answering(`return JSON.parse("[".repeat(1e6));`), LARGE],
  [
    "a deep list as a text",
    answering("let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return String(o);"),
    LARGE,
  ],
  [
    "a deep list that is flattened",
    answering("let o = []; for (let i = 0; i < 1e5; i++) o = [o]; return o.flat(Infinity);"),
    LARGE,
  ],
  [
    "a deep source",
    `function answer() { return ${"(".repeat(20_000)}1${")".repeat(20_000)}; }`,
    /^!it /,
  ],
  [
    "deep blocks",
    `function answer() { ${"{".repeat(20_000)}${"}".repeat(20_000)} return 1; }`,
    /^(?:=1|!it )/,
  ],
  [
    "a deep chain of operators",
    `function answer() { return ${"1+".repeat(50_000)}1; }`,
    /^(?:=50001|!it )/,
  ],
];

/** Output: what would drown whoever reads it. */
const OUTPUTS: readonly ProgramRow[] = [
  ["a long answer", answering(`return "x".repeat(1e6);`), /^!its answer is too long$/],
  [
    "an answer that is long by its escapes",
    answering(`return "\\0".repeat(50_000);`),
    /^!its answer is too long$/,
  ],
  [
    "a long reason",
    answering(`throw new Error("x".repeat(2e7));`),
    /^!it (?:threw Error: x{50,300}$|takes )/,
  ],
  [
    "a long reason for declining",
    answering(`return { ok: false, reason: "x".repeat(1e6) };`),
    /^!its answer is too long$/,
  ],
  [
    "very many properties",
    answering("const o = {}; for (let i = 0; i < 2e4; i++) o['key' + i] = i; return o;"),
    /^!its answer is too long$/,
  ],
];

const tight = { callMs: 200, graceMs: 1_000, heapMib: 32 } as const;

export const FLOODS: readonly SandboxProgram[] = [
  ...programs("time", LOOPS, tight),
  ...programs("memory", HEAPS, tight),
  ...programs("depth", DEPTHS, tight),
  ...programs("output", OUTPUTS, { callMs: 5_000 }),
];
