import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collectAnswer } from "../../../src/model/answer.ts";
import { userText } from "../../../src/model/message.ts";
import { createProviderRouter } from "../../../src/providers/registry.ts";
import { type Answering, saying, sending, useWireServer } from "./wire-server.ts";
import { type SpokenWire, WIRES } from "./wires.ts";

// Servers quote keys in their errors, and send requests on to other servers.

const server = useWireServer();
const wires = WIRES.map((wire) => [wire.name, wire] as const);

async function failureWith(key: string, wire: SpokenWire): Promise<string> {
  const env = { ...server.env, ANTHROPIC_API_KEY: key, OPENAI_API_KEY: key };
  const router = createProviderRouter({ env, nowMs: () => 0 });
  const request = {
    model: wire.model,
    system: "",
    messages: [userText("Go.")],
    tools: [],
    serverTools: [],
    settings: {},
  };
  const stream = router.stream(request, { signal: new AbortController().signal });
  try {
    return JSON.stringify(await collectAnswer(stream));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `${error.message}\n${JSON.stringify(error)}`;
  }
}

/** The longest beginning or end of a key that a text shows. */
function shownOf(key: string, text: string): number {
  for (let length = key.length; length > 0; length--) {
    if (text.includes(key.slice(0, length)) || text.includes(key.slice(-length))) return length;
  }
  return 0;
}

describe.each(wires)("a key that the wire %s sent", (_name, wire) => {
  const key = "QZ-TOP-4711-QXJWK-0815-VYQ";

  test("is not shown by an error, wherever the server quotes it", async () => {
    const forms: readonly ((text: string) => Answering)[] = [
      (text) => sending(JSON.stringify({ error: { message: text } }), "application/json", 400),
      (text) => sending(text, "text/plain", 400),
      (text) => sending(text, "text/plain"),
      (text) => sending(`<html><title>${text}</title></html>`, "text/html"),
      (text) => sending(`data: ${JSON.stringify({ type: "error", error: { message: text } })}\n\n`),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...forms),
        fc.oneof(fc.nat(90), fc.integer({ min: 560, max: 620 })),
        async (form, before) => {
          server.answer(form(`${"x".repeat(before)}${key} and more words of the server`));
          expect(shownOf(key, await failureWith(key, wire))).toBeLessThan(4);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is not shown as the reason for which an answer stopped", async () => {
    server.answer(saying(wire, { text: "Hm.", stop: key }, "document"));
    const said = await failureWith(key, wire);
    expect(said).toContain("reason that is not known");
    expect(shownOf(key, said)).toBeLessThan(4);
  });

  test.each([
    ["with its white space on one line", "my  odd\tsecret", "my odd secret"],
    ["as HTML writes it", "ab&cd<ef>-secret", "ab&amp;cd&lt;ef&gt;-secret"],
  ])("is not shown %s", async (_what, odd, quoted) => {
    const body = JSON.stringify({ error: { message: `bad key ${quoted}!` } });
    server.answer(sending(body, "application/json", 400));
    const said = await failureWith(odd, wire);
    expect(said).toContain("bad key [key]!");
  });
});

describe("a redirect", () => {
  const asked: string[] = [];
  const other = createServer((request, response) => {
    asked.push(String(request.url));
    response.end();
  });
  let otherUrl = "";
  beforeAll(async () => {
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`; // it listens on a port
  });
  afterAll(() => {
    other.closeAllConnections();
    other.close();
  });

  const redirecting =
    (status: number, location: string): Answering =>
    (response) => {
      response.writeHead(status, { location });
      response.end();
    };

  test.each(
    WIRES.flatMap((wire) =>
      [301, 302, 303, 307, 308].map((status) => [wire.name, status, wire] as const),
    ),
  )("of %s with status %i to another server is an error", async (_name, status, wire) => {
    asked.length = 0;
    server.answer(redirecting(status, `${otherUrl}/sign-in?token=secret`));
    const said = await failureWith("some-key-1", wire);
    expect(said).toContain(`${status}: it sends requests on to ${otherUrl}/sign-in`);
    expect(said).not.toContain("token=");
    expect(asked).toEqual([]);
    expect(server.bodies).toHaveLength(1);
  });

  /** Places that are not the server's own, by what differs from its address. */
  const elsewhere: Readonly<Record<string, (own: URL) => string>> = {
    "another scheme": (own) => `https://${own.host}/a`,
    "another name of this machine": (own) => `http://localhost:${own.port}/a`,
    "a user of its own": (own) => `http://somebody:pa55word@${own.host}/a`,
    "no host at all": () => "data:text/plain,hello",
    "no address at all": () => "http://[",
  };

  test.each(
    WIRES.flatMap((wire) =>
      Object.entries(elsewhere).map(([what, place]) => [wire.name, what, wire, place] as const),
    ),
  )("of %s to %s is an error", async (_name, _what, wire, place) => {
    const own = new URL(server.env["ANTHROPIC_BASE_URL"] ?? "");
    server.answer(redirecting(307, place(own)));
    const said = await failureWith("some-key-1", wire);
    expect(said).toContain("307: it sends requests on to ");
    expect(said).not.toContain("pa55word");
    expect(server.bodies).toHaveLength(1);
  });

  test.each(wires)("of %s that leads away in a second step is an error", async (_name, wire) => {
    asked.length = 0;
    server.answer(redirecting(308, "/moved"), redirecting(307, `${otherUrl}/and-back`));
    expect(await failureWith("some-key-1", wire)).toContain(`sends requests on to ${otherUrl}`);
    expect(asked).toEqual([]);
    expect(server.bodies).toHaveLength(2);
  });

  test.each(
    WIRES.flatMap((wire) => [301, 302, 303].map((status) => [wire.name, status, wire] as const)),
  )("of %s with status %i, which would lose the body, is an error", async (_name, status, wire) => {
    server.answer(redirecting(status, "/moved"));
    expect(await failureWith("some-key-1", wire)).toContain(`${status}: it sends requests on`);
    expect(server.bodies).toHaveLength(1);
  });

  test.each(wires)("of %s within the server is followed, and not for ever", async (_name, wire) => {
    server.answer(
      redirecting(307, "/moved"),
      redirecting(308, "moved-again"),
      saying(wire, { text: "Hi." }),
    );
    expect(await failureWith("some-key-1", wire)).toContain("Hi.");
    expect(server.bodies[2]).toEqual(server.bodies[0]);
    server.answer(redirecting(307, "/round"));
    expect(await failureWith("some-key-1", wire)).toContain("another of its addresses");
  });
});
