import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import type { Answer } from "../../src/model/answer.ts";
import { type Message, userText } from "../../src/model/message.ts";
import {
  goingOn,
  problems,
  question,
  record,
  report,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

const ask = question("Sort them.\n\nAll of them.\n", {
  tools: [{ name: "ls", description: "List files.", inputSchema: { type: "object" } }],
  settings: { temperature: 0 },
});
const listed: Answer = saying("", {
  parts: [
    { kind: "text", text: "First: list.\nThen: sort.\n" },
    { kind: "tool-call", id: "t1", name: "ls", input: { path: "." } },
  ],
  stop: "tool-calls",
});
const more = goingOn(ask, listed, {
  kind: "tool",
  id: "t1",
  name: "ls",
  content: [{ kind: "text", text: "a\nb\n" }],
  isError: false,
});
const done = saying("Done.");

async function recorded(path: string): Promise<string> {
  await record(path, [
    [ask, listed],
    [more, done],
  ]);
  return textOf(path);
}

async function replays(path: string): Promise<void> {
  expect((await run({ path }, [[ask], [more]])).answers).toEqual([listed, done]);
  expect(problems(path)).toEqual([]);
}

describe("a cassette is read as before", () => {
  test("with carriage returns from version control", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    writeFileSync(path, (await recorded(path)).replaceAll("\n", "\r\n"));
    await replays(path);
  });

  test("with a byte order mark and comments", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = (await recorded(path)).replace(/^stop: .*$/gm, "$& # checked");
    writeFileSync(path, `\ufeff${text}`);
    await replays(path);
  });

  test.each([
    ["JSON strings and wide lines", { defaultStringType: "QUOTE_DOUBLE", lineWidth: 0 }],
    ["single quotes and narrow folded text", { singleQuote: true, lineWidth: 20 }],
    ["one value on a line, deeply indented", { collectionStyle: "block", indent: 4 }],
  ] as const)("written in another style: %s", async (_what, style) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const documents = parseAllDocuments(await recorded(path)).map((document) => document.toJS());
    const [header, ...entries] = documents.map((fields) => stringify(fields, style));
    expect(header).toMatch(/^"?cassette"?: 1\n$/);
    writeFileSync(
      path,
      ["cassette: 1\n", ...entries]
        .join("---\n")
        .replace(/^"(exchange|after|call|source)"/gm, "$1"),
    );
    const session = new TestSession({ path });
    expect(session.session.warnings).toEqual([]);
    await replays(path);
  });

  test("with the fields of an entry in another order", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await recorded(path);
    const moved = text.replace(/(response:\n(?: .*\n)+)(stop: .*\n)/g, "$2$1");
    expect(moved).not.toBe(text);
    writeFileSync(path, moved);
    await replays(path);
  });

  test("with blank lines and a comment at its end", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    writeFileSync(path, `${await recorded(path)}\n# the end\n\n`);
    await replays(path);
    await run({ path, mode: "auto" }, [[question("New?"), saying("New.")]]);
    await replays(path);
  });
});

describe("what is no cassette is an error with its place", () => {
  async function reported(content: string | Buffer | undefined): Promise<string> {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    if (content === undefined) mkdirSync(path);
    else writeFileSync(path, content);
    const shown = await report(() => run({ path }, [[ask]]), folder.path);
    // In auto a live answer must not be appended to something else.
    if (!shown.includes("holds no exchange")) {
      expect(await report(() => run({ path, mode: "auto" }, [[ask, done]]), folder.path)).toBe(
        shown,
      );
    }
    return shown;
  }

  test("a worker file", async () => {
    expect(await reported("---\nmodel: test\n---\nYou organize files.\n")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is not a cassette: it does not begin with "cassette: 1"
        at a.yaml:1
      Try: name a cassette, or a new file, behind --cassette"
    `);
  });

  test("another YAML file", async () => {
    expect(await reported("cassettes:\n  - a\n")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is not a cassette: it does not begin with "cassette: 1"
        at a.yaml:1
      Try: name a cassette, or a new file, behind --cassette"
    `);
  });

  test("another version", async () => {
    expect(await reported("cassette: 2\n---\nexchange: 5f0c9a1e7b3d4c21\n")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it has format 2, and this version of llm-do reads format 1
        at a.yaml:1
      Try: use the version of llm-do that wrote it, or record it anew with --mode record"
    `);
  });

  test("binary garbage", async () => {
    expect(
      await reported(Buffer.from([0x89, 0x50, 0, 255, 254, 10, 0, 1, 2])),
    ).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is not a cassette: it does not begin with "cassette: 1"
        at a.yaml:1
      Try: name a cassette, or a new file, behind --cassette"
    `);
  });

  test("a folder", async () => {
    expect(await reported(undefined)).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": it is a directory
      Try: name a file, as in --cassette cassettes/main.yaml"
    `);
  });

  test("an empty file: a cassette without entries", async () => {
    expect(await reported("")).toMatchInlineSnapshot(`
      "Failed to replay "main": no recording answers its request: the cassette holds no exchange
        at a.yaml
        call: main, request e8972f83cf36fd34
      Try: record anew with --mode record"
    `);
  });

  test("a document that is no entry", async () => {
    const text = "cassette: 1\n---\nnote: not an entry\n---\neffect: 5f0c9a1e7b3d4c21\n";
    expect(await reported(text)).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": a document begins with "note: not an entry", expected exchange, effect or decision
        at a.yaml:3
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });
});

describe("an entry that a person broke is damage with its line", () => {
  async function broken(pattern: RegExp, replacement: string): Promise<string> {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const text = await recorded(path);
    const edited = text.replace(pattern, replacement);
    expect(edited).not.toBe(text);
    writeFileSync(path, edited);
    expect(problems(path).length).toBeGreaterThan(0);
    return report(() => run({ path }, [[ask], [more]]), folder.path);
  }

  test("an unknown stop reason", async () => {
    expect(await broken(/stop: end/, "stop: ended")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry bd4362b8e87c0fe5 is malformed: "stop" is "ended", expected one of end, tool-calls, max-tokens, stop-sequence, pause, refusal, context-window, interrupted, other
        at a.yaml:27
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("an answer that is no list", async () => {
    expect(await broken(/response:\n {2}- text: Done\./, "response: Done.")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry bd4362b8e87c0fe5 is malformed: "response" is not a list
        at a.yaml:27
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("text that is not YAML", async () => {
    expect(await broken(/usage: \{ /, "usage: { { ")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry e8972f83cf36fd34 is not YAML: Flow map in block collection must be sufficiently indented and end with a }
        at a.yaml:25
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("an alias", async () => {
    expect(await broken(/- text: Done\./, "- text: *done")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry bd4362b8e87c0fe5 is not YAML: Alias resolution is disabled
        at a.yaml:33
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });

  test("tokens that are no number", async () => {
    expect(await broken(/outputTokens: 20/, "outputTokens: many")).toMatchInlineSnapshot(`
      "Failed to read "a.yaml": entry e8972f83cf36fd34 is malformed: "outputTokens" is missing or not a number
        at a.yaml:3
      Try: restore it from version control, or record it anew with --mode record"
    `);
  });
});

describe("verify finds", () => {
  async function found(change: (text: string) => string): Promise<readonly string[]> {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const live = new TestSession({ path, mode: "record" }, listed, done);
    await live.ask(ask);
    const mail = {
      tool: "mail",
      input: { to: "you" },
      effect: "external",
      callId: "main",
    } as const;
    await live.session.effects.perform(mail, async () => "sent");
    live.session.effects.sample("now", "main", () => 17);
    await live.ask(more);
    live.close();
    const text = textOf(path);
    writeFileSync(path, change(text));
    return problems(path).map((problem) => problem.replaceAll(/[0-9a-f]{16}/g, "KEY"));
  }

  test("nothing in a sound cassette", async () => {
    expect(await found((text) => text)).toEqual([]);
  });

  test("an edited request, and that what goes on from it no longer fits", async () => {
    expect(
      await found((text) => text.replace("All of them.", "None of them.")),
    ).toMatchInlineSnapshot(`
      [
        "3: the key KEY does not fit its request: it was edited",
        "41: the key KEY does not fit its request: it, or an entry that it goes on from, was edited",
      ]
    `);
  });

  test("an edited answer that a later request carries", async () => {
    expect(
      await found((text) => text.replace("First: list.", "First: look.")),
    ).toMatchInlineSnapshot(`
      [
        "41: the key KEY does not fit its request: it, or an entry that it goes on from, was edited",
      ]
    `);
  });

  test("nothing in an edited answer that no request carries: that is how answers are written by hand", async () => {
    expect(await found((text) => text.replace("Done.", "All done."))).toEqual([]);
  });

  test("an edited effect, and an edited reading of the clock", async () => {
    expect(
      await found((text) =>
        text.replace("to: you", "to: me").replace("sampled: now", "sampled: random"),
      ),
    ).toMatchInlineSnapshot(`
      [
        "27: the key KEY does not fit its effect: it was edited",
        "35: the key KEY does not fit its effect: it was edited",
      ]
    `);
  });

  test("a parent that is not there", async () => {
    expect(
      await found((text) => text.replace(/^after: .*$/m, "after: 00112233445566aa")),
    ).toMatchInlineSnapshot(`
      [
        "41: entry KEY is malformed: "after" names KEY, which no sound entry before it has",
      ]
    `);
  });

  test("an effect without an outcome", async () => {
    expect(await found((text) => text.replace("output: sent\n", ""))).toMatchInlineSnapshot(`
      [
        "27: entry KEY is malformed: it has no "output" and no "error"",
      ]
    `);
  });

  test("a torn tail", async () => {
    expect(await found((text) => text.slice(0, -20))).toMatchInlineSnapshot(`
      [
        "40: the last entry was cut short (190 bytes)",
      ]
    `);
  });

  test("all that is wrong, in the order of the file", async () => {
    expect(
      await found((text) =>
        text
          .replace("to: you", "to: me")
          .replace("All of them.", "None.")
          .replace("stop: end", "stop: fin"),
      ),
    ).toMatchInlineSnapshot(`
      [
        "3: the key KEY does not fit its request: it was edited",
        "27: the key KEY does not fit its effect: it was edited",
        "41: entry KEY is malformed: "stop" is "fin", expected one of end, tool-calls, max-tokens, stop-sequence, pause, refusal, context-window, interrupted, other",
      ]
    `);
  });
});

test("a tool result has the id of its call where there are several, and comes back with it anyway", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const call = (id: string) => ({ kind: "tool-call", id, name: "ls", input: {} }) as const;
  const result = (id: string, isError = false): Message => ({
    kind: "tool",
    id,
    name: "ls",
    content: [{ kind: "text", text: `of ${id}` }],
    isError,
  });
  const [one, two] = [
    saying("", { parts: [call("t1")] }),
    saying("", { parts: [call("t2"), call("t3")] }),
  ];
  const first = goingOn(ask, one, result("t1"));
  const second = goingOn(first, two, result("t2"), result("t3"));
  const third = goingOn(second, one, result("t1", true));
  const fourth = goingOn(third, one, result("another"));
  await record(path, [
    [first, two],
    [second, one],
    [third, one],
    [fourth, done],
  ]);
  expect(textOf(path).match(/^ +- tool:(?! ?$).*$/gm)).toEqual([
    "  - tool: of t1",
    "  - tool: { id: t2, output: of t2 }",
    "  - tool: { id: t3, output: of t3 }",
    "  - tool: { id: t1, error: of t1 }",
    "  - tool: { id: another, output: of another }",
  ]);
  expect(problems(path)).toEqual([]);
  const { answers } = await run({ path }, [[first], [second], [third], [fourth]]);
  expect(answers).toEqual([two, one, one, done]);
});

test("a request whose messages are all known needs no messages of its own", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const paused = saying("Wait.", { stop: "pause" });
  const on = goingOn(ask, paused);
  const last = goingOn(on, done, userText("Thanks."));
  await record(path, [
    [ask, paused],
    [on, done],
    [last, saying("Welcome.")],
  ]);
  expect(problems(path)).toEqual([]);
  const { answers } = await run({ path }, [[ask], [on], [last]]);
  expect(answers).toEqual([paused, done, saying("Welcome.")]);
});
