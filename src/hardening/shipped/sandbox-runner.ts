// Runs one candidate on many inputs. It is started as text, `node --permission --eval`, in a process
// that may read and write nothing, start nothing and has an empty environment; see sandbox-process.ts.
// Node's permissions leave out the network, signals and SQLite, so a candidate never gets hold of
// anything of Node's: it lives in a bare context, and only texts pass between that and this program.
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { isNativeError } from "node:util/types";
import vm from "node:vm";

interface Job {
  readonly code: string;
  /** Each the JSON text of an input. */
  readonly inputs: readonly string[];
  readonly callMs: number;
  /** Characters of the JSON text of one answer, at most. */
  readonly answerChars: number;
  /** After so many calls that took too long the rest is not tried. */
  readonly slowCalls: number;
}

type Report =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "fault"; readonly reason: string };

/** What the context keeps of its own before a candidate can change it. */
const PRELUDE = `"use strict";
(() => {
  const { parse, stringify } = JSON;
  const { defineProperty } = Object;
  const RealDate = Date;
  const names = ["ArrayBuffer", "SharedArrayBuffer", "Atomics", "DataView", "WebAssembly", "console",
    "BigInt64Array", "BigUint64Array", "Float16Array", "Float32Array", "Float64Array", "Int8Array",
    "Int16Array", "Int32Array", "Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array",
    "ShadowRealm", "gc"];
  // What is not on the heap is not held by the heap's limit, and the rest is no part of a pure function.
  for (const name of names) delete globalThis[name];
  delete Math.random;
  globalThis.Date = class Date extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) throw new TypeError("the present time is not available");
      super(...parts);
    }
    static now() {
      throw new TypeError("the present time is not available");
    }
  };
  const describe = (thrown) => {
    try {
      return thrown instanceof Error ? thrown.name + ": " + thrown.message : String(thrown);
    } catch {
      return "something that cannot be shown";
    }
  };
  const call = (answer, text) => {
    const input = parse(text);
    const before = stringify(input);
    let output;
    try {
      output = answer(input);
    } catch (thrown) {
      return "!it threw " + describe(thrown);
    }
    if (typeof output?.then === "function") return "!it answers with a promise";
    if (stringify(input) !== before) return "!it changes its input";
    const json = stringify(output);
    return json === undefined ? "!it answers nothing" : "=" + json;
  };
  defineProperty(globalThis, "__call", { value: call });
})();`;

const MOST_REASON_CHARS = 300;

const job = await readJob();
const stdout = takeHold();
const candidate = openCandidate(job.code);
let slow = 0;
for (const input of job.inputs) {
  tell(typeof candidate === "string" ? fault(candidate) : answerTwice(candidate, input));
  if (slow === job.slowCalls) break;
}

async function readJob(): Promise<Job> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += chunk;
    if (text.endsWith("\n")) break;
  }
  return JSON.parse(text); // written by sandbox-process.ts
}

/** Takes what this program needs, and what it brought leaves it: nobody may find it here. */
function takeHold() {
  const { stdout: out } = process;
  registerHooks({
    resolve() {
      throw new Error("nothing can be imported here");
    },
  });
  for (const name of ["getBuiltinModule", "binding", "dlopen", "kill"]) {
    Reflect.deleteProperty(process, name);
  }
  for (const name of ["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "process", "Worker"]) {
    Reflect.deleteProperty(globalThis, name);
  }
  return out;
}

/** The context that a candidate lives in, or why it does not. */
function openCandidate(code: string): vm.Context | string {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  vm.runInContext(PRELUDE, context);
  try {
    const script = `"use strict";${stripTypeScriptTypes(code, { mode: "strip" })}`;
    vm.runInContext(script, context, { timeout: job.callMs, filename: "candidate.ts" });
  } catch (thrown) {
    return `it does not load: ${messageOf(thrown)}`;
  }
  return context;
}

/** A function that is not pure is found by asking it twice. */
function answerTwice(context: vm.Context, input: string): Report {
  const first = answer(context, input);
  if (first.kind === "fault") return first;
  const second = answer(context, input);
  if (second.kind === "fault") return second;
  return first.text === second.text ? first : fault("it answers differently when asked again");
}

function answer(context: vm.Context, input: string): Report {
  let said: unknown;
  try {
    said = vm.runInContext(`__call(answer, ${JSON.stringify(input)})`, context, {
      timeout: job.callMs,
    });
  } catch (thrown) {
    if (codeOf(thrown) !== "ERR_SCRIPT_EXECUTION_TIMEOUT") return fault(messageOf(thrown));
    slow++;
    return fault(`it takes longer than ${job.callMs} ms`);
  }
  if (typeof said !== "string") return fault("it answers nothing");
  if (said.startsWith("!")) return fault(said.slice(1));
  if (said.length > job.answerChars) return fault("its answer is too long");
  return { kind: "answer", text: said.slice(1) };
}

function fault(reason: string): Report {
  return { kind: "fault", reason: reason.slice(0, MOST_REASON_CHARS) };
}

function tell(report: Report): void {
  stdout.write(`${JSON.stringify(report)}\n`);
}

/** What was thrown may be a candidate's own: only what is an error of V8 is looked at. */
function codeOf(thrown: unknown): unknown {
  return isNativeError(thrown) && "code" in thrown ? thrown.code : undefined;
}

function messageOf(thrown: unknown): string {
  return isNativeError(thrown) ? String(thrown.message) : "it threw";
}
