import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isLlmDoError, type RunEvent, run } from "../../src/index.ts";
import { folderWith } from "../support/cli-project.ts";
import { testHost } from "../support/host.ts";
import { codeFile } from "../support/loading.ts";

/** What each model is answered, by its name. */
const REPLIES: Readonly<Record<string, { status: number; headers: object; error: object }>> = {
  long: {
    status: 400,
    headers: {},
    error: { message: "context too long", code: "context_length_exceeded" },
  },
  busy: {
    status: 429,
    headers: { "retry-after": "7200" },
    error: { message: "slow down", type: "rate_limit_error" },
  },
};

const FIELDS = {
  long: {
    code: "provider",
    status: 400,
    type: "context_length_exceeded",
    retryable: false,
    retryAfterMs: undefined,
  },
  busy: {
    code: "provider",
    status: 429,
    type: "rate_limit_error",
    retryable: true,
    retryAfterMs: 7_200_000,
  },
};

/** Answers the model "calls" with a call of the function "deep", every other as {@link REPLIES} say. */
function startServer(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const model = /"model":"(\w+)"/.exec(body)?.[1] ?? "";
    const reply = REPLIES[model];
    const json = { "content-type": "application/json" };
    if (reply) {
      response.writeHead(reply.status, { ...json, ...reply.headers });
      response.end(JSON.stringify({ error: reply.error }));
      return;
    }
    const call = { name: "deep", arguments: '{"input":"Go on."}' };
    const message = {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "t1", type: "function", function: call }],
    };
    const choices = [{ index: 0, message, finish_reason: "tool_calls" }];
    response.writeHead(200, json);
    response.end(JSON.stringify({ id: "c1", object: "chat.completion", model, choices }));
  });
  return new Promise((done) => server.listen(0, "127.0.0.1", () => done(server)));
}

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const worker = (model: string, more = "") => `---\nmodel: ${model}\n${more}---\nGo.\n`;

/** Projects in which the failing model is asked at different depths. */
const PROJECTS = {
  "by the entry": (model: string) => ({ "main.worker": worker(model) }),
  "by a worker that a model called": (model: string) => ({
    "main.worker": worker("local:calls", "toolsets: [deep]\n"),
    "deep.worker": worker(model),
  }),
  "by a worker that a tool of a worker called": (model: string) => ({
    "main.worker": worker("local:calls", "toolsets: [deep, deeper]\n"),
    "tools.ts": codeFile(
      `export const deep = tool({ description: "d", input: z.looseObject({}), effect: "pure", approval: "allow",
  run: async (_input, ctx) => { try { return await ctx.call("deeper", "Go."); }
    catch (error) { throw new Error("wrapped", { cause: error }); } } });`,
    ),
    "deeper.worker": worker(model),
  }),
  "by a worker that a code entry called, which hides the error": (model: string) => ({
    "main.ts": codeFile(
      `export const main = tool({ description: "d", input: z.unknown(), effect: "pure",
  run: (_input, ctx) => ctx.call("deep", "Go.").catch(() => "nothing happened") });`,
    ),
    "deep.worker": worker(model),
  }),
} as const;

async function failureOf(files: Readonly<Record<string, string>>, cassette?: string) {
  using folder = folderWith(files);
  const { port } = server.address() as AddressInfo; // it listens on a port
  const host = testHost({
    cwd: folder.path,
    env: { LLM_DO_PROVIDERS: `local=http://127.0.0.1:${port}/v1` },
  });
  const events: RunEvent[] = [];
  const error = await run({
    files: Object.keys(files),
    input: "Hi.",
    host,
    onEvent: (event) => events.push(event),
    ...(cassette ? { cassette: { path: join(folder.path, cassette), mode: "record" } } : {}),
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, told: events.find((event) => event.kind === "error") };
}

describe.each(Object.entries(PROJECTS))("a run whose failing model was asked %s", (_how, files) => {
  test.each(["long", "busy"] as const)("throws the provider's error (%s)", async (model) => {
    const { error, told } = await failureOf(files(`local:${model}`));
    expect(isLlmDoError(error, "provider")).toBe(true);
    expect(error).toMatchObject(FIELDS[model]);
    expect(told).toMatchObject(FIELDS[model]);
  });
});

test("a run with a cassette throws the provider's error as well", async () => {
  const files = PROJECTS["by a worker that a model called"]("local:long");
  const { error } = await failureOf(files, "run.yaml");
  expect(error).toMatchObject(FIELDS.long);
});

test("a transport of one's own is asked again where its error says so", async () => {
  using folder = folderWith({ "main.worker": worker("mine:m") });
  let asked = 0;
  const busy = {
    // As another installed copy would make it.
    [Symbol.for("llm-do.error")]: true,
    code: "provider",
    message: "busy",
    reason: "busy",
    retryable: true,
    retryAfterMs: 20,
    tries: [],
    details: [],
  };
  const { output } = await run({
    files: ["main.worker"],
    input: "Hi.",
    host: testHost({ cwd: folder.path }),
    transport: {
      async *stream() {
        asked += 1;
        if (asked === 1) throw busy;
        yield { kind: "part", part: { kind: "text", text: "There." } };
        const usage = { inputTokens: 1, outputTokens: 1 };
        yield { kind: "end", stop: "end", usage, source: "script" };
      },
    },
  });
  expect([output, asked]).toEqual(["There.", 2]);
});
