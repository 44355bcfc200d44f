import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { entriesOf, until } from "./mcp-project.ts";
import { callText, connect, servedProject } from "./served-project.ts";

const SEND_BY_WORKER = `
- tool_call: { name: send, input: { to: ada } }
- All is sent.
`;

const accept = { action: "accept", content: {} } as const;

function sent(folder: string): string {
  const path = join(folder, "sent.txt");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

describe("a client is told of", () => {
  test("the functions of the project that take an object, with their schemas", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    const { tools } = await served.client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual([
      "add",
      "big",
      "clerk",
      "fail",
      "never",
      "note",
      "send",
      "send_through",
      "wait",
    ]);
    expect(tools.find(({ name }) => name === "add")).toMatchObject({
      description: "Add two numbers.",
      inputSchema: { type: "object", required: ["a", "b"] },
      outputSchema: { type: "object", properties: { sum: { type: "number" } } },
    });
    expect(tools.find(({ name }) => name === "clerk")).toMatchObject({
      description: "Sends mails.",
      inputSchema: { properties: { input: { type: "string" } } },
    });
    await until(
      () => served.stderr().includes("shout is not served"),
      "a word on what is left out",
    );
  });

  test("those that --function names, and can call no other", async () => {
    using folder = servedProject();
    const args = ["--function", "add", "--function", "send_through"];
    await using served = await connect({ folder: folder.path, args, answer: accept });
    const { tools } = await served.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["add", "send_through"]);
    await expect(callText(served.client, "send", { to: "ada" })).rejects.toThrow(
      'there is no tool "send"',
    );
    expect(await callText(served.client, "send_through", { to: "ada" })).toMatch(
      /^! .*there is no function "send"/,
    );
    expect(sent(folder.path)).toBe("");
  });
});

describe("a call", () => {
  test("of a pure tool needs nobody, and gives its value beside its text", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    const result = await served.client.callTool({ name: "add", arguments: { a: 2, b: 3 } });
    expect(result).toMatchObject({
      content: [{ type: "text", text: '{"sum":5}' }],
      structuredContent: { sum: 5 },
    });
    await until(() => served.stderr().includes("adding on stdout"), "the log on stderr");
  });

  test("that fails is an error result with the reason", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    expect(await callText(served.client, "fail", {})).toMatch(/^! Failed to .*"fail": it rains$/);
    expect(await callText(served.client, "add", { a: 1 })).toMatch(/^! .*its input does not fit/);
    expect(await callText(served.client, "never", {})).toMatch(/^! .*not this one$/);
  });

  test("of a worker is a run with its own limits", async () => {
    // The SDK's client drops what it is told in one breath with the result.
    const answers =
      "- tool_call: { name: add, input: { a: 1, b: 1 } }\n- { text: Two., delay_ms: 300 }\n";
    using folder = servedProject(answers);
    await using served = await connect({ folder: folder.path, args: ["--approve-all"] });
    expect(await callText(served.client, "clerk", { input: "What is 1 + 1?" })).toBe("Two.");
    // Two calls of one function each: the limit is one run's, and not the service's.
    const args = ["--approve-all", "--max-calls", "1"];
    await using limited = await connect({ folder: folder.path, args });
    expect(await callText(limited.client, "clerk", { input: "What is 1 + 1?" })).toBe("Two.");
    expect(await callText(limited.client, "clerk", { input: "Again." })).toBe("Two.");
  });
});

describe("a call that needs an approval", () => {
  const DENIED = "it needs an approval, and this client can ask nobody";

  test.each([
    ["accepts", accept, "sent to ada", "ada\n"],
    ["declines", { action: "decline" }, "the person declined", ""],
    ["dismisses the question", { action: "cancel" }, "the person dismissed the question", ""],
  ] as const)("is asked about, and the person %s", async (_how, answer, expected, mails) => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path, answer });
    const text = await callText(served.client, "send", { to: "ada" });
    expect(text).toContain(expected);
    expect(text.startsWith("! ")).toBe(answer.action !== "accept");
    expect(served.asked).toEqual([
      expect.stringMatching(/^Allow this call\?\nsend needs approval:\n {2}to: "ada"/),
    ]);
    expect(sent(folder.path)).toBe(mails);
  });

  test("is denied where the client can ask nobody", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    expect(await callText(served.client, "send", { to: "ada" })).toContain(DENIED);
    expect(sent(folder.path)).toBe("");
  });

  test("is no other when code makes it on the client's behalf", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    expect(await callText(served.client, "send_through", { to: "ada" })).toContain(DENIED);
    await using asking = await connect({ folder: folder.path, answer: accept });
    expect(await callText(asking.client, "send_through", { to: "ada" })).toBe("sent to ada");
    expect(asking.asked).toEqual([expect.stringContaining("send_through > send needs approval")]);
  });

  test("is one of a worker with files attached", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    const input = { input: "Look.", attachments: ["tools.ts"] };
    expect(await callText(served.client, "clerk", input)).toContain(DENIED);
    expect(await callText(served.client, "clerk", { input: "Look." })).toBe("Done.");
  });

  test("attaches nothing outside of the project's folder, whoever approves", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path, args: ["--approve-all"] });
    const input = { input: "Look.", attachments: ["/etc/hosts"] };
    expect(await callText(served.client, "clerk", input)).toContain(
      "outside of the project's folder",
    );
  });

  test("is asked about when a worker's model makes it", async () => {
    using folder = servedProject(SEND_BY_WORKER);
    await using served = await connect({ folder: folder.path, answer: accept });
    expect(await callText(served.client, "clerk", { input: "Write to Ada." })).toBe("All is sent.");
    expect(served.asked).toEqual([expect.stringContaining("clerk > send needs approval")]);
    expect(sent(folder.path)).toBe("ada\n");
  });

  test.each([
    ["--approve-all", "sent to ada", "ada\n"],
    ["--reject-all", "! ", ""],
  ])("is decided by %s without a question", async (flag, expected, mails) => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path, args: [flag], answer: accept });
    expect(await callText(served.client, "send", { to: "ada" })).toContain(expected);
    expect(served.asked).toEqual([]);
    expect(sent(folder.path)).toBe(mails);
  });
});

describe("a call under way", () => {
  const waiting = (folder: string) => {
    const path = join(folder, "waiting.txt");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };

  test("ends when the client cancels it, and others go on", async () => {
    using folder = servedProject();
    await using served = await connect({ folder: folder.path });
    const abort = new AbortController();
    const call = served.client.callTool({ name: "wait", arguments: {} }, undefined, {
      signal: abort.signal,
    });
    call.catch(() => undefined);
    await until(() => waiting(folder.path) === "began\n", "the call began");
    abort.abort("enough");
    await expect(call).rejects.toThrow("enough");
    await until(() => waiting(folder.path) === "began\naborted\n", "the run was aborted");
    expect(await callText(served.client, "add", { a: 1, b: 1 })).toBe('{"sum":2}');
  });

  test("ends when the client goes, and so does the command", async () => {
    using folder = servedProject();
    const served = await connect({ folder: folder.path });
    served.client.callTool({ name: "wait", arguments: {} }).catch(() => undefined);
    await until(() => waiting(folder.path) === "began\n", "the call began");
    const startMs = performance.now();
    await served.client.close();
    expect(performance.now() - startMs).toBeLessThan(1_900); // the SDK kills after two seconds
    await until(() => waiting(folder.path) === "began\naborted\n", "the run was aborted");
  });

  test("tells of its progress where the client wants to know", async () => {
    // The SDK drops progress that it reads together with the answer, so the answer takes a while.
    using folder = servedProject(
      "- tool_call: { name: add, input: { a: 1, b: 1 } }\n- { delay_ms: 200, text: Two. }\n",
    );
    await using served = await connect({ folder: folder.path, args: ["--approve-all"] });
    const told: (string | undefined)[] = [];
    await served.client.callTool({ name: "clerk", arguments: { input: "Go." } }, undefined, {
      onprogress: ({ message }) => told.push(message),
    });
    expect(told).toEqual([
      "clerk asks anthropic:claude-haiku-4-5",
      "clerk calls add",
      "clerk asks anthropic:claude-haiku-4-5",
    ]);
  });
});

describe("a cassette", () => {
  test("is written by calls at once and answers them again", async () => {
    using folder = servedProject();
    const args = ["--cassette", "calls.yaml", "--mode", "auto", "--approve-all"];
    const calls = async () => {
      await using served = await connect({ folder: folder.path, args });
      const names = ["ada", "bob", "eve"];
      return Promise.all(names.map((to) => callText(served.client, "send", { to })));
    };
    const first = await calls();
    expect(first).toEqual(["sent to ada", "sent to bob", "sent to eve"]);
    expect(await calls()).toEqual(first);
    expect(sent(folder.path)).toBe("ada\nbob\neve\n");
    const effects = entriesOf(join(folder.path, "calls.yaml")).filter((entry) => entry["effect"]);
    expect(effects).toHaveLength(3);
  });

  test("is not recorded anew", async () => {
    using folder = servedProject();
    const args = ["mcp", "tools.ts", "--cassette", "calls.yaml", "--mode", "record"];
    const { code, stdout, stderr } = await runCli(args, { cwd: folder.path });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("each call is a run of its own");
  });
});

test("the command ends well when its client goes at once", async () => {
  using folder = servedProject();
  const ended = await runCli(["mcp", "tools.ts"], { cwd: folder.path });
  expect([ended.code, ended.stdout]).toEqual([0, ""]);
});

test.each([
  [["--function", "ad"], 'there is no function "ad"'],
  [["--function", "shout"], "it takes no object"],
  [["--samples", "2"], "llm-do mcp does not take --samples"],
])("llm-do mcp %s is refused before anything is served", async (args, expected) => {
  using folder = servedProject();
  const ended = await runCli(["mcp", "tools.ts", ...args], { cwd: folder.path });
  expect([ended.code, ended.stdout]).toEqual([2, ""]);
  expect(ended.stderr).toContain(expected);
});
