import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import { parseCases } from "./parse-cases.ts";

const PATH = "/project/main.cases.yaml";

function parse(text: string) {
  return parseCases(text, PATH, "main.cases.yaml").cases;
}

function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
  return expect.unreachable("the file is taken");
}

describe("a case of few words", () => {
  const [one] = parse("cases:\n  - name: Says Hello, politely!\n    input: Hello.\n");

  test("is about the worker of its file's name", () => {
    expect(one?.files).toEqual(["/project/main.worker"]);
  });

  test("has its cassette beside, by its name", () => {
    expect(one?.cassette).toBe("/project/cassettes/main/says-hello-politely.yaml");
  });

  test("is answered by recorded decisions, once, and must pass", () => {
    expect(one).toMatchObject({ approvals: { kind: "recorded" }, samples: 1, minPass: 1 });
  });
});

describe("what stands above the cases", () => {
  test("is their default, the project as a whole", () => {
    const cases = parse(
      "files: [a.worker, tools.ts]\nmodel: test\nlimits: { max_calls: 3 }\ncases:\n" +
        "  - { name: one }\n  - { name: two, worker: b.worker, limits: { max_tokens: 9 } }\n",
    );
    expect(cases.map(({ files }) => files)).toEqual([
      ["/project/a.worker", "/project/tools.ts"],
      ["/project/b.worker"],
    ]);
    expect(cases[1]).toMatchObject({ model: "test", limits: { maxCalls: 3, maxTokens: 9 } });
  });
});

describe("an input", () => {
  test("is a text or JSON; attachments go with a text", () => {
    const cases = parse(
      "cases:\n  - { name: a, input: Hi }\n  - { name: b, input: { n: 1 } }\n" +
        "  - { name: c, input: Hi, attachments: [x.pdf] }\n",
    );
    expect(cases.map(({ input }) => input)).toEqual([
      "Hi",
      { n: 1 },
      { input: "Hi", attachments: ["x.pdf"] },
    ]);
  });
});

describe("what is expected", () => {
  const read = (expectation: string) =>
    parse(`cases:\n  - name: a\n    expect: ${expectation}\n`)[0]?.expect;

  test("of the output is a value, or matchers that all must fit", () => {
    expect(read("{ output: Hi }")?.output).toEqual({ kind: "equals", value: "Hi" });
    expect(read("{ output: { title: x } }")?.output).toEqual({
      kind: "equals",
      value: { title: "x" },
    });
    expect(read("{ output: { contains: [a, b], matches: /^c/i } }")?.output).toEqual({
      kind: "all",
      of: [
        { kind: "contains", parts: ["a", "b"] },
        { kind: "matches", pattern: /^c/i },
      ],
    });
    expect(read('{ output: { jsonpath: { "$.a[*].b": [1] } } }')?.output).toEqual({
      kind: "path",
      path: "$.a[*].b",
      value: { kind: "equals", value: [1] },
    });
  });

  test("of a call's input is what some of its fields are", () => {
    expect(read("{ calls: [{ function: f, input: { path: a }, times: 2 }] }")?.calls).toEqual([
      {
        function: "f",
        input: { kind: "fields", fields: new Map([["path", { kind: "equals", value: "a" }]]) },
        times: { least: 2, most: 2 },
      },
    ]);
  });

  test("of files is that they are there, are not, or hold something", () => {
    const files = read(
      "{ files: { a: present, b: absent, c: { contains: x }, d: 'absent' } }",
    )?.files;
    expect([...(files ?? [])]).toEqual([
      ["a", { kind: "present" }],
      ["b", { kind: "absent" }],
      ["c", { kind: "present", content: { kind: "contains", parts: ["x"] } }],
      ["d", { kind: "present", content: { kind: "equals", value: "absent" } }],
    ]);
  });
});

describe("a file that is wrong", () => {
  test.each([
    [
      "an unknown key",
      "cases:\n  - name: a\n    inptu: x\n",
      /unknown key "inptu".*\n.*:3:5\nTry: write "input"/,
    ],
    ["no cases", "model: test\n", /a file of cases has no cases/],
    [
      "a name twice",
      "cases:\n  - name: a\n  - name: a\n",
      /two cases have the name "a".*:2:5\n.*:3:5/s,
    ],
    [
      "a shared cassette",
      "cases:\n  - name: a b\n  - name: a, b\n",
      /share the cassette.*\n.*:3:5/,
    ],
    ["no name", "cases:\n  - input: x\n", /has no name/],
    [
      "a bad pattern",
      "cases:\n  - name: a\n    expect: { output: { matches: '(' } }\n",
      /no regular expression/,
    ],
    [
      "a bad JSONPath",
      "cases:\n  - name: a\n    expect: { output: { jsonpath: { '$[': 1 } } }\n",
      /no JSONPath/,
    ],
    [
      "an exit code that no command has",
      "cases:\n  - name: a\n    expect: { exit_code: 9 }\n",
      /one of the exit codes/,
    ],
    [
      "a misspelt policy",
      "cases:\n  - name: a\n    approvals: approve_all\n",
      /Try: write "approve-all"/,
    ],
    [
      "an unknown key deep inside",
      "cases:\n  - name: a\n    expect: { usage: { max_token: 3 } }\n",
      /"max_tokens"/,
    ],
  ])("with %s is refused with the place", (_what, text, report) => {
    expect(refusal(text)).toMatch(report);
  });
});
