import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resultsInOrder } from "./mcp-project.ts";
import { aListedTool, calling, ToldProject } from "./told-server.ts";

/** What a model is told of one call that is answered so. */
async function toldOf(answer: object, mcp: object = {}): Promise<string | undefined> {
  const server = { tools: [aListedTool("work")], answers: { work: answer } };
  using project = new ToldProject(server, { mcp, approved: ["work"] });
  const { events, error } = await project.run();
  expect(error).toBeUndefined();
  return resultsInOrder(events)[0];
}

describe("an error of the server is told in its own words", () => {
  test.each([
    // Two codes that the SDK has for errors of its own.
    [{ code: -32000, message: "Rate limit exceeded" }, "Rate limit exceeded (code -32000)"],
    [{ code: -32001, message: "Session not found" }, "Session not found (code -32001)"],
    [{ code: -32001, message: "Request timed out" }, "Request timed out (code -32001)"],
    [
      { code: -32602, message: "bad input", data: { field: "path", allowed: ["a"] } },
      'bad input (code -32602, data: {"field":"path","allowed":["a"]})',
    ],
    [{ code: 1, message: "" }, "the request failed (code 1)"],
    [{ code: 7, message: "MCP error 8: odd" }, "MCP error 8: odd (code 7)"],
    // Not as the protocol has it, and an answer all the same.
    [{ code: "-32050", message: "Quota" }, "Quota (code -32050)"],
    [{ message: "no code" }, "no code"],
    [{ code: "E_FULL", message: "disk full" }, "disk full (code E_FULL)"],
    ["just words", "just words"],
  ])("%j", async (error, words) => {
    expect(await toldOf({ error })).toBe(`! the server says: ${words}`);
  });
});

describe("an answer that is not as the protocol has it is told at once", () => {
  const raw = (message: object) => ({ raw: `${JSON.stringify(message).replace('"ID"', "ID")}\n` });

  test.each<[object, string]>([
    // Whose error it is can only be said while one request is open.
    [
      { jsonrpc: "2.0", id: null, error: { code: -32600, message: "bad request" } },
      "the server says: bad request (code -32600)",
    ],
    [{ id: null, error: { code: "E42", message: "slow" } }, "the server says: slow (code E42)"],
    [{ jsonrpc: "2.0", id: "ID", result: null }, "the server's answer is no result of a tool"],
    [{ jsonrpc: "2.0", id: "ID" }, "the server's answer is no result of a tool"],
    [{ id: "ID", result: "words" }, "the server's answer is no result of a tool"],
  ])("%j", async (message, words) => {
    expect(await toldOf(raw(message))).toBe(`! ${words}`);
  });

  test("while a line that is no answer is none", async () => {
    const log = JSON.stringify({ level: "error", error: "not of this call" });
    const done = { jsonrpc: "2.0", id: "ID", error: null, result: { content: text("done") } };
    const { raw: answer } = raw(done);
    expect(await toldOf({ raw: `${log}\n{"id":ID,"level":"info"}\n${answer}` })).toBe("done");
  });
});

test("what a server says to have as null it does not have", async () => {
  const capabilities = { tools: {}, prompts: null, resources: null };
  using project = new ToldProject({ tools: [aListedTool("work")], capabilities });
  const { error, events } = await project.run({ approved: ["work"], approvals: "approve-all" });
  expect([error, resultsInOrder(events)]).toEqual([undefined, ["done"]]);
});

const text = (said: string) => [{ type: "text", text: said }];

describe("text and structured content", () => {
  test.each([
    [
      "both reach the model where they differ",
      { content: text("the text"), structuredContent: { file: "a.txt" } },
      'the text\n{"file":"a.txt"}',
    ],
    [
      "are told once where the text is the JSON of the content",
      { content: text('{ "b": [1],\n "a": "x" }'), structuredContent: { a: "x", b: [1] } },
      '{"a":"x","b":[1]}',
    ],
    [
      "an empty content does not hide the text",
      { content: text("the answer"), structuredContent: {} },
      "the answer",
    ],
    [
      "an empty text does not either",
      { content: text(" "), structuredContent: { a: 1 } },
      '{"a":1}',
    ],
    ["no parts at all", { content: [], structuredContent: { a: 1 } }, '{"a":1}'],
    [
      "an image beside them is described",
      {
        content: [...text('{"a":1}'), { type: "image", data: "AAAA", mimeType: "image/png" }],
        structuredContent: { a: 1 },
      },
      '{"a":1}\n[image: image/png, 3 bytes]',
    ],
    [
      "an error says its reason wherever that stands",
      { content: [], structuredContent: { error: "disk full" }, isError: true },
      '! {"error":"disk full"}',
    ],
    [
      "an error says both",
      { content: text("failed"), structuredContent: { why: "disk full" }, isError: true },
      '! failed\n{"why":"disk full"}',
    ],
    ["a plain text in the place of parts", { content: "just text" }, "just text"],
    ["one part without a list", { content: text("alone")[0] }, "alone"],
    ["texts in the place of parts", { content: ["a", "b"] }, "a\nb"],
    ["an error with a plain text", { content: "disk full", isError: true }, "! disk full"],
    ["an error that is said as a text", { content: text("no"), isError: "true" }, "! no"],
    [
      "an error that says nothing",
      { content: text(""), structuredContent: {}, isError: true },
      "! the server says that the call failed",
    ],
  ])("%s", async (_what, result, expected) => {
    expect(await toldOf({ result })).toBe(expected);
  });
});

describe("time", () => {
  const slow = (steps: number, stepMs: number) => ({
    steps,
    stepMs,
    result: { content: text("finished") },
  });

  test("that a server needs is given to it while it tells of progress", async () => {
    expect(await toldOf(slow(8, 500), { timeout_seconds: 2.5 })).toBe("finished");
  });

  test("ends at ten times the limit all the same", async () => {
    const told = await toldOf(slow(1000, 60), { timeout_seconds: 0.8 });
    expect(told).toBe("! it did not answer in 8 s, the longest that progress extends 0.8 s to");
  });
});

test("no request that was answered is cancelled, and one that was not is", async () => {
  const answers = { work: { result: { content: text("done") } }, stuck: { raw: "" } };
  const server = { tools: [aListedTool("work"), aListedTool("stuck")], answers };
  using project = new ToldProject(server, {
    approved: ["work", "stuck"],
    mcp: { timeout_seconds: 3 },
    script: calling("work", "stuck"),
  });
  await project.run();
  const { methods } = project;
  expect(methods.filter((method) => method === "notifications/cancelled")).toHaveLength(1);
  using quick = new ToldProject(
    { ...server, tools: [aListedTool("work")] },
    { approved: ["work"] },
  );
  await quick.run();
  expect(quick.methods).toEqual([
    "initialize",
    "notifications/initialized",
    "tools/list",
    "tools/call",
  ]);
});

test("a tool is called by the name that its server has for it, whatever that is", async () => {
  const name = fc
    .string({ unit: "binary", minLength: 1, maxLength: 256 })
    .filter((one) => one.trim() !== "" && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(one))
    .filter((one) => one.length <= 256 && one !== "__proto__");
  const names = fc.uniqueArray(
    fc.oneof(name, fc.constantFrom("repo.search", "a/b", "a b", "x#2")),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  await fc.assert(
    fc.asyncProperty(names, async (usable) => {
      const tools = usable.map((one) => aListedTool(one));
      const answers = Object.fromEntries(
        usable.map((one) => [one, { result: { content: text(`this is ${one}`) } }]),
      );
      using project = new ToldProject(
        { tools, answers },
        { approved: usable, mcp: { tools: usable } },
      );
      const path = project.file("recorded.yaml");
      const live = await project.run({ cassette: { path, mode: "record" } });
      expect(live.error).toBeUndefined();
      const told = resultsInOrder(live.events);
      expect(told).toEqual(usable.map((one) => `this is ${one}`));
      const again = await project.run({ cassette: { path, mode: "replay" } });
      expect(again.error).toBeUndefined();
      expect(resultsInOrder(again.events)).toEqual(told);
    }),
    { numRuns: 8 },
  );
}, 60_000);

test("schemas that only say half of what an object is are taken for one of an object", async () => {
  const schemas = [
    { properties: { a: { type: "string" } } },
    { oneOf: [{ required: ["a"] }, { required: ["b"] }] },
    { type: ["object", "null"] },
    { type: "object", properties: null },
    {},
    null,
  ];
  const tools = schemas.map((inputSchema, index) => aListedTool(`t${index}`, { inputSchema }));
  using project = new ToldProject({ tools }, { approved: tools.map(({ name }) => name) });
  const { events, error } = await project.run();
  expect(error).toBeUndefined();
  expect(resultsInOrder(events)).toEqual(schemas.map(() => "done"));
});
