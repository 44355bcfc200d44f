import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { CassetteFile } from "../../src/cassette/file/cassette-file.ts";
import { NO_RULES } from "../../src/cassette/rules/rules.ts";
import { CassetteSession } from "../../src/cassette/session/session.ts";
import type { CassetteOptions } from "../../src/cassette/state/session-state.ts";
import { verifyCassette } from "../../src/cassette/upkeep/verify.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { type Answer, answerEvents, collectAnswer } from "../../src/model/answer.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { anyConversation, anyText, exchangesOf } from "../support/conversations.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

// Some hundred runs each, or several processes: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const signal = new AbortController().signal;
const caller = { callId: "main", worker: "main" };
const runs = { numRuns: 100 };

const noTransport: ModelTransport = {
  stream: () => {
    throw new Error("the network was asked in replay");
  },
};

function answering(answers: readonly Answer[]): ModelTransport {
  const left = [...answers];
  return {
    async *stream() {
      const answer = left.shift();
      if (!answer) throw new Error("asked more often than answered");
      yield* answerEvents(answer);
    },
  };
}

function ask(transport: ModelTransport, request: ModelRequest): Promise<Answer> {
  return collectAnswer(transport.stream(request, { signal, caller }));
}

function open(path: string, mode: CassetteOptions["mode"]): CassetteSession {
  return CassetteSession.open({ path, mode, host: testHost() });
}

type Exchanges = ReturnType<typeof exchangesOf>;

async function record(path: string, exchanges: Exchanges, mode: "record" | "auto" = "record") {
  const session = open(path, mode);
  const transport = session.transport(answering(exchanges.map(({ answer }) => answer)));
  for (const { request } of exchanges) await ask(transport, request);
  return session.close({ ok: true });
}

/** The same value as other objects, as a second run would make it. */
function afresh<T>(value: T): T {
  return structuredClone(value);
}

const QUIET = { logLevel: "silent" } as const;

describe("a cassette", () => {
  test("replays any conversation to the same answers, in as many exchanges", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, async (conversation) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const exchanges = exchangesOf(conversation);
        await record(path, exchanges);
        const session = open(path, "replay");
        const transport = session.transport(noTransport);
        for (const { request, answer } of afresh(exchanges)) {
          expect(await ask(transport, request)).toEqual(answer);
        }
        const { exchanges: tally } = session.close({ ok: true });
        expect(tally).toEqual({ served: exchanges.length, live: 0, missed: 0, unused: 0 });
      }),
      runs,
    );
  });

  test("is a YAML stream whose keys all fit, for any conversation", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, async (conversation) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const exchanges = exchangesOf(conversation);
        await record(path, exchanges);
        const documents = parseAllDocuments(readFileSync(path, "utf8"));
        expect(documents).toHaveLength(exchanges.length + 1);
        expect(verifyCassette(CassetteFile.read(path, nodeFileSystem), NO_RULES)).toEqual([]);
      }),
      runs,
    );
  });

  test("recorded in two runs of auto is the cassette of one, to the byte", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, async (conversation) => {
        using folder = temporaryFolder();
        const [whole, halves] = [join(folder.path, "a.yaml"), join(folder.path, "b.yaml")];
        const exchanges = exchangesOf(conversation);
        await record(whole, exchanges);
        await record(halves, exchanges.slice(0, 1), "auto");
        const session = open(halves, "auto");
        const transport = session.transport(
          answering(exchanges.slice(1).map(({ answer }) => answer)),
        );
        for (const { request } of afresh(exchanges)) await ask(transport, request);
        session.close({ ok: true });
        expect(readFileSync(halves, "utf8")).toBe(readFileSync(whole, "utf8"));
      }),
      runs,
    );
  });

  const changes: Record<string, (request: ModelRequest, text: string) => ModelRequest> = {
    instructions: (request, text) => ({ ...request, system: request.system + text }),
    model: (request, text) => ({ ...request, model: request.model + text }),
    "a tool more": (request, text) => ({
      ...request,
      tools: [...request.tools, { name: text, description: "", inputSchema: {} }],
    }),
    "a tool's description": (request, text) => ({
      ...request,
      tools: request.tools.map((tool) => ({ ...tool, description: tool.description + text })),
    }),
    "a tool's schema": (request, text) => ({
      ...request,
      tools: request.tools.map((tool) => ({
        ...tool,
        inputSchema: { ...tool.inputSchema, title: `${tool.inputSchema["title"]}${text}` },
      })),
    }),
    settings: (request) => ({ ...request, settings: { ...request.settings, topK: 7 } }),
    "server-side tools": (request) => ({
      ...request,
      serverTools: [...request.serverTools, { type: "web_fetch" }],
    }),
    "the output schema": (request, text) => ({
      ...request,
      outputSchema: { ...request.outputSchema, title: `${request.outputSchema?.["title"]}${text}` },
    }),
    "the history's end": (request, text) => ({
      ...request,
      messages: [...request.messages, { kind: "user", content: [{ kind: "text", text }] }],
    }),
    "the history's beginning": (request, text) => ({
      ...request,
      messages: [{ kind: "user", content: [{ kind: "text", text }] }, ...request.messages],
    }),
  };

  test.each(Object.keys(changes))("misses after any change of %s", async (what) => {
    const change = changes[what]!;
    await fc.assert(
      fc.asyncProperty(
        anyConversation,
        anyText.filter((text) => text !== ""),
        async (conversation, text) => {
          using folder = temporaryFolder();
          const path = join(folder.path, "a.yaml");
          const exchanges = exchangesOf(conversation).slice(0, 1);
          const request = exchanges[0]!.request;
          const changed = change(request, text);
          fc.pre(JSON.stringify(changed) !== JSON.stringify(request));
          await record(path, exchanges);
          const transport = open(path, "replay").transport(noTransport);
          await expect(ask(transport, afresh(changed))).rejects.toMatchObject({
            code: "cassette-miss",
          });
          expect(await ask(transport, request)).toEqual(exchanges[0]!.answer);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("cut at any byte keeps all entries that had ended, and auto records the rest again", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, fc.nat(), async (conversation, at) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const exchanges = exchangesOf(conversation);
        await record(path, exchanges);
        const whole = readFileSync(path);
        const ends = CassetteFile.read(path, nodeFileSystem).slices.map(({ end }) =>
          Buffer.byteLength(whole.toString("utf8").slice(0, end)),
        );
        const cut = at % (whole.length + 1);
        truncateSync(path, cut);
        const kept = CassetteFile.read(path, nodeFileSystem).slices.length;
        // An entry is whole without the line break at its end, which many editors take away.
        expect(kept).toBe(ends.filter((end) => end - 1 <= cut).length);
        const session = open(path, "auto");
        const transport = session.transport(
          answering(exchanges.slice(kept).map(({ answer }) => answer)),
        );
        for (const { request } of afresh(exchanges)) await ask(transport, request);
        session.close({ ok: true });
        // Where nothing had to be recorded again, nothing was written.
        const lost = cut === whole.length - 1 ? "\n" : "";
        expect(readFileSync(path, "utf8") + lost).toBe(whole.toString("utf8"));
      }),
      { numRuns: 100 },
    );
  });

  test("edited anywhere in a request fails verification or reads as before", async () => {
    await fc.assert(
      fc.asyncProperty(anyConversation, fc.nat(), async (conversation, at) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        await record(path, exchangesOf(conversation).slice(0, 1));
        const text = readFileSync(path, "utf8");
        const end = text.indexOf("\nresponse:");
        const start = text.indexOf("model:");
        const index = start + (at % (end - start));
        const edited = `${text.slice(0, index)}Q${text.slice(index + 1)}`;
        writeFileSync(path, edited);
        let findings: unknown;
        try {
          findings = verifyCassette(CassetteFile.read(path, nodeFileSystem), NO_RULES);
        } catch (error) {
          findings = [error];
        }
        const meaning = (stream: string) => JSON.stringify(parseAllDocuments(stream, QUIET)[1]);
        const meansTheSame = meaning(edited) === meaning(text);
        if (!meansTheSame) expect(findings).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
