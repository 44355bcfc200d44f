import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { type Message, userText } from "../../src/model/message.ts";
import {
  goingOn,
  problems,
  question,
  record,
  run,
  saying,
  TestSession,
  textOf,
} from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";
import { ask, done, listed, more, recorded } from "../support/sorting-conversation.ts";

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

test("a tool result has the id of its call", async () => {
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
    "  - tool: { id: t1, output: of t1 }",
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
