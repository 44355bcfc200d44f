import { describe, expect, test } from "vitest";
import { check } from "../support/checking.ts";
import { codeFile, workerFile } from "../support/loading.ts";

const HAIKU = "model: anthropic:claude-haiku-4-5";
const NOTES = codeFile('export const notes = toolset({ add: aTool("add"), cut: aTool("cut") });');

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly with?: Parameters<typeof check>[1];
  readonly found: readonly string[];
}

const none: readonly string[] = [];

function table(cases: Readonly<Record<string, Case>>): void {
  test.each(Object.entries(cases))("%s", async (_title, { files, with: request, found }) => {
    expect((await check(files, request)).lines).toEqual(found);
  });
}

describe("files that do not load", () => {
  table({
    "are all found, and nothing of the others is hidden": {
      files: {
        "main.worker": workerFile(HAIKU, "setings: {}"),
        "second.worker": "no front matter",
        "third.worker": workerFile(HAIKU, "toolsets: [nots]"),
        "tools.ts": NOTES,
        "wrong.ts": "export const a = ;",
        "throws.ts": 'throw new Error("not today");',
      },
      with: {
        files: "main.worker second.worker third.worker tools.ts wrong.ts throws.ts none.ts".split(
          " ",
        ),
      },
      found: [
        'main.worker:3:1: unknown key "setings"',
        "none.ts: there is no such file",
        "second.worker:1:1: front matter is missing",
        expect.stringMatching(/^third\.worker:3:12: unknown toolset "nots"; known: notes, /),
        "throws.ts:1:7: it threw: not today",
        expect.stringMatching(/^wrong\.ts.*: it /),
      ] as string[],
    },
    "may hold what others name": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: { helper: {}, group: {} }"),
        "helper.worker": workerFile("nam: x"),
        "tools.ts": "export const group = ;",
      },
      found: [
        'helper.worker:2:1: unknown key "nam"',
        expect.stringMatching(/^tools\.ts.*: it /),
      ] as string[],
    },
    "may hold what uses the others": {
      files: {
        "main.worker": workerFile(HAIKU),
        "lost.worker": workerFile(HAIKU),
        "user.worker": workerFile(HAIKU, "toolsets: [lost"),
      },
      found: [expect.stringMatching(/^user\.worker:\d+:\d+: front matter is not valid YAML: /)],
    },
    "may hold the entry": {
      files: { "main.worker": workerFile("nam: x"), "helper.worker": workerFile(HAIKU) },
      found: ['main.worker:2:1: unknown key "nam"'],
    },
    "a project file that is wrong says nothing of the servers that it may add": {
      files: { "main.worker": workerFile("model: mine:m"), "llm-do.yaml": "redacted: []\n" },
      found: [expect.stringMatching(/^llm-do\.yaml:1:1: unknown key "redacted"/)] as string[],
    },
  });
});

describe("names", () => {
  table({
    "that do not resolve are found each, in one worker and in others": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets:", "  nots: {}", "  helpr: {}", "  helper: {}"),
        "helper.worker": workerFile("toolsets:", "  nothing: {}"),
        "tools.ts": NOTES,
      },
      found: [
        expect.stringMatching(/^helper\.worker:3:3: unknown toolset "nothing"; /),
        expect.stringMatching(/^main\.worker:4:3: unknown toolset "nots"; /),
        expect.stringMatching(/^main\.worker:5:3: unknown toolset "helpr"; /),
      ] as string[],
    },
    "of tools to approve are found each": {
      files: {
        "main.worker": workerFile(
          HAIKU,
          "toolsets:",
          "  notes:",
          "    _approval_config: { ad: { blocked: true }, add: { blocked: true }, ct: {} }",
        ),
        "tools.ts": NOTES,
      },
      found: [
        'main.worker:4:3: _approval_config names "ad", which "notes" does not have',
        'main.worker:4:3: _approval_config names "ct", which "notes" does not have',
      ],
    },
    "that two things have are found, and one of the two goes on": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: [same, oter]"),
        "a.ts": codeFile('export const same = aTool("a");'),
        "b.ts": codeFile('export const same = aTool("b"); export const other = aTool("other");'),
      },
      found: [
        "b.ts: same: two functions have this name: one in a.ts, one in b.ts",
        expect.stringMatching(/^main\.worker:3:18: unknown toolset "oter"; /),
      ] as string[],
    },
    "that are granted twice, and configuration that nothing takes": {
      files: {
        "main.worker": workerFile(
          HAIKU,
          "toolsets:",
          "  notes: { limit: 1 }",
          "  all: {}",
          "  add: {}",
        ),
        "tools.ts": `${NOTES}\nexport const all = toolset(() => toolset({ add: aTool("add") }));`,
      },
      found: [
        'main.worker:4:3: "notes" takes no configuration, and gets limit',
        'main.worker:6:3: "all" and "add" both bring a function "add"',
      ],
    },
    "no entry is found where nothing says which": {
      files: { "a.worker": workerFile(HAIKU), "b.worker": workerFile(HAIKU) },
      found: ['a.worker: entry: there is no function "main"; known: a, b'],
    },
    "an entry that is not there is found": {
      files: { "main.worker": workerFile(HAIKU) },
      with: { entry: "man" },
      found: ['main.worker: entry: there is no function "man"; known: main'],
    },
  });
});

describe("schemas that JSON Schema cannot express", () => {
  table({
    "are found with the tool's place, once, and hide nothing": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets:", "  dates: {}", "  day: {}", "  nothing: {}"),
        "tools.ts": codeFile(
          "const run = () => 1;",
          'const dated = (input, output) => tool({ description: "d", effect: "pure", input, output, run });',
          "export const dates = toolset({ since: dated(z.object({ at: z.date() })) });",
          "export const day = dated(z.object({}), z.date());",
        ),
      },
      found: [
        expect.stringMatching(/^main\.worker:6:3: unknown toolset "nothing"; /),
        "tools.ts:7:1: since: its input schema cannot be expressed in JSON Schema: Date cannot be represented in JSON Schema",
        "tools.ts:8:1: day: its output schema cannot be expressed in JSON Schema: Date cannot be represented in JSON Schema",
      ] as string[],
    },
    "are found in toolsets that are made for one worker": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets:", "  made: {}"),
        "tools.ts": codeFile(
          'const since = tool({ description: "d", effect: "pure", input: z.object({}), output: z.date(), run: () => 1 });',
          "export const made = toolset(() => toolset({ since }));",
        ),
      },
      found: [
        "main.worker:4:3: since: its output schema cannot be expressed in JSON Schema: Date cannot be represented in JSON Schema",
      ],
    },
  });
});

describe("models", () => {
  table({
    "none for the entry": {
      files: { "main.worker": workerFile("toolsets: [helper]"), "helper.worker": workerFile() },
      found: ['main.worker:1:1: no model is named for "main"'],
    },
    "none for a worker that only code calls": {
      files: {
        "main.ts": codeFile('export const main = aTool("main");'),
        "helper.worker": workerFile("name: helper"),
      },
      found: ['helper.worker:2:1: no model is named for "helper"'],
    },
    "--model, LLM_DO_MODEL and a caller's model are models": {
      files: { "main.worker": workerFile("toolsets: [helper]"), "helper.worker": workerFile() },
      with: { model: "test" },
      found: none,
    },
    "LLM_DO_MODEL is one as well, and is looked at": {
      files: { "main.worker": workerFile() },
      with: { env: { LLM_DO_MODEL: "nobody:m" } },
      found: ['LLM_DO_MODEL: nobody:m: there is no provider "nobody"'],
    },
    "of providers that nobody knows, each where it is named": {
      files: {
        "main.worker": workerFile("model: antropic:m", "toolsets: [a, b]"),
        "a.worker": workerFile(),
        "b.worker": workerFile("model: gpt"),
      },
      found: [
        "b.worker:2:1: gpt: a model's name is provider:model, and this one names no provider",
        'main.worker:2:1: antropic:m: there is no provider "antropic"',
      ],
    },
    "of servers that the project or the environment adds are known": {
      files: {
        "main.worker": workerFile("model: mine:m", "toolsets: [a]"),
        "a.worker": workerFile("model: local:m"),
        "llm-do.yaml": "providers: { mine: { base_url: 'http://localhost:1/v1' } }\n",
      },
      with: { env: { LLM_DO_PROVIDERS: "local=http://localhost:2/v1" } },
      found: none,
    },
    "of servers whose headers and query name variables that are not set": {
      files: {
        "main.worker": workerFile("model: mine:m", "toolsets: [a]"),
        "a.worker": workerFile("model: mine:n"),
        "llm-do.yaml": `providers:
  mine:
    base_url: http://localhost:1/v1
    headers: { api-key: '\${MINE_KEY}', x-team: '\${MINE_TEAM}' }
    query: { version: '\${MINE_VERSION}' }
  unused: { base_url: 'http://localhost:2/v1', headers: { x-team: '\${NOBODY}' } }
`,
      },
      with: { env: { MINE_TEAM: "blue" } },
      found: [
        'llm-do.yaml:4:25: mine: the header "api-key" names the environment variable MINE_KEY, which is not set',
        'llm-do.yaml:5:23: mine: the query parameter "version" names the environment variable MINE_VERSION, which is not set',
      ],
    },
    "of a script that is not there": {
      files: { "main.worker": workerFile("model: script:answers.yaml") },
      found: ["main.worker:2:1: answers.yaml: there is no such script"],
    },
    "that fit none of compatible_models": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: [a]"),
        "a.worker": workerFile("compatible_models: ['openai:*', 'groq:*']"),
      },
      found: [
        'a.worker:2:1: "a" would be asked with anthropic:claude-haiku-4-5, and is not compatible with it',
      ],
    },
    "of a caller go before what code would hand on": {
      files: {
        "a.worker": workerFile("settings: { top_k: 3 }"),
        "b.worker": workerFile(HAIKU, "toolsets: [a]"),
        "main.ts": codeFile('export const main = aTool("main");'),
      },
      with: { env: { LLM_DO_MODEL: "groq:m" } },
      found: none,
    },
    "of which one caller's fits": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: [a, b]"),
        "a.worker": workerFile("compatible_models: ['groq:*']"),
        "b.worker": workerFile("model: groq:m", "toolsets: [a]"),
      },
      found: none,
    },
  });
});

describe("what a model's provider does not take", () => {
  table({
    "is found without a key, each thing at its place": {
      files: {
        "main.worker": workerFile(
          HAIKU,
          "settings:",
          "  seed: 1",
          "  temperature: 0.5",
          "  thinking: high",
          "  frequency_penalty: 1",
          "server_side_tools:",
          "  - tool_type: web_search",
          "  - tool_type: image_generation",
        ),
      },
      found: [
        expect.stringMatching(/^main\.worker:4:3: .* does not take settings\.seed$/),
        expect.stringMatching(
          /^main\.worker:6:3: .* settings\.temperature together with thinking$/,
        ),
        expect.stringMatching(/^main\.worker:7:3: .* does not take settings\.frequency_penalty$/),
        expect.stringMatching(/^main\.worker:10:5: .* the server tool image_generation$/),
      ] as string[],
    },
    "is a tool choice that no tool answers to, at its place": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: [a, b, c]", "settings:", "  tool_choice: aa"),
        "a.worker": workerFile(HAIKU, "settings: { tool_choice: required }"),
        "b.worker": workerFile(HAIKU, "settings: { tool_choice: none, cache: 1h }"),
        "c.worker": workerFile(
          HAIKU,
          "toolsets: { a: {}, mcp: { command: nothing } }",
          "settings: { tool_choice: found_later }",
        ),
      },
      found: [
        expect.stringMatching(/^a\.worker:3:13: .*is required, and the worker has no tools$/),
        expect.stringMatching(/^main\.worker:5:3: .*names "aa", not a tool of the worker$/),
      ] as string[],
    },
    "is found by the provider of each model that is inherited": {
      files: {
        "main.worker": workerFile("model: openai:gpt-5", "toolsets: [a, b]"),
        "a.worker": workerFile("settings: { top_k: 3 }"),
        "b.worker": workerFile("model: groq:m", "toolsets: [a]"),
      },
      found: [
        expect.stringMatching(/^a\.worker:2:13: groq:m: .*top_k/),
        expect.stringMatching(/^a\.worker:2:13: openai:gpt-5: .*top_k/),
      ] as string[],
    },
    "is a file that an input schema names, too": {
      files: {
        "main.worker": workerFile(
          "model: deepseek:deepseek-chat",
          "toolsets: [a]",
          "input_schema:",
          "  type: object",
          "  properties:",
          "    attachments:",
          "      type: array",
          "      items: { type: string }",
          "      default: [deck.pdf, notes.md, what]",
        ),
        "a.worker": workerFile(
          HAIKU,
          "input_schema:",
          "  type: object",
          "  properties:",
          "    attachments: { type: array, items: { enum: [a.json, a.png] } }",
        ),
      },
      found: [
        expect.stringMatching(
          /^a\.worker:6:42: .* anthropic does not take "a\.json" \(application\/json\); it takes PDF, /,
        ),
        'main.worker:10:7: deepseek:deepseek-chat: deepseek does not take "deck.pdf" (application/pdf); it takes text files',
      ] as string[],
    },
    "is nothing for test and scripts": {
      files: {
        "main.worker": workerFile(
          "model: test",
          "settings: { top_k: 3, seed: 1 }",
          "toolsets: [a]",
        ),
        "a.worker": workerFile("model: script:answers.yaml", "settings: { top_k: 3, seed: 1 }"),
        "answers.yaml": "- Hello.\n",
      },
      found: none,
    },
  });
});

describe("functions that no run can reach", () => {
  table({
    "are workers, tools and toolsets that nobody below the entry is granted": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: [helper]"),
        "helper.worker": workerFile("toolsets: [notes, main]"),
        "lost.worker": workerFile(HAIKU, "toolsets: [rare]"),
        "tools.ts": NOTES,
        "more.ts": codeFile(
          'export const rare = toolset(() => toolset({ x: aTool("x") }));',
          'export const group = toolset({ y: aTool("y") });',
          'export const single = aTool("single");',
        ),
      },
      found: [
        'lost.worker:1:1: nothing that starts with "main" can call the worker "lost"',
        'more.ts:5:1: nothing that starts with "main" can call the toolset "rare"',
        'more.ts:6:1: nothing that starts with "main" can call the toolset "group"',
        'more.ts:7:1: nothing that starts with "main" can call the tool "single"',
      ],
    },
    "are others where another entry is named": {
      files: { "main.worker": workerFile(HAIKU), "other.worker": workerFile(HAIKU) },
      with: { entry: "other" },
      found: ['main.worker:1:1: nothing that starts with "other" can call the worker "main"'],
    },
    "are none below a code entry, which reaches all": {
      files: {
        "main.ts": codeFile('export const main = aTool("main");'),
        "tools.ts": NOTES,
        "a.worker": workerFile(HAIKU),
      },
      found: none,
    },
    "are those below the entry's own max_depth": {
      files: {
        "main.worker": workerFile(HAIKU, "limits: { max_depth: 1 }", "toolsets: [a]"),
        "a.worker": workerFile("toolsets: [main, deep]"),
        "deep.worker": workerFile(),
      },
      found: ['a.worker:2:18: "deep" would be called at depth 2, and "main" sets max_depth: 1'],
    },
    "are none at the depth itself": {
      files: {
        "main.worker": workerFile(HAIKU, "limits: { max_depth: 2 }", "toolsets: [a]"),
        "a.worker": workerFile("toolsets: [a, main, deep]"),
        "deep.worker": workerFile(),
      },
      found: none,
    },
  });
});

const ASKS = {
  "main.worker": workerFile(
    HAIKU,
    "toolsets:",
    "  notes: { _approval_config: { add: { pre_approved: true } } }",
    "  rules: {}",
    "  helper: {}",
  ),
  "helper.worker": workerFile(
    "toolsets: { notes: { _approval_config: { cut: { blocked: true } } } }",
  ),
  "tools.ts": NOTES,
  "rules.ts": codeFile(
    'const ruled = (approval) => tool({ description: "d", input: z.object({ n: z.number().optional() }), effect: "pure", approval, run: () => 1 });',
    "export const rules = toolset({",
    '  free: ruled("allow"), never: ruled({ deny: "no" }), asks: ruled("ask"),',
    '  depends: ruled(({ n }) => (n ? "allow" : "ask")), always: ruled(() => "ask"),',
    "});",
  ),
};

describe("approvals", () => {
  table({
    "that are given and refused at once are found": {
      files: {
        "main.worker": workerFile(
          HAIKU,
          "toolsets:",
          "  notes:",
          "    _approval_config:",
          "      add: { pre_approved: true, blocked: true }",
          "      cut: { pre_approved: true, blocked: false }",
        ),
        "tools.ts": NOTES,
      },
      found: ['main.worker:6:7: "add" is both pre_approved and blocked'],
    },
    "that a person would be asked for are nothing wrong": { files: ASKS, found: none },
    "that need a person are found beside a file that does not load": {
      files: {
        "main.worker": workerFile(HAIKU, "toolsets: [notes]"),
        "tools.ts": codeFile('export const notes = toolset({ add: aTool("add") });'),
        "wrong.worker": workerFile("nam: x"),
      },
      with: { headless: true },
      found: [
        'main.worker:3:12: "add" needs approval, and a headless run has nobody to give it',
        'wrong.worker:2:1: unknown key "nam"',
      ],
    },
    "that always need a person are wrong where there is none": {
      files: ASKS,
      with: { headless: true },
      found: [
        'helper.worker:2:13: "add" needs approval, and a headless run has nobody to give it',
        'main.worker:4:3: "cut" needs approval, and a headless run has nobody to give it',
        'main.worker:5:3: "always" needs approval, and a headless run has nobody to give it',
        'main.worker:5:3: "asks" needs approval, and a headless run has nobody to give it',
      ],
    },
  });
});

test("a finding has the code of the error that a run would end with, and what to do", async () => {
  const { findings } = await check({
    "main.worker": workerFile(HAIKU, "toolsets: [nots]"),
    "t.ts": NOTES,
  });
  expect(findings).toEqual([
    {
      code: "project",
      place: { file: "main.worker", line: 3, column: 12 },
      problem: expect.stringContaining("unknown toolset"),
      tries: ['write "notes"'],
    },
  ]);
});

test("a project with nothing wrong says how many functions it has", async () => {
  const files = { "main.worker": workerFile(HAIKU, "toolsets: [notes]"), "tools.ts": NOTES };
  expect(await check(files)).toMatchObject({ findings: [], functions: 3 });
});
