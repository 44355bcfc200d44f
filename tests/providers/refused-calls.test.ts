import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../src/model/json.ts";
import { createProviderRouter } from "../../src/providers/registry.ts";
import { withRetry } from "../../src/providers/retry.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { aTool, aWorker, type Ran, runEntry, toolResults } from "../support/project.ts";
import { runWith } from "../support/run-twice.ts";

const sent: JsonObject[] = [];
const answers: (() => Response)[] = [];

const servers = setupServer(
  http.post("*", async ({ request }) => {
    sent.push((await request.json()) as JsonObject); // the SDKs send objects
    return (
      answers.shift()?.() ?? HttpResponse.json({ error: "no answer is left" }, { status: 418 })
    );
  }),
);
beforeAll(() => servers.listen({ onUnhandledFrame: "error" }));
afterEach(() => {
  sent.length = 0;
  answers.length = 0;
});
afterAll(() => servers.close());

const MODELS = {
  anthropic: "anthropic:claude-haiku-4-5",
  responses: "openai:gpt-4.1",
  chat: "groq:openai/gpt-oss-120b",
} as const;
const ENV = { ANTHROPIC_API_KEY: "key-1", OPENAI_API_KEY: "key-1", GROQ_API_KEY: "key-1" };
const MISFIT =
  "tool call validation failed: parameters for tool look did not match schema: errors: [missing properties: 'place']";

function refusal(failed_generation: string | undefined, message = MISFIT): JsonObject {
  const error = { message, type: "invalid_request_error", code: "tool_use_failed" };
  return { error: { ...error, ...(failed_generation === undefined ? {} : { failed_generation }) } };
}

const asStatus = (body: JsonObject) => () => HttpResponse.json(body, { status: 400 });

function done(model: string): () => Response {
  if (model === MODELS.anthropic) {
    const content = [{ type: "text", text: "Done." }];
    const head = { id: "m", type: "message", role: "assistant", model: "m", usage: {} };
    return () => HttpResponse.json({ ...head, content, stop_reason: "end_turn" });
  }
  if (model === MODELS.responses) {
    const content = [{ type: "output_text", text: "Done.", annotations: [] }];
    const output = [{ type: "message", id: "m", role: "assistant", status: "completed", content }];
    return () => HttpResponse.json({ id: "r", object: "response", status: "completed", output });
  }
  const choice = { index: 0, message: { content: "Done." }, finish_reason: "stop" };
  return () => HttpResponse.json({ choices: [choice] });
}

/** Runs a worker with the tool `look`, and says whether the tool ran. */
async function ask(model: string): Promise<Ran & { readonly ran: boolean }> {
  let ran = false;
  const look = aTool("look", {
    input: z.object({ place: z.string().optional() }),
    run: () => {
      ran = true;
      return "seen";
    },
  });
  const host = testHost();
  const router = createProviderRouter({ env: ENV, nowMs: () => 0 });
  const script = withRetry(router, { clock: host.clock, random: () => 0 });
  return { ...(await runEntry(aWorker("main", { model, calls: [look] }), { script, host })), ran };
}

describe.each(Object.entries(MODELS))("a refused tool call on the wire %s", (_wire, model) => {
  test("is told to the model, which calls again or answers", async () => {
    answers.push(asStatus(refusal('{"name": "look", "arguments": {"plaice": 1}}')), done(model));
    const { result, error, ran, asked, events } = await ask(model);
    expect(error).toBeUndefined();
    expect(result?.output).toBe("Done.");
    expect(ran).toBe(false);
    expect(toolResults(asked[1])).toEqual([
      `look! This call was not run: it was refused (${MISFIT}). Send it again as the tool's schema says. Its arguments were: {"plaice":1}`,
    ]);
    // The person sees what the model wrote.
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "tool-call", tool: "look", input: '{"plaice":1}' }),
    );
  });

  test("is told twice in a row, and then ends the run with what the model wrote", async () => {
    const refuse = asStatus(refusal("<function=look>{}</function>"));
    answers.push(refuse, refuse, refuse, done(model));
    const { error, ran } = await ask(model);
    expect(sent).toHaveLength(3);
    expect(ran).toBe(false);
    expect(error?.reason).toContain("(the model wrote: <function=look>{}</function>)");
    expect(error?.tries).not.toEqual([]);
  });
});

describe("what the model wrote is read", () => {
  test.each([
    ['{"name":"look","arguments":{"a":1}}', '{"a":1}'],
    ['{"name":"look","parameters":"{}"}', "{}"],
    ['[{"name": "look", "parameters": {"a": [1]}}]', '{"a":[1]}'],
    ['<tool_call>\n{"name": "look", "arguments": {}}\n</tool_call>', "{}"],
    ['{"tool_calls":[{"type":"function","function":{"name":"look","arguments":{}}}]}', "{}"],
    ['<function=look>{"a": 1}</function>', '{"a": 1}'],
    ['<function=look{"a": 1}</function>', '{"a": 1}'],
    ['I look. <function=look>{"a": 1</function>', '{"a": 1'],
    ['<function(look)>{"a": 1}', '{"a": 1}'],
    ["some text that is no call", "some text that is no call"],
    [undefined, ""],
  ])("%j", async (written, input) => {
    answers.push(asStatus(refusal(written)), done(MODELS.chat));
    const { events } = await ask(MODELS.chat);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "tool-call", tool: "look", input }),
    );
  });

  test("is a tool that does not exist, where the server says which", async () => {
    const message = "attempted to call tool 'peek' which was not in request.tools";
    answers.push(asStatus(refusal(undefined, message)), done(MODELS.chat));
    const { asked, error } = await ask(MODELS.chat);
    expect(error).toBeUndefined();
    expect(toolResults(asked[1])[0]).toContain(message);
  });

  test("leads to the same request again where nobody can say which tool was meant", async () => {
    const message = "Failed to call a function. See 'failed_generation' for more details.";
    answers.push(asStatus(refusal("look! look!", message)), done(MODELS.chat));
    const { result, asked } = await ask(MODELS.chat);
    expect(result?.output).toBe("Done.");
    expect(sent).toHaveLength(2);
    expect(asked).toHaveLength(1);
  });
});

test("a refusal that comes within a stream is told as well, with what was said before it", async () => {
  const chunk = { choices: [{ index: 0, delta: { role: "assistant", content: "I look." } }] };
  const error = refusal('{"name":"look","arguments":{}}').error as JsonObject; // made above
  const text = [
    `data: ${JSON.stringify(chunk)}\n\n`,
    `event: error\ndata: ${JSON.stringify({ error: { ...error, status_code: 400 } })}\n\n`,
  ].join("");
  const headers = { "content-type": "text/event-stream" };
  answers.push(() => new HttpResponse(text, { headers }), done(MODELS.chat));
  const { result, error: failed, asked } = await ask(MODELS.chat);
  expect(failed).toBeUndefined();
  expect(result?.output).toBe("Done.");
  expect(toolResults(asked[1])[0]).toContain(MISFIT);
});

test("a refusal that a router quotes from the server behind it is told as well", async () => {
  const raw = JSON.stringify(refusal('{"name":"look","arguments":{}}'));
  const error = { message: "Provider returned error", code: 400, metadata: { raw } };
  answers.push(asStatus({ error }), done(MODELS.chat));
  const { result } = await ask(MODELS.chat);
  expect(result?.output).toBe("Done.");
});

test("a recorded refusal replays the same, without a server", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/main.yaml`;
  const router = createProviderRouter({ env: ENV, nowMs: () => 0 });
  answers.push(asStatus(refusal('{"name":"look","arguments":{"a":1}}')), done(MODELS.chat));
  const worker = aWorker("main", { model: MODELS.chat, calls: [aTool("look")] });
  const recorded = await runWith(worker, { path, mode: "record" }, { script: router });
  const replayed = await runWith(worker, { path, mode: "replay" }, {});
  expect(replayed.error).toBeUndefined();
  expect(replayed.result).toEqual(recorded.result);
  expect(toolResults(replayed.asked[1])).toEqual(toolResults(recorded.asked[1]));
  expect(toolResults(replayed.asked[1])[0]).toContain(MISFIT);
});
