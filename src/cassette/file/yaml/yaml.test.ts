import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Json } from "../../../model/json.ts";
import { readOwnYaml } from "./read-yaml.ts";
import { writeYaml } from "./write-yaml.ts";

const nasty = fc.constantFrom(
  "",
  " ",
  "\n",
  "\n\n",
  " a\nb",
  "a\n\n\nb\n\n",
  "---\n---",
  "- a",
  "a: b",
  "yes",
  "null",
  "1e3",
  "#x",
  "a #b",
  "\ttab\nx",
  "x\r\ny",
  "\u2028\nx",
  "\ufeffx\ny",
  "\u0085\n",
  "'",
  '"',
  "\\",
  "|",
  "a\n  \nb",
  "a  \n  b\t\n\n c ",
  '"a" \\ \n\\\n"',
  "a ",
  "é\nü",
  "😀\n😀",
  "\ud800",
  "x".repeat(200),
  `${"y ".repeat(90)}`,
  "\n\n  x",
  "{a: 1}",
  "0x1F",
  "1_000",
  "~",
  "=",
  "<<",
  "!t",
  "&a",
  "*a",
  "%",
  "@",
  "`",
  "2026-01-01",
  "12:30:45",
  "anthropic:claude-haiku-4-5",
  "a:b c",
  "a:",
  "a:b:c",
  "a b:c",
);
const text = fc.oneof(
  nasty,
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.lorem({ maxCount: 30 }),
  fc.string({ unit: fc.constantFrom("a", " ", "\n", "-", ":") }),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    fc.constantFrom<Json>(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true })
      .map((fields) => fields as Json),
  ),
})).value;
const fields = fc.dictionary(
  fc.oneof(
    text.filter((key) => key !== "__proto__"),
    fc.constantFrom("output", "text_json", "user_json_spaced"),
  ),
  json,
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
);
const runs = { numRuns: 1000 };

describe("the cassette's YAML", () => {
  test("means to a general parser what was written", () => {
    fc.assert(
      fc.property(fields, (value) => {
        expect(parse(writeYaml(value), { maxAliasCount: 0 })).toEqual(value);
      }),
      runs,
    );
  });

  test("means to the fast reader what was written", () => {
    fc.assert(
      fc.property(fields, (value) => {
        expect(readOwnYaml(writeYaml(value))).toEqual(value);
      }),
      runs,
    );
  });

  test("has nothing but the object's own keys in column 0", () => {
    fc.assert(
      fc.property(json, (value) => {
        const lines = writeYaml({ key: value }).split("\n").slice(1);
        for (const line of lines) expect(line === "" || line.startsWith(" ")).toBe(true);
      }),
      runs,
    );
  });

  test("has no blank at the end of a line, so that trimming lines changes nothing", () => {
    fc.assert(
      fc.property(fields, (value) => {
        expect(writeYaml(value)).not.toMatch(/[ \t]$/m);
      }),
      runs,
    );
  });

  test("the fast reader agrees with a general parser or stays silent, whatever was edited", () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat(3),
      put: fc.constantFrom(
        "",
        " ",
        "\n",
        "x",
        ":",
        "- ",
        "'",
        "#",
        "  ",
        "&",
        "*",
        ",",
        "]",
        "}",
        "\t",
        "\\",
        '"',
        "1",
      ),
    });
    fc.assert(
      fc.property(fields, edit, (value, { at, cut, put }) => {
        const written = writeYaml(value);
        const start = at % (written.length + 1);
        const edited = written.slice(0, start) + put + written.slice(start + cut);
        const read = readOwnYaml(edited);
        if (read !== undefined) expect(read).toEqual(parse(edited, { maxAliasCount: 0 }));
      }),
      runs,
    );
  });

  test("keeps the lines of a text that a block cannot hold", () => {
    expect(writeYaml({ system: 'Hard break  \n  then "this"\n-- \nAda' })).toBe(
      `system: "\\
  Hard break  \\n\\
  \\u0020 then \\"this\\"\\n\\
  -- \\n\\
  Ada"
`,
    );
  });

  test("puts one item of data on a line", () => {
    const items = [1, 2].map((id) => ({ id, name: `a lamp, the ${id}th`, tags: ["a", "b"] }));
    expect(writeYaml({ output: { items, of: "the shop" } })).toBe(`output:
  items:
    - { id: 1, name: "a lamp, the 1th", tags: [a, b] }
    - { id: 2, name: "a lamp, the 2th", tags: [a, b] }
  of: the shop
`);
  });

  test("reads well", () => {
    expect(
      writeYaml({
        exchange: "5f0c9a1e7b3d4c21",
        system: "You organize files.\nBe brief.\n",
        messages: [{ user: "Organize the files" }],
        response: [
          { tool_call: { id: "t1", name: "shell", input: { command: "ls messy_files" } } },
        ],
      }),
    ).toBe(`exchange: 5f0c9a1e7b3d4c21
system: |
  You organize files.
  Be brief.
messages:
  - user: Organize the files
response:
  - tool_call: { id: t1, name: shell, input: { command: ls messy_files } }
`);
  });
});
