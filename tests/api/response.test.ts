import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { start } from "../../src/api/open-project.ts";
import type { AnswerPart } from "../../src/model/message.ts";
import {
  answer,
  answering,
  codeFile,
  deltas,
  end,
  ProjectFolder,
  silentTransport,
  toolCall,
  withTools,
} from "./a-project.ts";

interface Sent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function sentIn(text: string): readonly Sent[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [, name = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { name, data: JSON.parse(data) };
    });
}

describe("toResponse", () => {
  test("sends the events, each under its name, and the result at the end", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(answer("Hello\n\nAda")) });
    const response = handle.toResponse({ headers: { "x-own": "1" } });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(response.headers.get("x-own")).toBe("1");
    const sent = sentIn(await response.text());
    expect(sent.every(({ name, data }) => data["kind"] === name)).toBe(true);
    expect(sent[0]?.name).toBe("run-start");
    expect(sent.at(-1)?.data).toMatchObject({ kind: "result", output: "Hello\n\nAda" });
  });

  test("sends the named kinds only, and always the result", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const handle = project.start({ input: "Hi", transport: answering(answer("Hello")) });
    const sent = sentIn(await handle.toResponse({ only: ["text-delta"] }).text());
    expect(new Set(sent.map(({ name }) => name))).toEqual(new Set(["text-delta", "result"]));
  });

  const LOOKS = {
    "main.worker": withTools("look"),
    "tools.ts": codeFile(
      "export const tools = toolset({",
      '  look: tool({ description: "Look.", input: z.object({}), effect: "pure", run: () => 1 }),',
      "});",
    ),
  };
  const broken = { kind: "restart", reason: "the stream broke" } as const;

  test("sends the answer as a page shows it, whatever the model took back", async () => {
    using folder = new ProjectFolder(LOOKS);
    const project = await folder.open();
    const looks = answer("Let me look.", toolCall("look"));
    const says = answer("Dear Ada, hello.");
    const transport = answering(looks, [...deltas("Dear Ada, "), broken, ...says]);
    const handle = project.start({ input: "Hi", transport });
    const sent = sentIn(await handle.toResponse({ only: ["answer"] }).text());
    let shown = "";
    const screens: string[] = [];
    for (const { data } of sent.filter(({ name }) => name === "answer")) {
      expect(data["runId"]).toBe(handle.runId);
      expect("text" in data).not.toBe("added" in data);
      shown = "text" in data ? String(data["text"]) : shown + String(data["added"]);
      screens.push(shown);
    }
    expect(screens).toContain("Let me look.");
    expect(screens.at(-1)).toBe("Dear Ada, hello.");
    for (const screen of screens) {
      expect("Let me look.".startsWith(screen) || "Dear Ada, hello.".startsWith(screen)).toBe(true);
    }
    expect(sent.at(-1)?.data).toMatchObject({ kind: "result", output: shown });
    expect(new Set(sent.map(({ name }) => name))).toEqual(new Set(["answer", "result"]));
  });

  test("tells whoever gets the deltas when they begin again", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const transport = answering([...deltas("Dear "), broken, ...answer("Dear Ada.")]);
    const handle = project.start({ input: "Hi", transport });
    const sent = sentIn(await handle.toResponse({ only: ["text-delta"] }).text());
    const from = sent.findIndex(({ name }) => name === "answer-restart");
    const texts = sent.slice(from).map(({ data }) => data["text"] ?? "");
    expect(texts.join("")).toBe("Dear Ada.");
  });

  test("tells no more of an error than its code, unless errors are named", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const sentOf = async (init: Parameters<typeof handle.toResponse>[0]) =>
      sentIn(await handle.toResponse(init).text()).at(-1)?.data;
    let handle = project.start({ input: "Hi", transport: answering() });
    const { runId } = handle;
    expect(await sentOf({ only: ["answer"] })).toEqual({ kind: "error", runId, code: "call" });
    const told = await sentOf({ only: ["answer", "error"] });
    expect(told).toMatchObject({ kind: "error", code: "call", report: expect.any(String) });
    handle = start({ files: ["gone.worker"], input: "Hi", host: folder.host });
    expect(await sentOf({ only: [] })).not.toHaveProperty("message");
    expect(await sentOf({})).toHaveProperty("message");
  });

  test.each([
    [{ onyl: ["text-delta"] }, 'unknown key "onyl"', "only in the place of onyl"],
    [{ only: ["text-detla"] }, "only must be a list of kinds of events", "text-delta"],
    [{ only: "text-delta" }, "only must be a list of kinds of events", "only: ["],
    [{ only: new Set(["text-delta"]) }, "only must be a list of kinds of events", "only: ["],
    [null, "it must be an object, not null", "only"],
  ])(
    "is refused for %j: a client would get more or less than was meant",
    async (init, reason, tries) => {
      using folder = new ProjectFolder();
      const project = await folder.open();
      const handle = project.start({ input: "Hi", transport: answering(answer("Hello")) });
      const refused = {
        code: "usage",
        what: "response",
        reason: expect.stringContaining(reason),
        tries: [expect.stringContaining(tries)],
      };
      expect(() => handle.toResponse(init as never)).toThrow(expect.objectContaining(refused));
      await handle.result;
    },
  );

  test("sends an error as an event, once", async () => {
    using folder = new ProjectFolder();
    const project = await folder.open();
    const failing = project.start({ input: "Hi", transport: answering() });
    const errors = sentIn(await failing.toResponse().text()).filter(({ name }) => name === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]?.data).toMatchObject({ code: "call" });
    const gone = start({ files: ["gone.worker"], input: "Hi", host: folder.host });
    const sent = sentIn(await gone.toResponse().text());
    expect(sent).toMatchObject([{ name: "error", data: { code: "file" } }]);
  });

  test.each(["hono", "node:http"] as const)(
    "cancels the run when the client of %s goes",
    async (by) => {
      using folder = new ProjectFolder();
      const project = await folder.open();
      const ended = Promise.withResolvers<unknown>();
      const respond = () => {
        const handle = project.start({ input: "Hi", transport: silentTransport });
        handle.result.catch(ended.resolve);
        return handle.toResponse();
      };
      const app = new Hono().get("/", respond);
      const server =
        by === "hono"
          ? serve({
              fetch: app.fetch,
              port: 0,
              hostname: "127.0.0.1",
              overrideGlobalObjects: false, // other tests share this process
            })
          : createServer((_request, out) => {
              const { body, headers } = respond();
              out.writeHead(200, Object.fromEntries(headers));
              const stream = Readable.fromWeb(body as never);
              out.on("close", () => stream.destroy());
              stream.on("error", () => undefined).pipe(out);
            }).listen(0, "127.0.0.1");
      if (!server.listening) await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const client = new AbortController();
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: client.signal });
      const reader = response.body?.getReader();
      await reader?.read();
      client.abort();
      await reader?.closed.catch(() => undefined);
      expect(await ended.promise).toMatchObject({ code: "aborted", cause: "the client has gone" });
      server.close();
    },
  );

  test("withdraws the question of a run whose client goes", async () => {
    using folder = new ProjectFolder({
      "main.worker": withTools("look").replace("pre_approved: true", ""),
      "tools.ts": codeFile('export const tools = toolset({ look: aTool("look") });'),
    });
    const project = await folder.open();
    const asked = Promise.withResolvers<AbortSignal>();
    const call: AnswerPart = toolCall("look");
    const handle = project.start({
      input: "Hi",
      transport: answering([{ kind: "part", part: call }, end("tool-calls")]),
      approvals: (_request, { signal }) => {
        asked.resolve(signal);
        return new Promise(() => undefined); // whoever would answer has gone
      },
    });
    const reader = handle.toResponse({ only: ["approval-request"] }).body?.getReader();
    const signal = await asked.promise;
    expect(signal.aborted).toBe(false);
    await reader?.cancel();
    await expect(handle.result).rejects.toMatchObject({ code: "aborted" });
    expect(signal.aborted).toBe(true);
    const kinds: string[] = [];
    const reading = (async () => {
      for await (const { kind } of handle) kinds.push(kind);
    })();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
    expect(kinds).toContain("approval-request");
    expect(kinds.at(-1)).toBe("run-end");
    expect(kinds.filter((kind) => kind === "approval-decision")).toHaveLength(1);
  });
});
