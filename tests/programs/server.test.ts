import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../examples/server/client.ts";
import { type AnthropicServer, anthropicServer, type Reply } from "../support/anthropic-server.ts";
import { projectOf, startServer } from "./packed-programs.ts";

const TIMEOUT_MS = 60_000;

let project: ReturnType<typeof projectOf>;
let server: Awaited<ReturnType<typeof startServer>>;
let model: AnthropicServer;
/** What the model says from now on. */
let replies: Reply[] = [];

beforeAll(async () => {
  project = projectOf("server");
  model = await anthropicServer(
    () => replies.shift() ?? { kind: "error", status: 400, type: "no_reply_left" },
  );
  server = await startServer(project.path, model.env);
}, TIMEOUT_MS);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model.close();
  project[Symbol.dispose]();
});

async function screens(question: string): Promise<readonly string[]> {
  const shown: string[] = [];
  for await (const screen of ask(server.url, question)) shown.push(screen);
  return shown;
}

test("a stream that breaks begins anew on the screen", { timeout: TIMEOUT_MS }, async () => {
  replies = [
    { kind: "cut", text: "Dear Ada, " },
    { kind: "text", text: "Dear Ada, hello." },
  ];
  const shown = await screens("Greet Ada.");
  expect(shown.at(-1)).toBe("Dear Ada, hello.");
  for (const screen of shown) expect("Dear Ada, hello.".startsWith(screen)).toBe(true);
  expect(replies).toEqual([]);
});

test("text beside a tool call gives way to the answer", async () => {
  replies = [
    { kind: "tool-call", text: "Let me look.", name: "find_order", input: { number: "7" } },
    { kind: "text", text: "One." },
  ];
  const shown = await screens("How many things are in order 7?");
  expect(shown).toContain("Let me look.");
  expect(shown.at(-1)).toBe("One.");
  expect(shown.filter((screen) => /look.*One/.test(screen))).toEqual([]);
});

test("the request to the model ends when the client goes", async () => {
  replies = [{ kind: "hang", text: "Once upon a time " }];
  const client = new AbortController();
  const reading = (async () => {
    for await (const screen of ask(server.url, "Tell a tale.", client.signal)) {
      if (screen.includes("time")) client.abort();
    }
  })();
  await expect(reading).rejects.toThrow("abort");
  await model.left; // the model's server sees it
});

test("a question has bounds of its own", async () => {
  const looks: Reply = { kind: "tool-call", name: "find_order", input: { number: "7" } };
  replies = Array.from({ length: 9 }, () => looks);
  await expect(screens("Look for ever.")).rejects.toThrow(/^limit$/); // and nothing of our files
  expect(replies.length).toBeGreaterThan(0);
  replies = [];
  expect(await screens("And now?").catch(({ message }: Error) => message)).toBe("provider");
});

test.each([
  ["no JSON", "hello", 400],
  ["another key", JSON.stringify({ input: { attachments: ["/etc/passwd"] } }), 400],
  ["too long a question", JSON.stringify({ question: "a".repeat(2001) }), 400],
  ["too long a body", JSON.stringify({ question: "a".repeat(20_000) }), 413],
])("a body with %s asks no model", async (_what, body, status) => {
  const before = model.requests.length;
  const response = await fetch(server.url, { method: "POST", body });
  expect(response.status).toBe(status);
  expect(model.requests).toHaveLength(before);
});
