import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { parseScript } from "./script-file.ts";
import type { ScriptItem } from "./script-item.ts";

const FILE = "main.yaml";

function said(item: ScriptItem | undefined): unknown[] {
  return item?.steps.map((step) => (step.kind === "say" ? step.part : step)) ?? [];
}

function reportOf(text: string): string {
  try {
    parseScript(text, FILE);
  } catch (error) {
    if (isLlmDoError(error) && error.code === "file") return error.report();
    throw error;
  }
  return expect.unreachable("the script was read");
}

describe("an item", () => {
  test("is a text, which ends the answer", () => {
    const items = parseScript("- All sorted.\n- 42\n- |\n  two\n  lines\n", FILE);
    expect(items.map(said)).toEqual([
      [{ kind: "text", text: "All sorted." }],
      [{ kind: "text", text: "42" }],
      [{ kind: "text", text: "two\nlines\n" }],
    ]);
    expect(items[0]?.ending).toEqual({
      kind: "end",
      stop: "end",
      usage: { inputTokens: 0, outputTokens: 0 },
    });
  });

  test("is a map, whose parts come in the order in which they stand", () => {
    const [item] = parseScript(
      [
        "- thinking: Hm.",
        "  text: I look.",
        "  tool_call: { name: ls, input: { path: ., deep: [1, true, null] } }",
        "  usage: { input_tokens: 5, output_tokens: 7, cache_read_tokens: 2 }",
        "  delay_ms: 20",
      ].join("\n"),
      FILE,
    );
    expect(said(item)).toEqual([
      { kind: "wait", durationMs: 20 },
      { kind: "thinking", text: "Hm." },
      { kind: "text", text: "I look." },
      { kind: "tool-call", id: "call_1", name: "ls", input: { path: ".", deep: [1, true, null] } },
    ]);
    expect(item?.ending).toEqual({
      kind: "end",
      stop: "tool-calls",
      usage: { inputTokens: 5, outputTokens: 7, cacheReadTokens: 2 },
    });
  });

  test("is a list of maps, as with several tool calls", () => {
    const [item] = parseScript(
      "- - { tool_call: { name: a, id: x } }\n  - { tool_call: { name: b }, stop: max-tokens }\n",
      FILE,
    );
    expect(said(item)).toEqual([
      { kind: "tool-call", id: "x", name: "a", input: {} },
      { kind: "tool-call", id: "call_1", name: "b", input: {} },
    ]);
    expect(item?.ending).toMatchObject({ stop: "max-tokens" });
  });

  test("takes a usage as cassettes write it", () => {
    const [item] = parseScript("- { text: a, usage: { inputTokens: 3, outputTokens: 4 } }", FILE);
    expect(item?.ending).toMatchObject({ usage: { inputTokens: 3, outputTokens: 4 } });
  });

  test("is an error, also after the beginning of an answer", () => {
    const items = parseScript(
      "- error: { status: 529, type: overloaded_error, message: busy }\n" +
        "- [{ text: half }, { error: { message: socket hang up } }]\n",
      FILE,
    );
    expect(items[0]?.ending).toEqual({
      kind: "error",
      status: 529,
      type: "overloaded_error",
      message: "busy",
    });
    expect(said(items[1])).toEqual([{ kind: "text", text: "half" }]);
    expect(items[1]?.ending).toMatchObject({ kind: "error", message: "socket hang up" });
  });

  test("may be for one worker and one text only", () => {
    const items = parseScript("- { text: a, when: { worker: w, contains: b c } }\n- b\n", FILE);
    expect(items.map((item) => item.when)).toEqual([{ worker: "w", contains: "b c" }, {}]);
  });

  test("may be empty when it says how it stops", () => {
    const [item] = parseScript("- stop: refusal\n", FILE);
    expect(item).toMatchObject({ steps: [], ending: { stop: "refusal" } });
  });

  test("may repeat another through an alias", () => {
    const items = parseScript("- &call { tool_call: { name: ls } }\n- *call\n", FILE);
    expect(items.flatMap(said)).toMatchObject([{ id: "call_1" }, { id: "call_2" }]);
    expect(items.map(({ place }) => place.line)).toEqual([1, 2]);
  });
});

test("tool calls get ids that no other call of the script has", () => {
  const calls = fc.array(fc.option(fc.constantFrom("call_1", "call_2", "call_3", "x")), {
    minLength: 1,
  });
  fc.assert(
    fc.property(calls, (ids) => {
      const script = ids.map((id) => ({ tool_call: { name: "ls", ...(id ? { id } : {}) } }));
      const parts = parseScript(stringify(script), FILE).flatMap(said) as { id: string }[];
      expect(parts.map(({ id }, index) => ids[index] ?? id)).toEqual(parts.map(({ id }) => id));
      const generated = parts.filter((_part, index) => !ids[index]).map(({ id }) => id);
      expect(new Set(generated).size).toBe(generated.length);
      expect(generated.filter((id) => ids.some((other) => other === id))).toEqual([]);
    }),
  );
});

test("a tool call's input is read as it was written", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (input) => {
      fc.pre(input !== null);
      const yaml = stringify([{ tool_call: { name: "ls", input } }], {
        defaultKeyType: "QUOTE_DOUBLE", // a plain << merges
      });
      const [item] = parseScript(yaml, FILE);
      expect(JSON.stringify(said(item)[0])).toContain(JSON.stringify(input));
    }),
  );
});

describe("a script that is wrong names the place", () => {
  test.each<[string, string, string]>([
    ["not YAML", "- a\n- [b\n", 'Failed to read "main.yaml": the script is not valid YAML: '],
    ["two documents", "- a\n---\n- b\n", "not valid YAML: it holds more than one document"],
    ["empty", "", "the script holds no items\n  at main.yaml"],
    ["only comments", "# nothing\n", "the script holds no items\n  at main.yaml"],
    ["an empty list", "[]\n", "the script holds no items\n  at main.yaml:1:1"],
    ["not a list", "text: a\n", "a script is a YAML list with one item per request\n  at main"],
    [
      "an empty item",
      "- a\n-\n- b\n",
      '"[1]" must be a text, a map or a list of maps, not nothing\n  at main.yaml:2:2',
    ],
    ["a list in an item", "- [[a]]\n", '"[0][0]" must be a text or a map, not a list\n  at main'],
    ["an empty map", "- {}\n", "the item says nothing\n  at main.yaml:1:3\nTry: add"],
    ["an empty list as an item", "- []\n", "the item says nothing\n  at main.yaml:1:3"],
    ["only a usage", "- usage: { input_tokens: 1 }\n", "the item says nothing"],
    [
      "an unknown key",
      "- a\n- text: b\n  dealy_ms: 3\n",
      'unknown key "dealy_ms" in "[1]"\n  at main.yaml:3:3\nTry: write "delay_ms"',
    ],
    [
      "an unknown key far from all",
      "- { tool_call: { name: a, frequency: 1 } }\n",
      'unknown key "frequency" in "[0].tool_call"\n  at main.yaml:1:27\nTry: use one of: name, input, id',
    ],
    ["an unknown stop", "- { text: a, stop: tool_calls }\n", 'Try: write "tool-calls"'],
    [
      "a text that is a map",
      "- text: { a: b }\n",
      '"[0].text" must be text, not a map\n  at main.yaml:1:9',
    ],
    [
      "a call without a name",
      "- tool_call: { input: {} }\n",
      '"[0].tool_call" has no name\n  at main.yaml:1:14',
    ],
    [
      "a call that is a text",
      "- tool_call: ls\n",
      '"[0].tool_call" must be a map of name, input, id, not text "ls"',
    ],
    [
      "a negative delay",
      "- { text: a, delay_ms: -1 }\n",
      '"[0].delay_ms" must be a number of at least 0, not the number -1',
    ],
    ["half a token", "- { text: a, usage: { input_tokens: 1.5 } }\n", "must be a whole number"],
    [
      "an input beyond JSON",
      "- tool_call: { name: a, input: .nan }\n",
      ".nan is not a number that JSON can say\n  at main.yaml:1:32",
    ],
    [
      "an input in itself",
      "- tool_call: { name: a, input: &self [*self] }\n",
      "the alias *self has no finished anchor &self before it\n  at main.yaml:1:39",
    ],
    [
      "two ids alike",
      "- - tool_call: { name: a, id: x }\n  - tool_call: { name: b, id: x }\n",
      '"[0][1].tool_call" has the id "x" of another call of its item\n  at main.yaml:2:16',
    ],
    ["two stops", "- - { text: a, stop: end }\n  - { text: b, stop: end }\n", 'only one "stop"'],
    ["something after an error", "- [{ error: { status: 500 } }, a]\n", "nothing can come after"],
    ["an error with a stop", "- { error: { status: 500 }, stop: end }\n", 'no "stop"'],
    [
      "an error that says nothing",
      "- error: {}\n",
      '"[0].error" says nothing\n  at main.yaml:1:10',
    ],
    ["an alias of nothing", "- *gone\n", "the alias *gone has no finished anchor"],
    [
      "a key given twice",
      "- text: a\n  text: b\n",
      'the key "text" is given twice, first on line 1',
    ],
  ])("%s", (_what, text, expected) => {
    const report = reportOf(text);
    expect(report).toContain(expected);
    expect(report).toContain("\n  at main.yaml");
  });

  test("aliases that grow without bound", () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const below = level === 0 ? "x" : `*a${level - 1}`;
      return `- &a${level} [${Array(10).fill(below).join(", ")}]`;
    });
    expect(reportOf(levels.join("\n"))).toContain("the script has more than 100000 values");
  });
});
