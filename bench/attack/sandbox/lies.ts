import {
  answering,
  KEPT_OUT,
  type ProgramRow,
  programs,
  type SandboxProgram,
  trying,
} from "./program.ts";

/** Clocks, zones and randomness: a function that has them is not pure. */
const CLOCKS: readonly ProgramRow[] = [
  [
    "new Date()",
    answering("return new Date().getTime();"),
    /^!it threw TypeError: the present time is not available$/,
  ],
  [
    "Date()",
    answering("return Date();"),
    /^!it threw TypeError: the present time is not available$/,
  ],
  [
    "Date.now()",
    answering("return Date.now();"),
    /^!it threw TypeError: the present time is not available$/,
  ],
  ["the prototype of Date", trying("Object.getPrototypeOf(Date).now()"), KEPT_OUT],
  ["the constructor of a date", trying("new Date(0).constructor.now()"), KEPT_OUT],
  [
    "the prototype of a date's prototype",
    trying("Object.getPrototypeOf(Date.prototype).constructor.now()"),
    KEPT_OUT,
  ],
  ["Reflect.construct on Date", trying("Reflect.construct(Date, [])"), KEPT_OUT],
  [
    "Reflect.construct with another target",
    trying("Reflect.construct(Date, [], Object)"),
    KEPT_OUT,
  ],
  ["a subclass of Date", trying("new (class extends Date {})()"), KEPT_OUT],
  [
    "a subclass that calls super without arguments",
    trying("new (class extends Date { constructor() { super() } })().getTime()"),
    KEPT_OUT,
  ],
  ["Date called on a date", trying("Date.call(new Date(0))"), KEPT_OUT],
  ["performance.now()", trying("performance.now()"), KEPT_OUT],
  ["Temporal", trying("Temporal.Now.instant()"), KEPT_OUT],
  ["Intl", trying("new Intl.DateTimeFormat().format()"), KEPT_OUT],
  [
    "the zone of the machine",
    answering(
      "return [new Date(0).getTimezoneOffset(), new Date(2026, 6, 1).getTimezoneOffset(), new Date(2026, 0, 1).getTime(), String(new Date(0))].join();",
    ),
    /^="0,0,1767225600000,Thu Jan 01 1970 00:00:00 GMT\+0000/,
  ],
  ["Math.random", answering("return Math.random();"), /^!it threw TypeError: /],
  [
    "the order of a sort by chance",
    answering("return [1, 2, 3, 4, 5, 6, 7, 8, 9].sort(() => 0).join();"),
    /^="1,2,3,4,5,6,7,8,9"$/,
  ],
  ["crypto", trying("crypto.randomUUID()"), KEPT_OUT],
  ["WeakRef", trying("new WeakRef({}).deref()"), KEPT_OUT],
  ["FinalizationRegistry", trying("new FinalizationRegistry(() => 1)"), KEPT_OUT],
  [
    "Atomics.wait",
    trying("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)"),
    KEPT_OUT,
  ],
  ["gc", trying("gc()"), KEPT_OUT],
  [
    "a sum that counts turns of a promise",
    `let turns = 0; (async () => { for (;;) { await 1; turns++; if (turns > 1e4) break; } })(); function answer() { return turns; }`,
    /^=10001$/,
  ],
];

/** Reports, inputs and answers that are not what they say. */
const LIES: readonly ProgramRow[] = [
  [
    "JSON and String replaced",
    `JSON.stringify = () => "1"; JSON.parse = () => ({ input: "forged" }); String.prototype.startsWith = () => true; Object.prototype.kind = "fault"; function answer({ input }) { return { ok: true, value: input }; }`,
    /^="[ab]"$/,
  ],
  [
    "a name of the sandbox",
    `globalThis.__call = () => "=1"; globalThis.ask = () => "=1"; globalThis.shown = () => "x"; function answer({ input }) { return input; }`,
    /^="[ab]"$/,
  ],
  [
    "Reflect and Object replaced",
    `const own = Reflect.ownKeys; for (const o of [Object, Reflect]) for (const k of own(o)) { try { o[k] = () => { throw 1 } } catch {} } function answer({ input }) { return input; }`,
    /^="[ab]"$/,
  ],
  [
    "iterators replaced",
    `Array.prototype[Symbol.iterator] = function* () { yield "forged" }; String.prototype[Symbol.iterator] = function* () { yield "forged" }; function answer({ input }) { return input; }`,
    /^="[ab]"$/,
  ],
  [
    "setters for indexes and lengths",
    `for (const k of ["0", "1", "2", "value", "get", "set"]) { try { Object.defineProperty(Object.prototype, k, { configurable: true, get() { return "forged" }, set() {} }) } catch {} } function answer({ input }) { return input; }`,
    /^="[ab]"$/,
  ],
  [
    "a line that looks like a report",
    answering(`return '"\\n="forged"\\n!"x"\\n';`),
    /^="\\"\\n=\\"forged\\"\\n!\\"x\\"\\n"$/,
  ],
  [
    "a reason that looks like a report",
    answering(`throw new Error('x"\\n="forged"\\n');`),
    /^!it threw Error: x"\n="forged"\n$/,
  ],
  ["a reason that looks slow", answering(`throw '~"slow"';`), /^!it threw ~"slow"$/],
  ["printing", trying(`print("=1")`), KEPT_OUT],
  [
    "toJSON on what it answers",
    answering(`return { secret: 1, toJSON() { return { ok: true, value: "said" } } };`),
    /^="said"$/,
  ],
  [
    "toJSON on all objects to hide a change",
    `Object.prototype.toJSON = function () { return { ok: true, value: 1 } }; function answer(input) { input.input = "changed"; return 1; }`,
    /^!it changes its input$/,
  ],
  [
    "toJSON on the input to hide a change",
    answering(
      `const kept = input.input; Object.defineProperty(input, "toJSON", { value: () => ({ input: kept }) }); input.input = "changed"; return 1;`,
    ),
    /^!it changes its input$/,
  ],
  [
    "a getter to hide a change",
    answering(
      `const kept = input.input; let reads = 0; Object.defineProperty(input, "input", { enumerable: true, get() { return reads++ ? "changed" : kept } }); return 1;`,
    ),
    /^!it changes its input$/,
  ],
  [
    "a prototype of the input that hides",
    answering(`Object.setPrototypeOf(input, new Proxy({}, {})); return 1;`),
    /^!it changes its input$/,
  ],
  [
    "a property that is not shown",
    answering(`Object.defineProperty(input, "hidden", { value: 1 }); return 1;`),
    /^!it changes its input$/,
  ],
  [
    "a symbol on the input",
    answering(`input[Symbol("s")] = 1; return 1;`),
    /^!it changes its input$/,
  ],
  [
    "counting calls",
    answering("return (globalThis.n = (globalThis.n ?? 0) + 1);"),
    /^!it answers differently when asked again$/,
  ],
  [
    "counting calls by a closure",
    `let n = 0; function answer() { return n++; }`,
    /^!it answers differently when asked again$/,
  ],
  [
    "remembering inputs",
    `const seen = []; function answer({ input }) { seen.push(input); return seen.length; }`,
    /^!it answers differently when asked again$/,
  ],
  ["a promise", answering("return Promise.resolve(1);"), /^!it answers with a promise$/],
  [
    "something with then",
    answering("return { then(resolve) { resolve(1) } };"),
    /^!it answers with a promise$/,
  ],
  [
    "then by a getter that throws",
    answering("return { get then() { throw new Error('t') } };"),
    /^!it threw Error: t$/,
  ],
  [
    "a proxy that throws",
    answering(
      "return new Proxy({}, { ownKeys() { throw new Error('keys') }, get() { return undefined } });",
    ),
    /^!it threw Error: keys$/,
  ],
  [
    "throwing a proxy",
    answering("throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } });"),
    /^!it threw something that cannot be shown$/,
  ],
  ["throwing null", answering("throw null;"), /^!it threw null$/],
  [
    "throwing a symbol",
    answering("throw Symbol('s');"),
    /^!it threw something that cannot be shown$/,
  ],
  [
    "throwing what clears the screen",
    answering(`throw new Error("\\x1b[2J\\x1b]52;c;aGk=\\x07");`),
    /^!it threw Error: /,
  ],
  [
    "a name that is no text",
    answering("const e = new Error('m'); e.name = { toString() { throw 1 } }; throw e;"),
    /^!it threw something that cannot be shown$/,
  ],
  ["a symbol", answering("return Symbol('s');"), /^!it answers nothing$/],
  ["a function", answering("return () => 1;"), /^!it answers nothing$/],
  ["a BigInt", answering("return 1n;"), /^!it threw TypeError: /],
  ["a circle", answering("const o = {}; o.o = o; return o;"), /^!it threw TypeError: /],
  [
    "numbers that JSON does not have",
    answering("return [NaN, Infinity, -0];"),
    /^=\[null,null,0\]$/,
  ],
  [
    "half of a character",
    answering(`return "\\ud800\\u0000\\u2028";`),
    /^="\\ud800\\u0000\u2028"$/,
  ],
  [
    "keys of prototypes",
    answering(`return JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}');`),
    /^=\{"__proto__":\{"x":1\},"constructor":\{"prototype":\{"y":1\}\}\}$/,
  ],
];

export const LYING: readonly SandboxProgram[] = [
  ...programs("clocks and chance", CLOCKS),
  ...programs("lies", LIES),
];
