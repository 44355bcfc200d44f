import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Json } from "../../src/model/json.ts";
import { type Message, userText } from "../../src/model/message.ts";
import { goingOn, problems, question, record, run, saying, textOf } from "../support/cassettes.ts";
import { anyText } from "../support/conversations.ts";
import { temporaryFolder } from "../support/host.ts";

const compact = (value: Json) => JSON.stringify(value);
const spaced = (value: Json) =>
  JSON.stringify(value, undefined, 1).replace(/,\n */g, ", ").replace(/\n */g, "");
const indented = (value: Json) => JSON.stringify(value, undefined, 2);

const anyData = fc.jsonValue({ stringUnit: "binary" }) as fc.Arbitrary<Json>;
const longData = fc
  .record({
    filler: fc.constant("a text that makes it long ".repeat(4)),
    data: anyData,
    [""]: anyText,
  })
  .map((fields) => [fields, fields] as Json);

function result(text: string, isError = false): Message {
  return { kind: "tool", id: "t1", name: "ls", content: [{ kind: "text", text }], isError };
}

const call = { kind: "tool-call", id: "t1", name: "ls", input: {} } as const;

/** A conversation in which a text stands wherever a text can stand. */
function conversation(text: string, isError: boolean) {
  const first = question(text);
  const calling = saying("", { parts: [{ kind: "text", text }, call], stop: "tool-calls" });
  const second = goingOn(first, calling, result(text, isError), {
    kind: "user",
    content: [
      { kind: "text", text },
      { kind: "text", text: "And this?" },
    ],
  });
  return [
    [first, calling],
    [second, saying(text)],
    [{ ...second, system: "Other.", messages: [...second.messages] }, saying(text)],
  ] as const;
}

describe("a text that is JSON", () => {
  test("reads as the very same text, whatever it holds and however it is written", async () => {
    const written = fc.constantFrom(compact, spaced, indented);
    await fc.assert(
      fc.asyncProperty(longData, written, fc.boolean(), async (value, write, isError) => {
        using folder = temporaryFolder();
        const path = join(folder.path, "a.yaml");
        const exchanges = conversation(write(value), isError);
        await record(path, exchanges);
        expect(problems(path)).toEqual([]);
        const { answers } = await run(
          { path },
          exchanges.map(([request]) => [request]),
        );
        expect(answers).toEqual(exchanges.map(([, answer]) => answer));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["as programs write it", compact, "_json"],
    ["as Python writes it", spaced, "_json_spaced"],
  ])("has one item on a line: %s", async (_how, write, suffix) => {
    using folder = temporaryFolder();
    const items = (name: string) =>
      ["lamp", name, "chair", "table"].map((title, id) => ({
        id,
        title,
        price: 10.5,
        tags: ["a"],
      }));
    const recorded = async (name: string) => {
      const path = join(folder.path, `${name}.yaml`);
      const first = question(write({ items: items("rug"), of: "the shop" }));
      const calling = saying("", { parts: [call], stop: "tool-calls" });
      const output = result(write({ items: items(name), of: "the shop" }));
      await record(path, [
        [first, calling],
        [goingOn(first, calling, output), saying(write(items(name)))],
      ]);
      return textOf(path).split("\n");
    };
    const before = await recorded("rug");
    expect(before).toEqual(
      expect.arrayContaining([
        `  - user${suffix}:`,
        `      output${suffix}:`,
        `  - text${suffix}:`,
      ]),
    );
    expect(before).toContain("      - { id: 1, title: rug, price: 10.5, tags: [a] }");
    const after = await recorded("carpet");
    const differing = before.filter((line, index) => line !== after[index]);
    // The result and the answer; and the key of the second exchange.
    expect(after).toHaveLength(before.length);
    expect(differing).toHaveLength(3);
  });

  test.each([
    ["short", '{"a":[1,2]}'],
    ["indented", indented({ a: "x".repeat(100) })],
    ["written in a third way", `{"a" :"${"x".repeat(100)}"}`],
    ["not exact", `{"a":1.0,"b":"${"x".repeat(100)}"}`],
    ["with a key twice", `{"a":1,"a":"${"x".repeat(100)}"}`],
    ["with a key that no map can have", `{"__proto__":"${"x".repeat(100)}"}`],
    ["very deep", "[".repeat(9999) + "]".repeat(9999)],
    ["not JSON", `{${"x".repeat(100)}}`],
  ])("stays as it is where it is %s", async (_what, text) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    await record(path, [[question(text), saying(text)]]);
    expect(textOf(path)).not.toContain("_json");
    expect((await run({ path }, [[question(text)]])).answers).toEqual([saying(text)]);
  });

  test("means the same to another reader of YAML", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.yaml");
    const value = { names: ["Ada Lovelace".repeat(6), "no", "1", "1e3", "~"], n: null, f: 1e21 };
    await record(path, [[{ ...question(""), messages: [userText(compact(value))] }, saying("ok")]]);
    const [, entry] = parseAllDocuments(textOf(path)).map((document) => document.toJS());
    expect(entry.messages).toEqual([{ user_json: value }]);
  });
});
