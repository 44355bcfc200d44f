import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnthropicServer, anthropicServer } from "../support/anthropic-server.ts";
import { projectOf, startServer } from "./packed-programs.ts";

const TIMEOUT_MS = 60_000;
const CHROMIUM = "/usr/bin/chromium";

let project: ReturnType<typeof projectOf>;
let server: Awaited<ReturnType<typeof startServer>>;
let model: AnthropicServer;

beforeAll(async () => {
  project = projectOf("web_approvals");
  model = await anthropicServer(({ messages }) => {
    const results = JSON.stringify(messages.at(-1)?.content);
    if (messages.length === 1) {
      const [order = ""] = /order \w+/.exec(results) ?? [];
      return { kind: "tool-call", text: "Wait.", name: "refund", input: { order, euros: 7 } };
    }
    return { kind: "text", text: results.includes("refunded") ? "It is paid back." : "Not paid." };
  });
  server = await startServer(project.path, model.env);
}, TIMEOUT_MS);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await model.close();
  project[Symbol.dispose]();
});

const json = (body: object, method = "POST") => ({
  method,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

interface Sent {
  readonly kind: string;
  readonly id?: string;
  readonly [key: string]: unknown;
}

/** A run, as a page sees it. */
class SeenRun {
  readonly path: string;
  readonly #controller = new AbortController();
  readonly #events: AsyncGenerator<Sent>;

  constructor(id: string) {
    this.path = `${server.url}/runs/${id}`;
    this.#events = this.#read();
  }

  static async start(task: string): Promise<SeenRun> {
    const response = await fetch(`${server.url}/runs`, json({ task }));
    const { id } = (await response.json()) as { id: string };
    return new SeenRun(id);
  }

  /** The next event of a kind. */
  async next(kind: string): Promise<Sent> {
    for (;;) {
      const { value, done } = await this.#events.next();
      if (done) throw new Error(`no ${kind} came`);
      if (value.kind === kind) return value;
    }
  }

  answer(id: string | undefined, body: object) {
    return fetch(`${this.path}/questions/${encodeURIComponent(id ?? "")}`, json(body));
  }

  async stop(): Promise<void> {
    expect((await fetch(this.path, json({}, "DELETE"))).status).toBe(204);
  }

  leave(): void {
    this.#controller.abort();
  }

  async *#read(): AsyncGenerator<Sent> {
    const { signal } = this.#controller;
    const { body } = await fetch(`${this.path}/events`, { signal });
    let waiting = "";
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (waiting + piece).split("\n\n");
      waiting = events.pop() ?? "";
      for (const event of events) yield JSON.parse(event.replace(/^.*\ndata: /, "")) as Sent;
    }
  }
}

test.each([
  [true, "It is paid back."],
  [false, "Not paid."],
])("a person's answer is taken once: allow %s", { timeout: TIMEOUT_MS }, async (allow, output) => {
  const run = await SeenRun.start(`Pay order a${allow} back.`);
  const question = await run.next("approval-request");
  expect(question).toMatchObject({ tool: "refund", input: { euros: 7 } });
  expect((await run.answer(question.id, { allow: "yes" })).ok).toBe(false); // decides nothing
  expect((await run.answer("another", { allow: true })).status).toBe(409);
  expect((await run.answer(question.id, { allow })).status).toBe(204);
  const decision = await run.next("approval-decision");
  expect(decision).toMatchObject({ id: question.id, allowed: allow, by: "person" });
  expect((await run.next("result"))["output"]).toBe(output);
  expect((await run.answer(question.id, { allow: true })).status).toBe(409); // too late
  const refunds = server.lines.filter((line) => line.includes(`order a${allow}`));
  expect(refunds).toHaveLength(allow ? 1 : 0);
});

test.each([
  ["is stopped", (run: SeenRun) => run.stop()],
  ["is left by its page", async (run: SeenRun) => run.leave()],
])("a run that %s while it waits takes its question back", async (how, end) => {
  const order = `order b${how.length}`;
  const run = await SeenRun.start(`Pay ${order} back.`);
  const { id } = await run.next("approval-request");
  await end(run);
  // Whoever looks, then or later, learns of it.
  const seen = how === "is stopped" ? run : new SeenRun(run.path.replace(/.*\//, ""));
  const decision = await seen.next("approval-decision");
  expect(decision).toMatchObject({ id, allowed: false, by: "abort" });
  expect((await seen.next("error"))["code"]).toBe("aborted");
  expect((await run.answer(id, { allow: true })).status).toBe(409);
  expect(server.lines.join("\n")).not.toContain(order);
});

test("a page of another site starts nothing", async () => {
  const before = model.requests.length;
  const headers = { "content-type": "text/plain", origin: "https://evil.example" };
  const body = JSON.stringify({ task: "Pay order z back." });
  const response = await fetch(`${server.url}/runs`, { method: "POST", headers, body });
  expect(response.status).toBe(403);
  expect(model.requests).toHaveLength(before);
});

test.runIf(existsSync(CHROMIUM))(
  "the page asks, answers and stops",
  { timeout: TIMEOUT_MS },
  async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width: 800, height: 420 } });
      await page.goto(server.url);
      const begin = async (task: string) => {
        await page.getByLabel("Task").fill(task);
        await page.getByRole("button", { name: "Start" }).click();
        await page.locator("section").waitFor();
      };
      const button = (name: string) => page.getByRole("button", { name });
      const told = page.locator("p");

      await begin("Pay order c1 back.");
      expect(await page.locator("section").textContent()).toContain(
        '{"order":"order c1","euros":7}',
      );
      await button("Allow").click();
      await told.filter({ hasText: "It is paid back." }).waitFor();
      expect(await page.locator("section").count()).toBe(0);

      await begin("Pay order c2 back.");
      await button("Stop").click();
      await told.filter({ hasText: "It ended: aborted." }).waitFor();
      expect(await page.locator("section").count()).toBe(0);
      expect(await button("Start").isEnabled()).toBe(true);
    } finally {
      await browser.close();
    }
  },
);
