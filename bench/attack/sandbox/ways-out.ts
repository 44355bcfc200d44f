import {
  answering,
  KEPT_OUT,
  type ProgramRow,
  programs,
  type SandboxProgram,
  trying,
} from "./program.ts";

/** Ways to code that is made from a text, and from there to the machine. */
const CONSTRUCTORS: readonly ProgramRow[] = [
  ["a function's constructor", trying(`(() => 1).constructor("return process")()`), KEPT_OUT],
  [
    "a generator's constructor",
    trying(`(function* () {}).constructor("yield process")().next()`),
    KEPT_OUT,
  ],
  [
    "an async function's constructor",
    trying(`(async () => 1).constructor("return process")()`),
    KEPT_OUT,
  ],
  [
    "an async generator's constructor",
    trying(`(async function* () {}).constructor("yield 1")()`),
    KEPT_OUT,
  ],
  [
    "the global object's constructor",
    trying(`globalThis.constructor.constructor("return process")()`),
    KEPT_OUT,
  ],
  ["an array method's constructor", trying(`[].map.constructor("return process")()`), KEPT_OUT],
  [
    "a bound function's constructor",
    trying(`(() => 1).bind().constructor("return 1")()`),
    KEPT_OUT,
  ],
  [
    "the prototype of an async function's constructor",
    trying(`Object.getPrototypeOf((async () => 1).constructor)("return 1")()`),
    KEPT_OUT,
  ],
  [
    "Reflect.construct on Function",
    trying(`Reflect.construct(Function, ["return process"])()`),
    KEPT_OUT,
  ],
  [
    "Reflect.apply on Function",
    trying(`Reflect.apply(Function, undefined, ["return 1"])()`),
    KEPT_OUT,
  ],
  ["a subclass of Function", trying(`new (class extends Function {})("return 1")()`), KEPT_OUT],
  [
    "Function by a species",
    trying(
      `(class { static get [Symbol.species]() { return Function } })[Symbol.species]("return 1")()`,
    ),
    KEPT_OUT,
  ],
  [
    "Array.from with Function as its this",
    trying(`Array.from.call(Function, ["return 1"])()`),
    KEPT_OUT,
  ],
  [
    "a Promise subclass whose species is Function",
    trying(
      `(() => { class P extends Promise { static get [Symbol.species]() { return Function } } return P.resolve("return 1").then(() => 1)(); })()`,
    ),
    KEPT_OUT,
  ],
  [
    "a species of arrays",
    trying(
      `(() => { const a = ["return process"]; a.constructor = { [Symbol.species]: Function }; return a.map((x) => x)(); })()`,
    ),
    KEPT_OUT,
  ],
  ["eval", trying(`eval("process")`), KEPT_OUT],
  ["indirect eval", trying(`(0, eval)("process")`), KEPT_OUT],
  ["eval by its name in pieces", trying(`globalThis["ev" + "al"]("1")`), KEPT_OUT],
  ["Function by an escape in its name", trying(`\\u0046unction("return 1")()`), KEPT_OUT],
  ["eval by an escape with braces", trying(`\\u{65}val("1")`), KEPT_OUT],
  ["a text for a timer", trying(`setTimeout("process.exit()", 0)`), KEPT_OUT],
  [
    "a tagged template on the constructor",
    trying("(() => 1).constructor`return process```"),
    KEPT_OUT,
  ],
  [
    "a getter on Symbol.toPrimitive",
    trying(`Function({ [Symbol.toPrimitive]() { return "return 1" } })()`),
    KEPT_OUT,
  ],
  ["a comparator that is Function", trying(`["return 1", "x"].sort(Function)()`), KEPT_OUT],
  ["a replacer that is Function", trying(`"return 1".replace("return 1", Function)()`), KEPT_OUT],
];

/** Objects that would belong to the program around the engine. */
const HOST_OBJECTS: readonly ProgramRow[] = [
  ["sloppy this", trying("(function () { return this.process })()"), KEPT_OUT],
  ["the caller of the function", trying("(function f() { return f.caller })()"), KEPT_OUT],
  ["arguments.callee.caller", trying("arguments.callee.caller"), KEPT_OUT],
  [
    "names of Node's globals",
    answering(
      `return Object.getOwnPropertyNames(globalThis).filter((name) => /process|require|module|fetch|Buffer|console|print|std|os|bjson|load|Worker|WebAssembly|navigator|timer|perf|gc|__/i.test(name)).join();`,
    ),
    /^=""$/,
  ],
  [
    "typeof of Node's globals",
    answering(
      "return [typeof process, typeof require, typeof module, typeof std, typeof os, typeof print, typeof console, typeof WebAssembly, typeof queueMicrotask].join();",
    ),
    /^="(?:undefined,?)+"$/,
  ],
  [
    "Error.prepareStackTrace",
    trying(
      `(() => { Error.prepareStackTrace = (_e, sites) => sites.map((s) => typeof s.getThis() + s.getFileName()).join(); const s = String(new Error("x").stack); return /object|node:|\\/work|\\/usr|eval1/.test(s) ? s : undefined; })()`,
    ),
    KEPT_OUT,
  ],
  [
    "Error.captureStackTrace",
    trying(
      `(() => { const o = {}; Error.captureStackTrace?.(o); return /node:|file:|\\//.test(String(o.stack)) ? o.stack : undefined; })()`,
    ),
    KEPT_OUT,
  ],
  [
    "paths in a stack",
    trying(
      `(() => { const s = new Error("x").stack; return /node:|file:|\\/|sandbox|runner/.test(s) ? s : undefined; })()`,
    ),
    KEPT_OUT,
  ],
  [
    "the error of a failed import",
    `const seen = []; import("x").catch((error) => { let p = error; while (Object.getPrototypeOf(p)) p = Object.getPrototypeOf(p); seen.push(p === Object.prototype ? "own" : "got in"); p.handle = 1; delete p.handle; }); function answer() { return seen.join(); }`,
    /^="(?:own)?"$/,
  ],
  [
    "sockets by the prototype of such an error",
    `let done = "nothing"; import("x").catch((error) => { let p = error; while (Object.getPrototypeOf(p)) p = Object.getPrototypeOf(p); Object.defineProperty(p, "handle", { configurable: true, get() { return undefined }, set(v) { Object.defineProperty(this, "handle", { value: v, writable: true, configurable: true }); for (const s of Object.getOwnPropertySymbols(v)) { const owner = v[s]; if (owner && typeof owner.write === "function") { done = "got in"; const out = new owner.constructor(); out.connect(PORT, "127.0.0.1"); out.end("out"); } } } }); }); function answer() { return done; }`,
    /^="nothing"$/,
  ],
  [
    "the realm of such an error",
    `const seen = []; import("node:net").then(() => seen.push("got in"), (error) => { try { seen.push(typeof error.constructor.constructor("return process")()) } catch { seen.push("kept out") } }); function answer() { return seen.join(); }`,
    /^="kept out"$/,
  ],
  ["another realm", trying(`new ShadowRealm().evaluate("1")`), KEPT_OUT],
  [
    "the iterator of a generator in another realm",
    trying(`(function* () {})().constructor.constructor("return process")()`),
    KEPT_OUT,
  ],
  ["import.meta", trying("globalThis.meta"), KEPT_OUT],
  ["import.meta itself", answering("return import.meta.url;"), /^!it does not load: /],
  [
    "require of a module",
    trying(`require("node:fs").readFileSync("SECRET_FILE", "utf8")`),
    KEPT_OUT,
  ],
  ["process.binding", trying(`process.binding("tcp_wrap")`), KEPT_OUT],
  ["ending the process", answering("process.exit(0);"), /^!it threw ReferenceError: /],
  ["killing a process", trying(`process.kill(PID, "SIGKILL")`), KEPT_OUT],
  ["the environment", trying("process.env.SANDBOX_ATTACK_SECRET"), KEPT_OUT],
  ["a socket by fetch", trying(`fetch("http://127.0.0.1:PORT/")`), KEPT_OUT],
  ["a socket by WebSocket", trying(`new WebSocket("ws://127.0.0.1:PORT/")`), KEPT_OUT],
  ["a file by std.open", trying(`std.open("FILE", "w")`), KEPT_OUT],
  ["a program by os.exec", trying(`os.exec(["touch", "FILE"])`), KEPT_OUT],
  ["WebAssembly", trying("new WebAssembly.Memory({ initial: 1 })"), KEPT_OUT],
];

const MODULES =
  "node:fs node:fs/promises node:child_process node:net node:dgram node:dns node:http node:worker_threads node:sqlite node:inspector node:module node:vm node:process fs std os qjs:std qjs:os quickjs-emscripten-core @jitl/quickjs-wasmfile-release-sync data:text/javascript,1 file:///etc/passwd /etc/passwd ./x.js https://127.0.0.1:PORT/x.js blob:nodedata:1";

/** Every way to load more code. */
const IMPORTS: readonly ProgramRow[] = [
  ...MODULES.split(" ").map(
    (name): ProgramRow => [
      name,
      `const seen = []; import("${name}").then(() => seen.push("got in"), () => undefined); function answer() { return seen.join(); }`,
      /^=""$/,
    ],
  ),
  [
    "a name that is computed",
    `const seen = []; import({ toString() { return "node:" + "fs" } }).then(() => seen.push("got in"), () => undefined); function answer() { return seen.join(); }`,
    /^=""$/,
  ],
  [
    "an import with attributes",
    `const seen = []; import("file:///etc/hostname", { with: { type: "json" } }).then(() => seen.push("got in"), () => undefined); function answer() { return seen.join(); }`,
    /^(?:=""|!it does not load: .*)$/,
  ],
  [
    "an import that stands at the top",
    `import fs from "node:fs"; function answer() { return fs.readFileSync("SECRET_FILE", "utf8"); }`,
    /^!it does not load: /,
  ],
  ["an export", `export function answer() { return 1 }`, /^!it does not load: /],
  [
    "await at the top",
    `await import("node:fs"); function answer() { return 1 }`,
    /^!it does not load: /,
  ],
];

export const WAYS_OUT: readonly SandboxProgram[] = [
  ...programs("code from a text", CONSTRUCTORS),
  ...programs("objects of the host", HOST_OBJECTS),
  ...programs("imports", IMPORTS),
];
