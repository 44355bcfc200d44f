import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openCassette } from "../../src/api/cassette/open-cassette.ts";
import { openProject, run, start } from "../../src/api/open-project.ts";
import { answer, answering, ProjectFolder } from "./a-project.ts";

/** Requests as programs without types write them. */
type Loose = Readonly<Record<string, unknown>>;

const wrong: readonly (readonly [Loose, string, string])[] = [
  [{ modle: "test:m" }, 'unknown key "modle"', "model in the place of modle"],
  [
    { limits: { maxCall: 3 } },
    'unknown key "maxCall" in limits',
    "maxCalls in the place of maxCall",
  ],
  [{ limits: { maxCalls: Number.NaN } }, "limits.maxCalls must be a whole number", ""],
  [{ limits: { maxUsd: -1 } }, "limits.maxUsd must be a finite number of at least 0, not -1", ""],
  [{ limits: { maxTokens: Number.POSITIVE_INFINITY } }, "not Infinity", ""],
  [{ limits: { timeoutMs: 1e12 } }, "limits.timeoutMs must be a number of milliseconds", ""],
  [{ limits: 3 }, "limits must be an object, not 3", ""],
  [{ approvals: "aprove-all" }, "approvals must be one of", "approve-all"],
  [{ signal: "now" }, "signal must be an AbortSignal", ""],
  [{ onEvent: "log" }, "onEvent must be a function", ""],
  [{ cassette: "c.yaml" }, "cassette must be { path", '{ path: "c.yaml" }'],
  [{ cassette: { path: "c.yaml", mod: "auto" } }, 'unknown key "mod" in cassette', "mode"],
  [{ cassette: { path: "c.yaml", mode: "rec" } }, "cassette.mode must be one of", ""],
  [{ cassette: { path: "c.yaml", samples: 0 } }, "cassette.samples must be a whole number", ""],
  [{ tools: "dead" }, "tools must be one of live, recorded", ""],
  [{ transport: {} }, "transport must be a transport", ""],
  [{ entry: 7 }, "entry must be a text, not 7", ""],
  [{ attachmentsFrom: "data" }, "attachmentsFrom must be a list of paths", ""],
  [{ attachmentsFrom: [""] }, "attachmentsFrom must be a list of paths", 'attachmentsFrom: ["'],
  [{ cassette: {} }, "cassette.path is missing", 'cassette: { path: "'],
  [{ cassette: { path: "" } }, "cassette.path must be a path", 'cassette: { path: "'],
  [{ cassette: { path: "a\0b" } }, "cassette.path must be a path", ""],
  [{ cassette: { path: "c.yaml", close: 1 } }, 'unknown key "close" in cassette', ""],
  [{ limits: null }, "limits must be an object, not null", "limits: { maxCalls: 10 }"],
  [{ limits: new Map([["maxCalls", 1]]) }, "limits must be an object", "limits: {"],
  [{ limits: { maxCalls: 3n } }, "limits.maxCalls must be", "limits: { maxCalls: 10 }"],
  [{ signal: {} }, "signal must be an AbortSignal", "AbortSignal.timeout"],
  [{ signal: { addEventListener() {} } }, "signal must be an AbortSignal", ""],
  [{ signal: new AbortController() }, "signal must be an AbortSignal", "controller's signal"],
  [{ [Symbol("own")]: 1 }, 'unknown key "Symbol(own)"', ""],
  [{ messages: new Array(1) }, "it must be an object, and is missing", ""],
  [{ telemetry: true }, "telemetry must be", "telemetry: false"],
];

describe.each(["run", "start", "project.run", "project.start"] as const)("%s", (by) => {
  async function runBy(folder: ProjectFolder, options: Loose): Promise<unknown> {
    const files = ["main.worker"];
    const request = { input: "Hi", transport: answering(answer("Hello")), ...options } as never;
    const whole = { files, host: folder.host, ...(request as object) } as never;
    if (by === "run") return run(whole);
    if (by === "start") return start(whole).result;
    const project = await folder.open();
    return by === "project.run" ? project.run(request) : project.start(request).result;
  }

  test.each(wrong)("refuses %o", async (options, reason, advice) => {
    using folder = new ProjectFolder();
    const error = await runBy(folder, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "usage", reason: expect.stringContaining(reason) });
    expect(String(Reflect.get(Object(error), "tries"))).toContain(advice);
  });

  test("says in one line what to write in the place of what it refuses", async () => {
    using folder = new ProjectFolder();
    for (const [options] of wrong) {
      const error = await runBy(folder, options).catch((thrown: unknown) => thrown);
      expect(Reflect.get(Object(error), "tries")).not.toEqual([]);
      expect(Reflect.get(Object(error), "message")).not.toContain("\n");
    }
  });

  test("takes keys that are undefined", async () => {
    using folder = new ProjectFolder();
    const report = await runBy(folder, { model: undefined, limits: { maxCalls: undefined } });
    expect(report).toMatchObject({ output: "Hello" });
  });

  test("refuses whatever is no key, before a model is asked", async () => {
    using folder = new ProjectFolder();
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (key) => {
        fc.pre(!(key in {}));
        const options = { [`${key}!`]: 1, transport: answering() };
        await expect(runBy(folder, options)).rejects.toMatchObject({ code: "usage" });
      }),
      { numRuns: 20 },
    );
  });
});

describe("what a request inherits", () => {
  const transport = answering(answer("Hello"));

  test.each([
    ["an object's keys", Object.create({ input: "Hi", transport, limits: { maxCalls: -1 } })],
    ["an unknown key", Object.create({ input: "Hi", transport, modle: "test:m" })],
    [
      "getters of a class",
      new (class {
        input = "Hi";
        transport = transport;
        get limits() {
          return { maxCalls: -1 };
        }
      })(),
    ],
    [
      "a class below",
      {
        input: "Hi",
        transport,
        limits: new (class {
          get maxCalls() {
            return Number.NaN;
          }
        })(),
      },
    ],
  ])("is checked: %s", async (_what, request) => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    await expect(project.run(request)).rejects.toMatchObject({ code: "usage", what: "request" });
  });

  test("does no harm where it fits", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    class Own {
      readonly input = "Hi";
      readonly transport = answering(answer("Hello"));
      describe(): string {
        return this.input;
      }
    }
    for (const request of [
      new Own(),
      Object.freeze({ ...new Own() }),
      Object.assign(Object.create(null), new Own()),
      new Proxy({ ...new Own() }, {}),
    ]) {
      expect((await project.run(request)).output).toBe("Hello");
    }
  });
});

test("what is no object of options is refused by what it is", async () => {
  using folder = new ProjectFolder();
  const project = await folder.open();
  const refused = { code: "usage", reason: expect.stringContaining("it must be an object") };
  for (const request of [undefined, null, 3, "x", [], new Map(), new Date(), new Set()]) {
    await expect(project.run(request as never)).rejects.toMatchObject(refused);
  }
  const awaited = { code: "usage", tries: [expect.stringContaining("await")] };
  await expect(project.run(Promise.resolve({ input: "Hi" }) as never)).rejects.toMatchObject(
    awaited,
  );
  const cassette = openCassette({ path: "c.yaml", host: folder.host }) as never;
  await expect(project.run({ input: "Hi", cassette })).rejects.toMatchObject(awaited);
});

test("a getter that throws is an error with its reason", async () => {
  using folder = new ProjectFolder();
  const project = await folder.open();
  const request = {
    input: "Hi",
    get model(): string {
      throw new Error("no model today");
    },
  };
  await expect(project.run(request)).rejects.toMatchObject({
    code: "usage",
    reason: "it cannot be read: no model today",
  });
});

describe("files", () => {
  test("are paths and URLs", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open([pathToFileURL(folder.file("main.worker"))]);
    expect(project.folder).toBe(folder.path);
    const transport = answering(answer("Hello"));
    expect((await project.run({ input: "Hi", transport })).output).toBe("Hello");
  });

  test.each<readonly [unknown, string]>([
    ["main.worker", "files must be a list"],
    [[], "no files are named"],
    [[7], "files must be a list of paths"],
    [
      ["file:///x/main.worker"],
      'files must be a list of paths and file: URLs, and holds "file:///x/main.worker"',
    ],
    [[new URL("https://x.example/main.worker")], "files must be a list of paths"],
    [undefined, "files is missing"],
    [new Array(2), "files must be a list of paths"],
    [["a\0.worker"], "files must be a list of paths"],
    [["FILE:///x/main.worker"], "files must be a list of paths"],
    [[new URL("file://elsewhere/main.worker")], "files must be a list of paths"],
    [[new URL("file:///a%2fb.worker")], "files must be a list of paths"],
  ])("are refused where they are %j", async (files, reason) => {
    const options = { files, input: "Hi" } as never;
    const refused = { code: "usage", reason: expect.stringContaining(reason) };
    await expect(run(options)).rejects.toMatchObject(refused);
    await expect(openProject({ files } as never)).rejects.toMatchObject(refused);
    await expect(start(options).result).rejects.toMatchObject(refused);
  });

  test("as texts of URLs say how they are written", async () => {
    const files = ["file:///x/main.worker"];
    await expect(openProject({ files })).rejects.toMatchObject({
      tries: ['new URL("file:///x/main.worker") in the place of the text'],
    });
  });
});

test("openProject, map and openCassette refuse unknown keys as well", async () => {
  using folder = new ProjectFolder();
  const unknown = (key: string) => ({
    code: "usage",
    reason: expect.stringContaining(`unknown key "${key}"`),
  });
  const open = { files: ["main.worker"], hots: folder.host } as never;
  await expect(openProject(open)).rejects.toMatchObject(unknown("hots"));
  await expect(openCassette({ paht: "x" } as never)).rejects.toMatchObject(unknown("paht"));
  const project = await folder.open();
  expect(() => project.map([], { concurency: 2 } as never)).toThrow(/unknown key "concurency"/);
  expect(() => project.chat({ modle: "x" } as never)).toThrow(/unknown key "modle"/);
  expect(() => project.map([], { concurrency: 0 })).toThrow(/concurrency must be/);
  expect(() => project.map("abc" as never)).toThrow(/inputs must be an iterable/);
  expect(() => project.map(undefined as never)).toThrow(/inputs is missing/);
  expect(() => project.map({ [Symbol.iterator]: 3 } as never)).toThrow(
    /inputs must be an iterable/,
  );
});
