import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { formatSummary } from "../../src/cassette/state/summary-book.ts";
import { verifyCassette } from "../../src/cassette/upkeep/verify.ts";
import { formatPlace } from "../../src/errors/place.ts";
import type { Answer } from "../../src/model/answer.ts";
import type { Json, JsonObject } from "../../src/model/json.ts";
import type { Message } from "../../src/model/message.ts";
import type { ModelRequest } from "../../src/model/request.ts";
import { parseProjectConfig } from "../../src/project/config/project-config.ts";
import {
  goingOn,
  openFile,
  problems,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

const PAGE = readFileSync(new URL("../../docs/cassette.md", import.meta.url), "utf8");

/** The blocks of a language in the section of a heading. */
function blocksBelow(heading: string, language: string): readonly string[] {
  const [, section = ""] = PAGE.split(new RegExp(`^#+ ${heading}\n`, "m"));
  const [own = ""] = section.split(/^## /m);
  return [...own.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text]) => text ?? "",
  );
}

function blockBelow(heading: string, language: string): string {
  return blocksBelow(heading, language)[0] ?? expect.unreachable(`no ${language} below ${heading}`);
}

const shell = {
  name: "shell",
  description: "Run a command.",
  inputSchema: {
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
  },
};
const first: ModelRequest = question("Organize the files", {
  system: "You organize files.\nMove each into a folder by its kind.\n",
  tools: [shell],
  settings: { temperature: 0 },
});
const looks: Answer = saying("", {
  parts: [{ kind: "tool-call", id: "t1", name: "shell", input: { command: "ls messy_files" } }],
  stop: "tool-calls",
  usage: { inputTokens: 512, outputTokens: 40 },
});
const listing = "cat.jpg\ninvoice.pdf\n";
const result: Message = {
  kind: "tool",
  id: "t1",
  name: "shell",
  content: [{ kind: "text", text: listing }],
  isError: false,
};
const second = goingOn(first, looks, result);
const done = saying("There are two files: an image and an invoice.\n\nShall I move them?", {
  usage: { inputTokens: 580, outputTokens: 21 },
});

const LIST = {
  tool: "shell",
  input: { command: "ls messy_files" },
  effect: "local",
  callId: "main/shell",
} as const;

/** What the clock says each time that it is read while the example is recorded. */
const MOMENTS_MS = [0, 310, 702, 702, 714, 720, 1190, 1604];

async function recordExample(path: string): Promise<void> {
  const moments = MOMENTS_MS.values();
  const host = testHost();
  const clock = { ...host.clock, monotonicMs: () => moments.next().value ?? Number.NaN };
  const session = new TestSession({ path, mode: "record", host: { ...host, clock } }, looks, done);
  await session.ask(first);
  await session.session.effects.perform(LIST, async () => listing);
  await session.ask(second);
  session.close();
}

/** A file with the page's own example. */
function exampleOfPage(folder: string): string {
  const path = join(folder, "main.yaml");
  writeFileSync(path, blockBelow("The file", "yaml"));
  return path;
}

describe("the reference of cassettes", () => {
  test("its example is what is recorded, to the byte", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await recordExample(path);
    expect(blockBelow("The file", "yaml")).toBe(textOf(path));
  });

  test("its example is a sound cassette that replays", async () => {
    using folder = temporaryFolder();
    const path = exampleOfPage(folder.path);
    expect(problems(path)).toEqual([]);
    expect((await run({ path }, [[first], [second]])).answers).toEqual([looks, done]);
  });

  test("its code computes the keys of its example", async () => {
    const { keyOfRequest, keyOfEffect } = await codeOfPage();
    const [, opening, effect, turn] = parseAllDocuments(blockBelow("The file", "yaml")).map(
      (document) => document.toJS() as JsonObject, // each is a map, as the tests above show
    );
    const head = {
      model: opening?.["model"] ?? null,
      system: opening?.["system"] ?? "",
      tools: opening?.["tools"] ?? [],
      serverTools: opening?.["serverTools"] ?? [],
      settings: opening?.["settings"] ?? {},
    };
    const user = { kind: "user", content: [{ kind: "text", text: "Organize the files" }] };
    const call = {
      kind: "tool-call",
      id: "t1",
      name: "shell",
      input: { command: "ls messy_files" },
    };
    const tool = {
      kind: "tool",
      id: "t1",
      isError: false,
      content: [{ kind: "text", text: listing }],
    };
    const assistant = { kind: "assistant", parts: [call] };
    expect(keyOfRequest(head, [user])).toBe(opening?.["exchange"]);
    expect(keyOfRequest(head, [user, assistant, tool])).toBe(turn?.["exchange"]);
    expect(turn?.["after"]).toBe(opening?.["exchange"]);
    const { tool: name = null, input = null } = effect ?? {};
    expect(keyOfEffect({ tool: name, input })).toBe(effect?.["effect"]);
  });

  test("its code computes the keys of attachments, thoughts, schemas and what is opaque", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { keyOfRequest } = await codeOfPage();
    const extra = { wire: "anthropic", data: { b: 1, a: [null, "é"] } };
    const parts: Answer["parts"] = [
      { kind: "thinking", text: "Hm.", extra },
      { kind: "opaque", extra },
      { kind: "tool-call", id: "t1", name: "shell", input: {}, invalidInput: "{" },
    ];
    const file = {
      kind: "attachment",
      name: "a.pdf",
      mediaType: "application/pdf",
      sha256: "ab",
    } as const;
    const link = {
      kind: "attachment-url",
      mediaType: "image/png",
      url: "https://example.com/a.png",
    } as const;
    const outputSchema = { type: "object" };
    const request: ModelRequest = {
      ...question("", {
        tools: [shell],
        serverTools: [{ type: "web_search", maxUses: 2 }],
        outputSchema,
      }),
      messages: [
        { kind: "user", content: [{ ...file, bytes: new Uint8Array(7) }, link] },
        { kind: "assistant", parts },
        { ...result, content: [], isError: true },
      ],
    };
    await record(path, [[request, done]]);
    const { model, system, tools, serverTools, settings } = request;
    const key = keyOfRequest(
      // JSON by their types, which lack an index signature.
      { model, system, tools, serverTools, settings, outputSchema } as unknown as JsonObject,
      [
        { kind: "user", content: [file, link] },
        { kind: "assistant", parts: parts as unknown as Json },
        { kind: "tool", id: "t1", isError: true, content: [] },
      ],
    );
    expect(textOf(path)).toContain(`exchange: ${key}\n`);
  });

  test("its fields of entries stand in the order in which they are written", () => {
    const written = parseAllDocuments(blockBelow("The file", "yaml")).map(
      (document) => Object.keys(document.toJS() as JsonObject), // each is a map
    );
    for (const [heading, kind] of [
      ["An exchange", "exchange"],
      ["An effect", "effect"],
    ] as const) {
      const fields = fieldsBelow(heading);
      for (const entry of written.filter(([name]) => name === kind)) {
        expect(fields.filter((field) => entry.includes(field))).toEqual(entry);
      }
    }
    expect(fieldsBelow("An exchange")).toHaveLength(18);
  });

  test("its fields of a run are those that a header says", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const files = [join(folder.path, "main.worker")];
    const shaped = { limits: { maxCalls: 3 }, flags: ["--approve-all"] };
    const ran = { files, entry: "main", input: "Go.", model: "test", set: ["a=1"], ...shaped };
    await record(path, [[first, looks]], { run: ran });
    const [header] = parseAllDocuments(textOf(path)).map(
      (document) => document.toJS() as { readonly run: JsonObject }, // as the writer makes it
    );
    expect(fieldsBelow("The header")).toEqual(Object.keys(header?.run ?? {}));
  });

  test("its fields of a decision and its key are those that are written", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const { session } = new TestSession({ path, mode: "record" });
    const asked = { tool: "send", worker: "main", input: { to: "ada" } };
    const said = { allowed: false, reason: "not him", forSession: true, by: "person" };
    session.decisions.record({ ...asked, callId: "main/send" }, said, 1);
    session.close({ ok: true });
    const [, entry] = parseAllDocuments(textOf(path)).map(
      (document) => document.toJS() as JsonObject, // each is a map
    );
    expect(fieldsBelow("A decision")).toEqual(Object.keys(entry ?? {}));
    const { keyOfDecision } = await codeOfPage();
    expect(keyOfDecision(asked)).toBe(entry?.["decision"]);
  });

  test("its blob is what an entry holds", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(1024)]);
    const data = { type: "image", url: `data:image/png;base64,${png.toString("base64")}` };
    const painted = saying("", {
      parts: [{ kind: "opaque", extra: { wire: "openai-chat", data } }],
    });
    await record(path, [[first, painted]]);
    expect(textOf(path)).toContain(blockBelow("Blobs", "yaml"));
  });

  test("its refusal is what a secret leads to", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "main.yaml");
    const host = testHost({ env: { MAIL_PASSWORD: "correct-horse-battery" } });
    const leaking = { ...first, system: "Log in with correct-horse-battery." };
    const shown = await report(() => record(path, [[leaking, done]], { host }), folder.path);
    expect(blockBelow("Secrets", "text")).toBe(`${shown}\n`);
  });

  test("its rules load", () => {
    const { rules } = parseProjectConfig(
      blockBelow("Redacted and volatile text", "yaml"),
      "llm-do.yaml",
    );
    expect(rules).toMatchObject({
      redact: [{ pattern: /user-\d{6}/gu }],
      volatile: [{ replacement: "<date>" }],
    });
  });

  test("its miss report is what the code prints for its example", async () => {
    using folder = temporaryFolder();
    const path = exampleOfPage(folder.path);
    const changed = { ...first, system: first.system.replace("kind", "date") };
    const rerecord = 'llm-do main.worker "Organize the files" --cassette main.yaml --mode record';
    const shown = await report(() => run({ path, rerecord }, [[changed]]), folder.path);
    expect(blockBelow("The miss report", "text")).toBe(`${shown}\n`);
  });

  test("its summary is what a replay of its example prints", async () => {
    using folder = temporaryFolder();
    const path = exampleOfPage(folder.path);
    const session = new TestSession({ path });
    await session.ask(first);
    await session.session.effects.perform(LIST, async () => listing);
    await session.ask(second);
    const line = `cassette: ${formatSummary(session.close())}\n`;
    expect(blockBelow("The summary", "text")).toBe(line);
  });

  test("its verification is what an edit of its example leads to", () => {
    using folder = temporaryFolder();
    const path = exampleOfPage(folder.path);
    writeFileSync(path, textOf(path).replace("by its kind", "by its date"));
    const findings = verifyCassette(openFile(path), { redact: [], volatile: [] });
    const lines = findings.map(({ place, problem }) => `${formatPlace(place)}: ${problem}\n`);
    expect(blockBelow("Verification", "text")).toBe(
      lines.join("").replaceAll(`${folder.path}/`, ""),
    );
  });
});

interface PageCode {
  keyOfRequest(head: JsonObject, messages: readonly Json[]): string;
  keyOfEffect(asked: JsonObject): string;
  keyOfDecision(asked: JsonObject): string;
}

async function codeOfPage(): Promise<PageCode> {
  const code = encodeURIComponent(blockBelow("Keys", "js"));
  return await import(/* @vite-ignore */ `data:text/javascript,${code}`);
}

function fieldsBelow(heading: string): readonly string[] {
  const [, section = ""] = PAGE.split(`### ${heading}\n`);
  const [table = ""] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, field]) => field ?? "");
}
