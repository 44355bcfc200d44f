import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { importTraffic } from "../../src/hardening/import/import-traffic.ts";
import { loadWorker } from "../../src/hardening/load-worker.ts";
import { recordedCalls } from "../../src/hardening/recordings/recorded-calls.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { Json } from "../../src/model/json.ts";
import { runCliHere } from "../support/cli-here.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import { collector } from "../telemetry/traced-project.ts";
import { DATE_WORKER, datePairs, recordCalls } from "./hardening-project.ts";

const INSTRUCTIONS = "Answer with the day of this Date header as YYYY-MM-DD.";
const CASSETTE = "cassettes/imported-iso_date.yaml";

function dateFolder(files: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder();
  writeFiles(folder.path, { "iso_date.worker": DATE_WORKER, "package.json": "{}", ...files });
  return folder;
}

function lines(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

async function importing(folder: string, file: string, ...flags: string[]) {
  const argv = ["import", file, "--worker", "iso_date.worker", ...flags];
  return await runCliHere(argv, { cwd: folder });
}

/** What `recordedCalls` finds in the imported cassette. */
async function imported(folder: string, name = CASSETTE) {
  const host = testHost({ cwd: folder });
  const { worker } = await loadWorker("iso_date.worker", [], host);
  const { calls } = await recordedCalls(worker, {
    cassettes: [join(folder, name)],
    files: nodeFileSystem,
    rules: { redact: [], volatile: [] },
  });
  return calls.map(({ input, output, source, usage, totalMs }) => ({
    input: (input as { input: string }).input, // the worker takes a text
    output,
    source,
    usage,
    totalMs,
  }));
}

/** A span of OTLP with these attributes. */
function span(spanId: string, attributes: Readonly<Record<string, Json>>, more: object = {}) {
  const value = (json: Json): object => {
    if (typeof json === "string") return { stringValue: json };
    if (typeof json === "number") return { intValue: String(json) };
    if (Array.isArray(json)) return { arrayValue: { values: json.map(value) } };
    const fields = Object.entries(json as Record<string, Json>);
    return { kvlistValue: { values: fields.map(([key, one]) => ({ key, value: value(one) })) } };
  };
  return {
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId,
    name: "chat claude-haiku-4-5",
    kind: 3,
    startTimeUnixNano: "1544712660000000000",
    endTimeUnixNano: "1544712661250000000",
    attributes: Object.entries(attributes).map(([key, json]) => ({ key, value: value(json) })),
    ...more,
  };
}

function otlp(...spans: readonly object[]) {
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "x" }, spans }] }] };
}

const asked = (text: string) => [{ role: "user", parts: [{ type: "text", content: text }] }];
const answered = (text: string, finish_reason = "stop") => [
  { role: "assistant", parts: [{ type: "text", content: text }], finish_reason },
];
const CHAT = {
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "claude-haiku-4-5",
  "gen_ai.system_instructions": [{ type: "text", content: INSTRUCTIONS }],
};
const SAID = {
  "gen_ai.input.messages": asked("1 May 2026"),
  "gen_ai.output.messages": answered("2026-05-01"),
};

const GOOD = { input: "1 May 2026", output: "2026-05-01", source: "imported" };

describe("llm-do import of JSON lines", () => {
  test("records calls that the scan reads, each file once", async () => {
    const rows = lines(
      { input: "1 May 2026", output: "2026-05-01", model: "claude-haiku-4-5", at: "2026-01-01" },
      {
        prompt: "2 May 2026",
        completion: "2026-05-02",
        usage: { prompt_tokens: 9, completion_tokens: 3 },
      },
      { input: "1 May 2026", output: "2026-05-01", at: "2026-01-02" },
      { input: "2 May 2026", output: "2026-05-02" },
      { input: "2 May 2026", output: "2026-05-02" },
    );
    using folder = dateFolder({ "t.jsonl": `\ufeff${rows}\n` });
    expect(await importing(folder.path, "t.jsonl")).toEqual({
      code: 0,
      stdout: `imported 5 calls of iso_date to ${CASSETTE}
  the file does not say the prompt of 5: taken to be today's
`,
      stderr: "",
    });
    const before = readFileSync(join(folder.path, CASSETTE), "utf8");
    expect(await importing(folder.path, "t.jsonl")).toMatchObject({
      code: 0,
      stdout: "imported 0 calls of iso_date\n  imported before: 5\n",
    });
    expect(readFileSync(join(folder.path, CASSETTE), "utf8")).toBe(before);
    const calls = await imported(folder.path);
    expect(calls).toHaveLength(5);
    expect(calls[0]).toMatchObject(GOOD);
    expect(calls[1]?.usage).toEqual({ inputTokens: 9, outputTokens: 3 });
    const verified = await runCliHere(["cassette", "verify", CASSETTE], { cwd: folder.path });
    expect(verified).toMatchObject({ code: 0, stdout: `${CASSETTE}: 5 entries, all fit\n` });
  });

  test("leaves out what is not of today's worker, and says why", async () => {
    using folder = dateFolder({
      "t.jsonl": lines(
        { input: "1 May 2026", output: "2026-05-01", model: "gpt-5" },
        { input: "1 May 2026", output: "2026-05-01", system: "Answer in French." },
        { input: "1 May 2026", output: "2026-05-01", system: `${INSTRUCTIONS}\r\n` },
        { input: { text: "1 May 2026" }, output: "2026-05-01" },
        { input: "1 May 2026", output: { day: 1 } },
        { input: "1 May 2026" },
      ),
    });
    const { stdout, code } = await importing(folder.path, "t.jsonl", "--json");
    expect(JSON.parse(stdout)).toEqual({
      worker: "iso_date",
      cassettes: [CASSETTE],
      imported: 1,
      known: 0,
      unnamed: 0,
      leftOut: { otherModel: 1, otherPrompt: 1, unfitInput: 1, unfitAnswer: 1, unanswered: 1 },
    });
    expect(code).toBe(0);
  });

  test("takes values where the worker has schemas, also as JSON in texts", async () => {
    const worker = `---
name: iso_date
model: anthropic:claude-haiku-4-5
input_schema: { type: object, properties: { day: { type: string } }, required: [day] }
output_schema: { type: object, properties: { iso: { type: string } }, required: [iso] }
---
Answer.
`;
    using folder = dateFolder({
      "iso_date.worker": worker,
      "t.jsonl": lines(
        { input: { day: "1 May" }, output: { iso: "05-01" } },
        { input: '{"day":"2 May"}', output: '```json\n{"iso":"05-02"}\n```' },
        { input: "3 May", output: { iso: "05-03" } },
        { input: { day: "4 May" }, output: "05-04" },
      ),
    });
    const { stdout } = await importing(folder.path, "t.jsonl");
    expect(stdout).toContain(
      "left out: 1 with an input that does not fit the worker, 1 with an answer that does not fit the output schema\n",
    );
    const found = await imported(folder.path);
    expect(found.map(({ output }) => output)).toEqual([{ iso: "05-01" }, { iso: "05-02" }]);
  });

  test("has the key that a run of the worker has", async () => {
    using folder = dateFolder({ "t.jsonl": lines({ input: "1 May 2026", output: "2026-05-01" }) });
    const pairs = [["1 May 2026", "2026-05-01"]] as const;
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs });
    await importing(folder.path, "t.jsonl");
    const keyIn = (name: string) =>
      /^exchange: (\w+)$/m.exec(readFileSync(join(folder.path, name), "utf8"))?.[1];
    expect(keyIn(CASSETTE)).toBe(keyIn("cassettes/calls.yaml"));
  });

  test.each([
    ['{"input": 1}\nno\n', "t.jsonl:2", "a line is not JSON"],
    [
      '{"input":"a","output":"b"}\n\n{"question":"a"}\n',
      "t.jsonl:3",
      "a line is neither spans nor a call",
    ],
    ["3\n", "t.jsonl:1", "a line is neither spans nor a call"],
    ["{\n  broken\n", "t.jsonl:1", "a line is not JSON"],
  ])("says where %j is wrong", async (text, place, reason) => {
    using folder = dateFolder({ "t.jsonl": text });
    const { code, stderr } = await importing(folder.path, "t.jsonl");
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(place);
    expect(stderr).toContain('Try: write a call a line: {"input": "...", "output": "..."}');
  });

  test("refuses a secret, and applies the project's rules", async () => {
    const secret = `sk-ant-api03-${"aB3".repeat(30)}`;
    const rows = lines(
      { input: "1 May 2026", output: "2026-05-01" },
      { input: `the key is ${secret}`, output: "none" },
    );
    using folder = dateFolder({ "t.jsonl": rows });
    const refused = await importing(folder.path, "t.jsonl");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("t.jsonl:2");
    expect(refused.stderr).toContain("the 1 call before it is on record");
    expect(refused.stderr).not.toContain(secret);
    expect(await imported(folder.path)).toHaveLength(1);
    writeFiles(folder.path, {
      "llm-do.yaml": "redact:\n  - { pattern: 'sk-ant-[\\w-]+', replacement: KEY }\n",
    });
    expect(await importing(folder.path, "t.jsonl")).toMatchObject({ code: 0 });
    const text = readFileSync(join(folder.path, CASSETTE), "utf8");
    expect(text).not.toContain(secret);
    expect(text).toContain("the key is KEY");
  });

  test("takes up what a full disk did not take", async () => {
    const rows = Array.from({ length: 600 }, (_, at) => ({ input: `day ${at}`, output: `${at}` }));
    using folder = dateFolder({ "t.jsonl": lines(...rows) });
    let appends = 0;
    const openAppend = (path: string) => {
      const file = nodeFileSystem.openAppend(path);
      const append = (text: string) => {
        if (++appends > 1) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        file.append(text);
      };
      return { ...file, append };
    };
    const host = testHost({ cwd: folder.path, files: { ...nodeFileSystem, openAppend } });
    const request = { file: "t.jsonl", worker: "iso_date.worker", others: [], out: undefined };
    const failed = importTraffic({ ...request, model: undefined }, host);
    await expect(failed).rejects.toMatchObject({ code: "cassette-refused" });
    // Calls are written together.
    expect(appends).toBe(2);
    const kept = (await imported(folder.path)).length;
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan(600);
    const again = await importing(folder.path, "t.jsonl");
    expect(again.stdout).toContain(`imported ${600 - kept} calls`);
    expect((await imported(folder.path)).map(({ output }) => output)).toEqual(
      rows.map(({ output }) => output),
    );
  });

  test("says what is missing on the command line", async () => {
    using folder = dateFolder({ "w.worker": "---\nname: w\n---\nHi.\n" });
    const absent = await importing(folder.path, "no.jsonl");
    expect(absent.stderr).toContain("there is no such file");
    const unnamed = await runCliHere(["import", "w.worker", "--worker", "w.worker"], {
      cwd: folder.path,
    });
    expect(unnamed).toMatchObject({ code: 2 });
    expect(unnamed.stderr).toContain("the worker names no model");
  });
});

describe("llm-do import of spans", () => {
  const inText = (value: Json) => JSON.stringify(value);

  test.each<[string, object]>([
    ["structured values", otlp(span("a", { ...CHAT, ...SAID }))],
    [
      "JSON in texts",
      otlp(
        span("a", {
          ...CHAT,
          "gen_ai.system_instructions": inText(CHAT["gen_ai.system_instructions"]),
          "gen_ai.input.messages": inText(SAID["gen_ai.input.messages"]),
          "gen_ai.output.messages": inText(SAID["gen_ai.output.messages"]),
        }),
      ),
    ],
    [
      "instructions among the messages",
      otlp(
        span("a", {
          "gen_ai.operation.name": "chat",
          "gen_ai.response.model": "claude-haiku-4-5",
          "gen_ai.input.messages": [
            { role: "system", content: INSTRUCTIONS },
            { role: "user", content: "1 May 2026" },
          ],
          "gen_ai.output.messages": [{ role: "assistant", content: "2026-05-01" }],
        }),
      ),
    ],
    [
      "events of prompt and completion",
      otlp(
        span(
          "a",
          { "gen_ai.request.model": "claude-haiku-4-5" },
          {
            events: [
              span(
                "",
                {
                  "gen_ai.prompt": inText([
                    { role: "system", content: INSTRUCTIONS },
                    { role: "user", content: "1 May 2026" },
                  ]),
                },
                { name: "gen_ai.content.prompt" },
              ),
              span(
                "",
                { "gen_ai.completion": inText([{ role: "assistant", content: "2026-05-01" }]) },
                { name: "gen_ai.content.completion" },
              ),
            ],
          },
        ),
      ),
    ],
    [
      "an event a message",
      otlp(
        span(
          "a",
          { "gen_ai.request.model": "claude-haiku-4-5" },
          {
            events: [
              span("", { content: INSTRUCTIONS }, { name: "gen_ai.system.message" }),
              span("", { content: "1 May 2026" }, { name: "gen_ai.user.message" }),
              span(
                "",
                { index: 0, finish_reason: "stop", message: inText({ content: "2026-05-01" }) },
                { name: "gen_ai.choice" },
              ),
            ],
          },
        ),
      ),
    ],
    [
      "numbered attributes",
      otlp(
        span("a", {
          "gen_ai.request.model": "claude-haiku-4-5",
          "gen_ai.prompt.0.role": "system",
          "gen_ai.prompt.0.content": INSTRUCTIONS,
          "gen_ai.prompt.1.role": "user",
          "gen_ai.prompt.1.content": "1 May 2026",
          "gen_ai.completion.0.role": "assistant",
          "gen_ai.completion.0.content": "2026-05-01",
        }),
      ),
    ],
    [
      "a span with attributes as a map",
      {
        context: { trace_id: "0x1", span_id: "0x2" },
        start_time: "2026-01-01T00:00:00Z",
        end_time: "2026-01-01T00:00:01.250Z",
        attributes: { ...CHAT, ...SAID },
      },
    ],
    [
      "log records of the details",
      { resourceLogs: [{ scopeLogs: [{ logRecords: [span("a", { ...CHAT, ...SAID })] }] }] },
    ],
  ])("reads %s", async (_what, value) => {
    using folder = dateFolder({
      "line.jsonl": lines(value),
      "whole.json": JSON.stringify(value, null, 2),
    });
    expect((await importing(folder.path, "line.jsonl")).stdout).toBe(
      `imported 1 call of iso_date to ${CASSETTE}\n`,
    );
    expect((await importing(folder.path, "whole.json")).stdout).toContain("imported before: 1");
    expect(await imported(folder.path)).toEqual([
      { ...GOOD, usage: expect.anything(), totalMs: 1250 },
    ]);
  });

  test("leaves out spans that say nothing of the worker, by reason", async () => {
    const tool = [
      { role: "assistant", parts: [{ type: "tool_call", id: "1", name: "x", arguments: {} }] },
    ];
    const image = [
      {
        role: "user",
        parts: [
          { type: "text", content: "1" },
          { type: "uri", uri: "x" },
        ],
      },
    ];
    const { "gen_ai.system_instructions": _none, ...unsaid } = CHAT;
    const spans = [
      span("0", { "gen_ai.operation.name": "embeddings" }),
      span("1", { "http.request.method": "POST" }),
      span("2", { ...CHAT }),
      span("3", { ...CHAT, ...SAID, "gen_ai.request.model": "gpt-5" }),
      span("4", { ...CHAT, ...SAID, "gen_ai.system_instructions": "Another." }),
      span("5", { ...unsaid, ...SAID }),
      span("6", { ...CHAT, ...SAID, "gen_ai.output.messages": tool }),
      span("7", { ...CHAT, ...SAID, "gen_ai.input.messages": image }),
      span("8", {
        ...CHAT,
        ...SAID,
        "gen_ai.input.messages": [...asked("a"), ...answered("b"), ...asked("c")],
      }),
      span("9", { ...CHAT, ...SAID, "gen_ai.output.messages": answered("2026-", "length") }),
      span("10", { ...CHAT, ...SAID }, { status: { code: 2 } }),
      span("11", { ...CHAT, "gen_ai.input.messages": asked("a") }),
      span("12", {
        ...CHAT,
        ...SAID,
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"te…',
      }),
    ];
    using folder = dateFolder({ "t.jsonl": lines(otlp(...spans)) });
    const { stdout, code } = await importing(folder.path, "t.jsonl");
    expect(stdout).toBe(`imported 0 calls of iso_date
  left out: 2 without what was said, 1 of another model, 1 of another prompt, 1 without instructions, which may be of another prompt, 1 with tool calls, 1 with attachments, 1 of a longer conversation, 3 without a whole answer
Try: let the program record what is said, as OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true does
Try: give the worker the instructions that the file has, word for word
Try: name the model of the calls with --model
`);
    expect(code).toBe(6);
  });

  test("reads the spans that llm-do exports itself", async () => {
    using folder = dateFolder();
    await using sink = await collector();
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
    };
    for (const [input, text] of datePairs(3)) {
      await run({
        files: [join(folder.path, "iso_date.worker")],
        input,
        host: { ...nodeHost(), env },
        transport: {
          async *stream() {
            yield { kind: "part", part: { kind: "text", text } };
            const usage = { inputTokens: 10, cacheReadTokens: 4, outputTokens: 3 };
            yield { kind: "end", stop: "end", usage, source: "live" };
          },
        },
      });
    }
    writeFiles(folder.path, { "t.jsonl": sink.received.map(({ body }) => `${body}\n`).join("") });
    expect((await importing(folder.path, "t.jsonl")).stdout).toBe(
      `imported 3 calls of iso_date to ${CASSETTE}\n`,
    );
    const usage = { inputTokens: 10, cacheReadTokens: 4, outputTokens: 3 };
    expect(await imported(folder.path)).toEqual(
      datePairs(3).map(([input, output]) => ({
        input,
        output,
        source: "imported",
        usage,
        totalMs: expect.any(Number),
      })),
    );
  });
});
