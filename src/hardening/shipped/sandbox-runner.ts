// Runs one candidate on many inputs. It is started as text, `node --permission --eval`, in a process
// that may read and write nothing, start nothing and has an empty environment; see sandbox.ts. The
// candidate does not run in this program's V8 but in QuickJS, compiled to WebAssembly: an engine that
// knows no host object. Only texts pass between the two, and no function of this program is handed in.
import { writeSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import type {
  QuickJSContext,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSSyncVariant,
} from "quickjs-emscripten-core";

interface Job {
  /** The engine's modules: their texts by made-up URLs, and those URLs by the names that are imported. */
  readonly modules: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
  /** The engine's WebAssembly in base64. */
  readonly wasm: string;
  readonly prelude: string;
  readonly code: string;
  /** Each the JSON text of an input. */
  readonly inputs: readonly string[];
  readonly callMs: number;
  /** Mebibytes that the engine may take. */
  readonly heapMib: number;
  /** Characters of the JSON text of one answer, at most. */
  readonly answerChars: number;
  /** After so many calls that took too long the rest is not tried. */
  readonly slowCalls: number;
}

/** What came of one input: the line that tells it, and whether the engine is still to be trusted. */
interface Told {
  /** `=` and JSON; `!` or, for a call that took too long, `~` and the reason as JSON. */
  readonly line: string;
  readonly isSpent: boolean;
}

/** Above this a deep recursion in the engine overflows V8's stack instead of the engine's own. */
const STACK_BYTES = 64 * 1024;
const MIB = 1024 * 1024;
const STDOUT = 1;
const MOST_REASON_CHARS = 300;
/** Jobs of promises between two looks at the clock. */
const JOBS_AT_ONCE = 1_000;
const DESCRIBE_MS = 100;
const OUT_OF_MEMORY = "InternalError: out of memory";

async function readJob(): Promise<Job> {
  const pieces: string[] = [];
  for await (const piece of process.stdin.setEncoding("utf8")) {
    pieces.push(piece);
    if (piece.endsWith("\n")) break;
  }
  return JSON.parse(pieces.join("")); // written by sandbox.ts
}

/** What Node's types leave out. */
const { WebAssembly: compiler } = globalThis as unknown as {
  readonly WebAssembly: { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };
};

/** Loads the engine from the texts of the job, so that this process needs to read no file. */
async function loadEngine({ modules, names, wasm, prelude, heapMib }: Job) {
  registerHooks({
    resolve: (specifier, { parentURL }) => {
      const url = names[specifier] ?? URL.parse(specifier, parentURL)?.href;
      if (url !== undefined && url in modules) return { url, shortCircuit: true };
      throw new Error("nothing else can be imported here");
    },
    load: (url) => ({ format: "module", source: modules[url] ?? "", shortCircuit: true }),
  });
  const { newQuickJSWASMModuleFromVariant, newVariant } = await import("quickjs-emscripten-core");
  const { default: released } = await import("@jitl/quickjs-wasmfile-release-sync");
  const wasmModule = await compiler.compile(Buffer.from(wasm, "base64"));
  const silent = () => undefined;
  // What the engine itself prints must not look like a report.
  const emscriptenModule = { print: silent, printErr: silent } as object;
  // By its types the module would be one of CommonJS.
  const build = released as unknown as QuickJSSyncVariant;
  const variant = newVariant(build, { wasmModule, emscriptenModule });
  return async () => {
    const quickjs = await newQuickJSWASMModuleFromVariant(variant);
    const runtime = quickjs.newRuntime({
      memoryLimitBytes: heapMib * MIB,
      maxStackSizeBytes: STACK_BYTES,
    });
    return new Engine(runtime, prelude);
  };
}

/**
 * Takes from this process what could act on the world, for the case that the engine has a hole. Without
 * `process` the engine's loader takes this for a plain browser, which reads no files.
 */
function giveUp(): void {
  for (const name of ["getBuiltinModule", "binding", "dlopen", "kill"]) {
    Reflect.deleteProperty(process, name);
  }
  for (const name of ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "Worker", "process"]) {
    Reflect.deleteProperty(globalThis, name);
  }
}

/** The candidate without its types, or why it is no script. */
function scriptOf(code: string): { readonly script: string } | { readonly reason: string } {
  try {
    return { script: stripTypeScriptTypes(code.toWellFormed(), { mode: "strip" }) };
  } catch (thrown) {
    const { code: kind, message } = thrown as NodeJS.ErrnoException; // Node throws nothing else
    // What is no error of syntax comes from the reader of TypeScript itself, out of its stack.
    const why = kind?.endsWith("_TYPESCRIPT_SYNTAX") ? message : "it nests too deeply";
    return { reason: `it does not load: ${why}` };
  }
}

async function answerAll(candidate: ReturnType<typeof scriptOf>): Promise<void> {
  let engine: Engine | undefined;
  let slow = 0;
  for (const input of job.inputs) {
    if ("reason" in candidate) {
      tell(fault(candidate.reason));
      continue;
    }
    engine ??= await openEngine();
    const told = engine.load(candidate.script) ?? engine.answerTwice(input);
    tell(told);
    if (told.isSpent) engine = undefined; // It is left to the garbage collector: to free it could abort.
    if (told.line.startsWith("~")) slow++;
    if (slow === job.slowCalls) return;
  }
}

/** Written before the next call begins: should that end this process, this report is there. */
function tell({ line }: Told): void {
  writeSync(STDOUT, `${line}\n`);
}

function fault(reason: string, isSpent = false): Told {
  // As other engines say it.
  const said = reason.replace(/: '(\w+)' is not defined$/, ": $1 is not defined");
  return { line: `!${JSON.stringify(said.slice(0, MOST_REASON_CHARS))}`, isSpent };
}

function tooLong(): Told {
  return { line: `~${JSON.stringify(`it takes longer than ${job.callMs} ms`)}`, isSpent: true };
}

/** One engine with one candidate. */
class Engine {
  readonly #runtime: QuickJSRuntime;
  readonly #vm: QuickJSContext;
  readonly #ask: QuickJSHandle;
  readonly #shown: QuickJSHandle;
  readonly #mostChars: QuickJSHandle;
  #answer: QuickJSHandle | undefined;
  #failed: Told | undefined;
  #deadline = Number.POSITIVE_INFINITY;

  constructor(runtime: QuickJSRuntime, prelude: string) {
    this.#runtime = runtime;
    const vm = runtime.newContext({ intrinsics: INTRINSICS });
    this.#vm = vm;
    this.#mostChars = vm.newNumber(job.answerChars);
    const helpers = vm.unwrapResult(vm.evalCode(prelude, "prelude.js", SCRIPT));
    this.#ask = vm.getProp(helpers, "ask");
    this.#shown = vm.getProp(helpers, "shown");
    helpers.dispose();
    runtime.setInterruptHandler(() => performance.now() > this.#deadline);
  }

  /** Loads the candidate, once; tells why it cannot be loaded. */
  load(script: string): Told | undefined {
    if (this.#answer === undefined) this.#failed ??= this.#loaded(script);
    return this.#failed;
  }

  #loaded(script: string): Told | undefined {
    const result = this.#within(() => this.#vm.evalCode(script, "candidate.ts", SCRIPT));
    if ("line" in result) return failedToLoad(result, script);
    result.value.dispose();
    const answer = this.#within(() => this.#vm.evalCode("answer", "answer.js", SCRIPT));
    if ("line" in answer) return fault("it does not load: answer is not defined");
    if (this.#vm.typeof(answer.value) !== "function") {
      return fault("it does not load: answer is not a function");
    }
    this.#answer = answer.value;
    return undefined;
  }

  /** A function that is not pure is found by asking it twice. */
  answerTwice(input: string): Told {
    const first = this.#answered(input);
    if (!first.line.startsWith("=")) return first;
    const second = this.#answered(input);
    if (!second.line.startsWith("=")) return second;
    return first.line === second.line ? first : fault("it answers differently when asked again");
  }

  #answered(input: string): Told {
    const answer = this.#answer;
    if (!answer) throw new TypeError("asked before it was loaded");
    const vm = this.#vm;
    const result = this.#within(() => {
      const text = vm.newString(input);
      const said = vm.callFunction(this.#ask, vm.undefined, answer, text, this.#mostChars);
      text.dispose();
      return said;
    });
    if ("line" in result) return result;
    const said = vm.getString(result.value);
    result.value.dispose();
    if (said.startsWith("=")) return { line: said, isSpent: false };
    const reason = said.slice(1);
    return reason.endsWith(OUT_OF_MEMORY) ? tooLarge() : fault(reason);
  }

  /** Runs something in the engine with all jobs that come of it; tells why it did not end well. */
  #within(
    work: () => ReturnType<QuickJSContext["callFunction"]>,
  ): { readonly value: QuickJSHandle } | Told {
    this.#deadline = performance.now() + job.callMs;
    try {
      const result = work();
      this.#runJobs();
      // A step that nothing interrupts may have come back late.
      if (performance.now() > this.#deadline) return tooLong();
      return result.error ? this.#thrown(result.error) : { value: result.value };
    } catch (thrown) {
      return brokenBy(thrown);
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY;
    }
  }

  #runJobs(): void {
    while (this.#runtime.hasPendingJob() && performance.now() <= this.#deadline) {
      this.#runtime.executePendingJobs(JOBS_AT_ONCE).dispose();
    }
  }

  /** What a script threw, or what ended the prelude itself. */
  #thrown(error: QuickJSHandle): Told {
    // To describe it may run code of the candidate.
    this.#deadline = performance.now() + DESCRIBE_MS;
    const said = this.#vm.callFunction(this.#shown, this.#vm.undefined, error);
    if (said.error) return tooLarge();
    const reason = this.#vm.getString(said.value);
    return reason === OUT_OF_MEMORY ? tooLarge() : fault(`it threw ${reason}`, true);
  }
}

/** What a pure function may use. Typed arrays, weak references and their like are left out. */
const INTRINSICS = {
  BaseObjects: true,
  Date: true,
  Eval: true, // without it the engine takes no script at all; the prelude takes it from candidates
  StringNormalize: true,
  RegExp: true,
  RegExpCompiler: true,
  JSON: true,
  Proxy: true,
  MapSet: true,
  Promise: true,
  BigInt: true,
} as const;

const SCRIPT = { type: "global", strict: true } as const;

const IMPORT_STATEMENT = /^[ \t]*import\s*[\w{*"']/m;

function failedToLoad(told: Told, script: string): Told {
  const reason: string = JSON.parse(told.line.slice(1)); // our own line
  const isImport = reason.includes("SyntaxError: ") && IMPORT_STATEMENT.test(script);
  const why = isImport
    ? "it has an import statement, and nothing can be imported"
    : reason.replace(/^it threw /, "");
  const kind = told.line[0];
  // The engine is kept where it will not load the next time either: it remembers why.
  return { isSpent: kind === "~", line: `${kind}${JSON.stringify(`it does not load: ${why}`)}` };
}

function tooLarge(): Told {
  return fault(`it takes more than ${job.heapMib} MiB of memory`, true);
}

/** An error of this program's own engine says that the other one can no longer be trusted. */
function brokenBy(thrown: unknown): Told {
  return thrown instanceof RangeError
    ? fault("it nests calls or data too deeply", true)
    : fault("it broke the engine", true);
}

const job = await readJob();
giveUp();
const openEngine = await loadEngine(job);
writeSync(STDOUT, "+\n");
await answerAll(scriptOf(job.code));
