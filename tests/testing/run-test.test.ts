import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ModelTransport } from "../../src/model/transport.ts";
import { callsOf, runTest, ScriptedTransport } from "../../src/testing/index.ts";
import { failure } from "../support/cassettes.ts";
import { testHost } from "../support/host.ts";
import { ADDS, addingProject } from "../support/test-project.ts";

describe("a run of a test", () => {
  test("has all that the project did", async () => {
    using project = addingProject();
    const run = await project.run({ script: ADDS });
    expect(run).toMatchObject({ output: "It is 5.", error: undefined, exitCode: 0, requests: 2 });
    expect(callsOf(run, "add")).toEqual([
      {
        id: "main/add",
        caller: "main",
        function: "add",
        input: { a: 2, b: 3 },
        sent: { a: 2, b: 3 },
        output: "5",
        isError: false,
      },
    ]);
    expect(callsOf(run, "mail")).toEqual([]);
  });

  test("may be of one function", async () => {
    using project = addingProject();
    const run = await project.run({ entry: "add", input: { a: 4 } });
    expect([run.output, run.error]).toEqual([5, undefined]);
  });

  test("is answered by a transport, or by a script file", async () => {
    using project = addingProject({ "answers.yaml": "- From the file.\n" });
    const transport: ModelTransport = new ScriptedTransport(["From the transport."]);
    expect((await project.run({ transport })).output).toBe("From the transport.");
    expect((await project.run({ script: "answers.yaml" })).output).toBe("From the file.");
  });

  test.each([
    ["a limit", { limits: { maxCalls: 0 } }, "limit"],
    ["a function that is not there", { entry: "nobody" }, "project"],
    ["a file that is not there", { files: ["none.worker"] }, "file"],
    ["a cassette that is not there", { cassette: { path: "none.yaml" } }, "cassette-miss"],
    ["an abort", { signal: AbortSignal.abort() }, "aborted"],
  ])("that ends in %s has its error", async (_what, request, code) => {
    using project = addingProject();
    const { error, output } = await project.run({ script: ADDS, ...request });
    expect([error?.code, output]).toEqual([code, undefined]);
  });

  test("whose script runs dry has that as its error", async () => {
    using project = addingProject();
    const { error } = await project.run({ script: [ADDS[0]] });
    expect(error?.code).toBe("transport");
    expect(error?.message).toContain("1 of 1 items are used");
  });

  test("that leaves an answer of its script unused is a mistake of the test", async () => {
    using project = addingProject();
    const error = await failure(() => project.run({ script: [...ADDS, "And now?"] }));
    expect(error.report()).toBe(
      'Failed to use "the script of the test": 1 of its answers was not asked for\n' +
        "  unused: item 3 of the script of the test\n" +
        "Try: remove what is not asked for, or make the run ask for it",
    );
  });

  test("has one that answers, not two", async () => {
    using project = addingProject();
    const transport = new ScriptedTransport(["Hi."]);
    expect((await failure(() => project.run({ script: ADDS, transport }))).code).toBe("usage");
  });
});

describe("approvals", () => {
  const MAILS = [{ tool_call: { name: "mail", input: { to: "Ada" } } }, "Done."] as const;

  test.each([
    ["headless", undefined, 4, undefined],
    ["by name", { mail: "allow" }, 0, "sent"],
    ["by name, denied", { mail: "deny" }, 0, "the test denies mail"],
    ["of a name that is not said", { add: "allow" }, 4, undefined],
    ["a policy", "approve-all", 0, "sent"],
  ] as const)("%s", async (_what, approvals, exitCode, output) => {
    using project = addingProject();
    const run = await project.run({ script: MAILS, ...(approvals ? { approvals } : {}) });
    expect(run.exitCode).toBe(exitCode);
    if (output !== undefined) expect(callsOf(run, "mail")[0]?.output).toBe(output);
  });
});

describe("the workspace", () => {
  const FILES = { "inbox/a.txt": "a\n", "filer.worker": FILER() };
  const WRITES = [
    { tool_call: { name: "write_file", input: { path: "b.txt", content: "b\n" } } },
    "Written.",
  ] as const;
  const request = { files: ["filer.worker"], script: WRITES, workspace: "inbox" };

  test("is a copy, which stands until the run is disposed of", async () => {
    using project = addingProject(FILES);
    const run = await project.run(request);
    expect(run.error).toBeUndefined();
    expect(readFileSync(join(run.workFolder, "b.txt"), "utf8")).toBe("b\n");
    expect(existsSync(join(project.path, "inbox/b.txt"))).toBe(false);
    run[Symbol.dispose]();
    expect(existsSync(run.workFolder)).toBe(false);
  });

  test("leaves no copy of a test that was wrong", async () => {
    using project = addingProject(FILES);
    const made: string[] = [];
    const { scratch } = project.host;
    const make = () => made[made.push(scratch.make()) - 1] ?? "";
    const host = testHost({ cwd: project.path, scratch: { ...scratch, make } });
    await failure(() => project.run({ ...request, host, doubles: { nobody: () => 1 } }));
    expect(made.map((path) => existsSync(path))).toEqual([false]);
  });

  test("that is missing is a mistake of the test", async () => {
    using project = addingProject(FILES);
    const error = await failure(() => project.run({ ...request, workspace: "outbox" }));
    expect([error.code, error.reason]).toEqual(["cases", "there is no such folder"]);
  });

  test("is not a folder to work in as it is", async () => {
    using project = addingProject(FILES);
    const { workspace: workFolder, ...rest } = request;
    const { error } = await project.run({ ...rest, workFolder });
    expect(error).toBeUndefined();
    expect(existsSync(join(project.path, "inbox/b.txt"))).toBe(true);
    expect((await failure(() => project.run({ ...request, workFolder }))).code).toBe("usage");
  });
});

describe("a cassette", () => {
  const path = "cassettes/adds.yaml";

  test("is replayed unless the test or the person says otherwise", async () => {
    using project = addingProject();
    await project.run({ cassette: { path, mode: "record" }, script: ADDS });
    const run = await project.run({ cassette: { path } });
    expect(run.output).toBe("It is 5.");
    expect(run.summary?.exchanges).toEqual({ served: 2, live: 0, missed: 0, unused: 0 });
    expect(run.cassette).toEqual({ path, mode: "replay" });
  });

  test("is recorded where the tests are told to record", async () => {
    using project = addingProject();
    const host = testHost({ cwd: project.path, env: { LLM_DO_TEST_MODE: "record" } });
    const run = await project.run({ host, cassette: { path }, script: ADDS });
    expect(run.summary?.exchanges.live).toBe(2);
    expect(readFileSync(join(project.path, path), "utf8")).toContain("files: [");
  });

  test("is not replaced by a run that broke", async () => {
    using project = addingProject();
    await project.run({ cassette: { path, mode: "record" }, script: ADDS });
    const before = readFileSync(join(project.path, path), "utf8");
    await project.run({ cassette: { path, mode: "record" }, script: [ADDS[0]] });
    expect(readFileSync(join(project.path, path), "utf8")).toBe(before);
  });

  test("keeps a run that ended as a test may want it to", async () => {
    using project = addingProject();
    const limits = { maxCalls: 0 };
    const cassette = { path, mode: "record" } as const;
    expect((await project.run({ cassette, script: ADDS, limits })).error?.code).toBe("limit");
    const run = await project.run({ cassette: { path }, limits });
    expect([run.error?.code, run.summary?.exchanges.served]).toEqual(["limit", 1]);
  });

  test("is free again for the next test after a transport that is wrong in itself", async () => {
    using project = addingProject();
    const bug = new TypeError("bug");
    const broken: ModelTransport = {
      stream: () => {
        throw bug;
      },
    };
    const cassette = { path, mode: "record" } as const;
    const { error } = await project.run({ cassette, transport: broken });
    expect(error?.cause).toBe(bug);
    expect((await project.run({ cassette, script: ADDS })).output).toBe("It is 5.");
  });
});

describe("requests to models", () => {
  const live = testHost({ env: { ANTHROPIC_API_KEY: "k", ANTHROPIC_BASE_URL: "http://[::1]:1" } });

  /** What ends a run that has no one to answer it, with these settings. */
  async function ending(request: Parameters<typeof runTest>[0] | object, env = {}) {
    using project = addingProject();
    const host = { ...live, env: { ...live.env, ...env }, cwd: project.path };
    const { error } = await project.run({ host, ...request });
    return error?.code;
  }

  test("are off, and the error says how to allow them", async () => {
    using project = addingProject();
    const { error } = await project.run();
    expect(error?.report()).toBe(
      'Failed to ask "anthropic:claude-haiku-4-5": requests to it are off here (LLM_DO_MODEL_REQUESTS=off)\n' +
        "Try: answer it from a cassette or a script\n" +
        'Try: allow it in one test, by name: runTest({ ..., live: ["anthropic:claude-haiku-4-5"] })\n' +
        "Try: allow it everywhere: LLM_DO_MODEL_REQUESTS=anthropic:claude-haiku-4-5",
    );
  });

  test.each([
    ["another model", { live: ["openai:*"] }, {}],
    ["no model", { live: [] }, { LLM_DO_MODEL_REQUESTS: "on" }],
    [
      "a cassette that the test itself says to record",
      { cassette: { path: "a.yaml", mode: "auto" } },
      {},
    ],
    ["a run without a cassette, while others record", {}, { LLM_DO_TEST_MODE: "record" }],
    [
      "a recording that the person who asked for it forbids",
      { cassette: { path: "a.yaml" } },
      { LLM_DO_TEST_MODE: "record", LLM_DO_MODEL_REQUESTS: "off" },
    ],
  ] as const)("stay off for %s", async (_what, request, env) => {
    expect(await ending(request, env)).toBe("configuration");
  });

  // Nobody listens at that address: that the provider fails shows that it was asked.
  test.each([
    ["a test that names the model", { live: ["anthropic:*"] }, {}],
    ["a person who allows it", {}, { LLM_DO_MODEL_REQUESTS: "anthropic:claude-*" }],
    [
      "a recording that somebody asked for",
      { cassette: { path: "a.yaml" } },
      { LLM_DO_TEST_MODE: "record" },
    ],
  ] as const)("are on for %s", async (_what, request, env) => {
    expect(await ending(request, env)).toBe("provider");
  });

  test("of a misspelt setting are an error, also where nothing is asked", async () => {
    using project = addingProject();
    const host = testHost({ cwd: project.path, env: { LLM_DO_MODEL_REQUESTS: "of" } });
    const error = await failure(() => project.run({ host, script: ADDS }));
    expect(error.report()).toBe(
      'Failed to read "LLM_DO_MODEL_REQUESTS": "of" is no pattern of models\n' +
        "Try: write on, off, recording or provider:model, where * stands for any text: anthropic:*",
    );
    const named = await failure(() => project.run({ script: ADDS, live: ["anthropic"] }));
    expect(named.message).toBe('Failed to read "live": "anthropic" is no pattern of models');
  });

  test("of a misspelt mode are an error", async () => {
    using project = addingProject();
    const host = testHost({ cwd: project.path, env: { LLM_DO_TEST_MODE: "recrod" } });
    expect((await failure(() => project.run({ host, script: ADDS }))).tries).toEqual([
      "LLM_DO_TEST_MODE=record",
    ]);
  });
});

test("without a host of its own, a run is of this machine", async () => {
  using project = addingProject();
  const file = join(project.path, "main.worker");
  writeFileSync(file, "---\nmodel: test\n---\nYou answer.\n");
  const run = await runTest({ files: [file], input: "Hi." });
  expect(run.output).toBe("{}");
});

function FILER(): string {
  const grants = "toolsets:\n  filesystem: { write_approval: false }\n";
  return `---\nname: main\nmodel: anthropic:claude-haiku-4-5\n${grants}---\nYou file.\n`;
}
