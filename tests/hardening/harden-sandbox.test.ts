import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  runSandboxed,
  SANDBOX_LIMITS,
  type SandboxLimits,
  sandboxFlags,
} from "../../src/hardening/write/sandbox/sandbox.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { Json } from "../../src/model/json.ts";
import { temporaryFolder } from "../support/host.ts";

const host = nodeHost();

interface Try {
  readonly inputs?: readonly Json[];
  readonly limits?: Partial<SandboxLimits>;
}

async function outcomes(code: string, { inputs = [{ input: "a" }], limits = {} }: Try = {}) {
  const { signal } = new AbortController();
  return runSandboxed({ code, inputs, limits, host, signal });
}

/** What a candidate gives that answers with a text. */
async function said(code: string): Promise<string> {
  const [outcome] = await outcomes(code);
  return outcome?.kind === "value" ? String(outcome.value) : JSON.stringify(outcome);
}

/** What becomes of expressions, each in a call of its own, in one process for all of them. */
function triedIn(expressions: readonly string[]) {
  const attempts = expressions.map((expression) => `() => (${expression})`).join(",\n");
  const code = `const attempts = [${attempts}];
    function answer({ index }) {
      try { const got = attempts[index](); return typeof got; } catch (error) { return "kept out"; }
    }`;
  return outcomes(code, { inputs: expressions.map((_expression, index) => ({ index })) });
}

describe("the sandbox runs a candidate", () => {
  test("written in TypeScript, on each input in order, declining included", async () => {
    const code = `
      type Input = { readonly input: string };
      const pattern: RegExp = /^\\d+$/;
      function answer({ input }: Input): unknown {
        return pattern.test(input) ? { ok: true, value: Number(input) } : { ok: false, reason: "no number" };
      }`;
    const inputs = [{ input: "12" }, { input: "ü" }, { input: "7" }];
    expect(await outcomes(code, { inputs })).toEqual([
      { kind: "value", value: 12 },
      { kind: "declined", reason: "no number" },
      { kind: "value", value: 7 },
    ]);
  });

  const FAULTS = [
    ["throws", "throw new RangeError('far')", "it threw RangeError: far"],
    ["throws what cannot be shown", "throw { get message() { throw 1 }, toString: 1 }", "it threw"],
    ["changes its input", "input.input = 'b'; return 1", "it changes its input"],
    ["is asynchronous", "return Promise.resolve(1)", "it answers with a promise"],
    ["gives nothing", "", "it answers nothing"],
    ["counts its calls", "return (globalThis.n = (globalThis.n ?? 0) + 1)", "differently"],
    ["looks at the clock", "return new Date().getTime()", "the present time is not available"],
    ["rolls dice", "return Math.random()", "Math.random is not a function"],
  ] as const;
  let faults: ReturnType<typeof outcomes> | undefined;

  /** One process for all of them. */
  function faulty() {
    const bodies = FAULTS.map(([, body]) => `(input) => { ${body} }`).join(",\n");
    const code = `const bodies = [${bodies}];
      function answer(input) { return bodies[input.index](input); }`;
    return outcomes(code, { inputs: FAULTS.map((_fault, index) => ({ index })) });
  }

  test.each(FAULTS)("and finds one that %s", async (what, _body, reason) => {
    faults ??= faulty();
    const outcome = (await faults)[FAULTS.findIndex(([name]) => name === what)];
    expect(outcome).toMatchObject({ kind: "fault", reason: expect.stringContaining(reason) });
  });

  test.each([
    ["does not parse", "function answer( {", "it does not load"],
    ["imports", "import fs from 'node:fs'; function answer() { return 1 }", "import statement"],
    ["declares no answer", "const other = 1;", "answer is not defined"],
    ["nests without end", `type A = ${"{a:".repeat(5000)}1${"}".repeat(5000)}`, "too deeply"],
    ["is very long", `function answer() { return 1 } // ${"x".repeat(500_000)}`, "longer than"],
  ])("and finds one that %s", async (_what, code, reason) => {
    const [outcome] = await outcomes(code);
    expect(outcome).toMatchObject({ kind: "fault", reason: expect.stringContaining(reason) });
  });
});

describe("a candidate cannot", () => {
  test("find anything of Node's", async () => {
    const names =
      "process require module fetch WebSocket EventSource Buffer console setTimeout queueMicrotask " +
      "navigator URL structuredClone WebAssembly SharedArrayBuffer Uint8Array Atomics";
    const code = `function answer() {
      return ${JSON.stringify(names.split(" "))}.filter((name) => name in globalThis).join();
    }`;
    expect(await said(code)).toBe("");
  });

  const WAYS = [
    ["a function's constructor", "(() => 1).constructor('return process')()"],
    ["the global object's constructor", "globalThis.constructor.constructor('return process')()"],
    ["an async function's constructor", "(async () => 1).constructor('return process')()"],
    ["eval", "eval('process')"],
    ["indirect eval", "(0, eval)('process')"],
    ["sloppy this", "(function () { return this.process })()"],
    ["callee's caller", "(function f() { return f.caller })()"],
  ] as const;
  let got: ReturnType<typeof triedIn> | undefined;

  test.each(WAYS)("reach the process through %s", async (way) => {
    got ??= triedIn(WAYS.map(([, expression]) => expression));
    const outcome = (await got)[WAYS.findIndex(([name]) => name === way)];
    expect([
      { kind: "value", value: "kept out" },
      { kind: "value", value: "undefined" },
    ]).toContainEqual(outcome);
  });

  test("reach the process through the error of an import, which Node makes outside", async () => {
    const code = `
      const seen = [];
      import("node:net").then(() => seen.push("imported"), (error) => {
        try { seen.push(typeof error.constructor.constructor("return process")()); }
        catch (again) { seen.push("kept out"); }
        const outer = error.constructor;
        outer.prepareStackTrace = (_error, sites) =>
          sites.map((site) => typeof site.getThis() + typeof site.getFunction()).join();
        const hidden = {};
        outer.captureStackTrace?.(hidden);
        seen.push(String(hidden.stack).includes("object") ? "got in" : "kept out");
      });
      let asked = 0;
      function answer() { return seen.join(); }`;
    expect(await said(code)).toBe("kept out,kept out");
  });

  test("open a socket by the prototypes of such an error", async () => {
    let reached = 0;
    const server = createServer(() => reached++).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const code = `
      import("x").catch((error) => {
        let p = error;
        while (Object.getPrototypeOf(p)) p = Object.getPrototypeOf(p);
        Object.defineProperty(p, "handle", { configurable: true, get() { return undefined; }, set(v) {
          Object.defineProperty(this, "handle", { value: v, writable: true, configurable: true });
          for (const s of Object.getOwnPropertySymbols(v)) {
            const owner = v[s];
            if (typeof owner?.write === "function") new owner.constructor().connect(${port}, "127.0.0.1").end("out");
          }
        }});
      });
      function answer() { return "fine"; }`;
    const results = await outcomes(code, { inputs: [{ input: "a" }, { input: "b" }] });
    server.close();
    expect([results.map(({ kind }) => kind), reached]).toEqual([["value", "value"], 0]);
  });

  test("read, write or start anything, or open a socket, by importing", async () => {
    const modules =
      "node:fs node:fs/promises node:child_process node:net node:dgram node:dns node:http node:http2 " +
      "node:tls node:worker_threads node:sqlite node:inspector node:module node:vm fs data:text/javascript,1 " +
      "file:///etc/passwd";
    const code = `
      const seen = [];
      for (const name of ${JSON.stringify(modules.split(" "))}) {
        import(name).then(() => seen.push(name), () => undefined);
      }
      function answer() { return "imported: " + seen.join(); }`;
    expect(await said(code)).toBe("imported: ");
  });

  test("reach a server on this machine, whatever it tries", async () => {
    let reached = 0;
    const server = createServer(() => reached++).listen(0, "127.0.0.1");
    const udp = createSocket("udp4", () => reached++).bind(0, "127.0.0.1");
    await Promise.all([once(server, "listening"), once(udp, "listening")]);
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const code = `
      const tries = [
        () => fetch("http://127.0.0.1:${port}/"),
        () => new WebSocket("ws://127.0.0.1:${port}/"),
        () => require("net").connect(${port}),
        () => process.getBuiltinModule("net").connect(${port}),
        () => process.binding("tcp_wrap"),
        () => globalThis.constructor.constructor("return process")().getBuiltinModule("net").connect(${port}),
        () => import("node:net").then(({ connect }) => connect(${port})),
        () => import("node:dgram").then((m) => m.createSocket("udp4").send("x", ${udp.address().port}, "127.0.0.1")),
      ];
      let failed = 0;
      for (const attempt of tries) {
        try { attempt()?.catch?.(() => failed++); } catch { failed++; }
      }
      function answer() { return failed; }`;
    expect(await said(code)).toBe("8");
    server.close();
    udp.close();
    expect(reached).toBe(0);
  });

  test("see the environment", async () => {
    const { env } = process;
    env["HARDEN_TEST_API_KEY"] = "sk-never-to-be-seen";
    try {
      const flags = sandboxFlags(SANDBOX_LIMITS);
      const started: Readonly<Record<string, string | undefined>>[] = [];
      const watching = {
        ...host,
        pipedProcesses: {
          start: (request: Parameters<typeof host.pipedProcesses.start>[0]) => {
            expect(request.arguments.slice(0, flags.length)).toEqual(flags);
            started.push(request.env);
            return host.pipedProcesses.start(request);
          },
        },
      };
      const code = "function answer() { return typeof process }";
      const { signal } = new AbortController();
      const [outcome] = await runSandboxed({ code, inputs: [{}], host: watching, signal });
      expect(outcome).toEqual({ kind: "value", value: "undefined" });
      expect(started).toEqual([{ TZ: "UTC" }]);
    } finally {
      delete env["HARDEN_TEST_API_KEY"];
    }
  });

  test("change what is asked of it or how it is read", async () => {
    const code = `
      JSON.stringify = () => "1"; JSON.parse = () => ({});
      Object.prototype.toJSON = undefined; Object.prototype.kind = "fault";
      try { __call = () => "=1"; } catch {}
      try { Object.defineProperty(globalThis, "__call", { value: () => "=1" }); } catch {}
      String.prototype.startsWith = () => true;
      function answer({ input }) { return { ok: true, value: input }; }`;
    expect(await said(code)).toBe("a");
  });

  test("run for ever: such a call is ended, and after three of them the rest is not asked", async () => {
    const inputs = ["a", "b", "c", "d", "e"].map((input) => ({ input }));
    const limits = { callMs: 50 };
    const found = await outcomes("function answer() { for (;;); }", { inputs, limits });
    const reasons = found.map((outcome) => outcome.kind === "fault" && outcome.reason);
    const slow = "it takes longer than 50 ms";
    const rest = "too many calls took too long";
    expect(reasons).toEqual([slow, slow, slow, rest, `it was not asked: ${rest}`]);
  });

  test.each([
    ["promises", "function answer() { (async () => { for (;;) await 1; })(); return 1; }"],
    ["a regular expression", `function answer() { return /^(a+)+$/.test("a".repeat(50) + "b"); }`],
  ])("run for ever by %s", async (_what, code) => {
    const [outcome] = await outcomes(code, { limits: { callMs: 50 } });
    expect(outcome).toEqual({ kind: "fault", reason: "it takes longer than 50 ms" });
  });

  test("see the machine's time zone", async () => {
    const local = [
      "new Date(2020, 0, 1)",
      "new Date('2020-01-01T00:00')",
      "new Date('1 May 2020 10:20:30')",
      "new Date('12-05-2020')",
      "new Date({ toString: () => '1 May 2020' })",
      "new Date(['1 May 2020'])",
      "Date.parse('2020-01-01T00:00:00')",
      "Date.parse({ toString: () => '1 May 2020' })",
      "new Date(0).getHours()",
      "new Date(0).getTimezoneOffset()",
      "new Date(0).setMonth(1)",
      "String(new Date(0))",
      "new Date(0) + ''",
      "new Date(0).toTimeString()",
      "Reflect.construct(Date, [2020, 1])",
      "new (new Date(0).constructor)(2020, 1)",
      "new Date(0).toLocaleString('en', { timeZone: 'UTC' })",
    ];
    const found = await triedIn(local);
    expect(found).toEqual(local.map(() => ({ kind: "value", value: "kept out" })));
    // What a candidate changes of regular expressions changes nothing.
    const around = `RegExp.prototype.test = () => true; RegExp.prototype.exec = () => [""];
      function answer() { return new Date("1 May 2020").getTime(); }`;
    expect(await outcomes(around)).toMatchObject([{ kind: "fault" }]);
  });

  test("but dates that say their zone are dates", async () => {
    const code = `function answer({ input }) {
      const date = new Date(input);
      return [date.toISOString(), Date.parse(input) === date.getTime(), new Date(date).getUTCDate()].join();
    }`;
    const inputs = [
      "2020-05-01",
      "2020-05-01T10:20:30Z",
      "2020-05-01T10:20:30.5+02:00",
      "Fri, 1 May 2020 10:20:30 +0200",
      "Fri, 1 May 2020 10:20:30 GMT",
      "Fri, 1 May 2020 10:20:30 +0200 (CEST)",
    ];
    const asked = inputs.map((text) => `${JSON.stringify(text)}`).join(",");
    const all = `const all = [${asked}]; ${code.replace("input }", "index }").replace("{\n", "{ const input = all[index];\n")}`;
    const found = await outcomes(all, { inputs: inputs.map((_text, index) => ({ index })) });
    expect(found).toEqual(
      inputs.map((text) => ({
        kind: "value",
        value: `${new Date(text).toISOString()},true,1`,
      })),
    );
    const [none] = await outcomes(
      "function answer() { return String(new Date('no date').getTime()) }",
    );
    expect(none).toEqual({ kind: "value", value: "NaN" });
  });

  test("outlive the time of the whole process", async () => {
    // Loading has a limit, so that it comes to the process's: nothing is told before it.
    const [outcome] = await outcomes("for (;;); function answer() {}", {
      limits: { callMs: 60_000, totalMs: 700 },
    });
    expect(outcome).toEqual({ kind: "fault", reason: "all in all it took longer than 700 ms" });
  });

  test.each([
    ["lists", "const all = []; for (;;) all.push(new Array(1000).fill(1));"],
    ["texts", "let all = []; for (;;) all.push('ab'.repeat(all.length + 1e6).split(''));"],
    ["a map", "const all = new Map(); for (;;) all.set({}, {});"],
  ])("take all memory with %s", async (_what, body) => {
    const [outcome] = await outcomes(`function answer() { ${body} }`, { limits: { heapMib: 32 } });
    expect(outcome).toMatchObject({ kind: "fault" });
  });

  test("flood its reader with an answer", async () => {
    const code = "function answer({ input }) { return input === 'a' ? 'x'.repeat(1e6) : 'short'; }";
    expect(await outcomes(code, { inputs: [{ input: "a" }, { input: "b" }] })).toEqual([
      { kind: "fault", reason: "its answer is too long" },
      { kind: "value", value: "short" },
    ]);
  });

  test("end the process", async () => {
    const code = "function answer() { process.exit(0); }";
    expect(await said(code)).toContain("process is not defined");
  });
});

describe("the flags of the process, by themselves", () => {
  const program = `
    const tries = {
      read: async () => (await import("node:fs")).readFileSync("/etc/passwd"),
      write: async () => (await import("node:fs")).writeFileSync(FILE, "x"),
      spawn: async () => (await import("node:child_process")).execFileSync("/bin/echo"),
      worker: async () => new (await import("node:worker_threads")).Worker("1", { eval: true }),
      addon: async () => process.dlopen({ exports: {} }, "/x.node"),
      inspector: async () => (await import("node:inspector")).open(0),
      evaluate: async () => Function("return 1")(),
    };
    const done = [];
    for (const [name, attempt] of Object.entries(tries)) await attempt().then(() => done.push(name), () => 0);
    console.log(done.join() || "nothing");`;

  test("keep a program from files, processes, threads, addons and evaluation", () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "x");
    const text = program.replace("FILE", JSON.stringify(file));
    const out = execFileSync(process.execPath, [...sandboxFlags(SANDBOX_LIMITS), text], {
      env: {},
      encoding: "utf8",
    });
    expect(out.trim()).toBe("nothing");
    expect(existsSync(file)).toBe(false);
  });
});
