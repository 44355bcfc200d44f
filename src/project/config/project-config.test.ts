import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/host.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeFileSystem } from "../../host/files/node-file-system.ts";
import { PROVIDERS } from "../../providers/table/provider-table.ts";
import { findProjectConfig, loadProjectConfig, parseProjectConfig } from "./project-config.ts";

const FILE = "llm-do.yaml";

function reportOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (isLlmDoError(error) && error.code === "configuration") return error.report();
    throw error;
  }
  return expect.unreachable("it was taken");
}

describe("llm-do.yaml", () => {
  test("holds rules, as a pattern or a map, with flags gu and default replacements", () => {
    const text = [
      "redact:",
      "  - 'user-\\d+'",
      "  - { pattern: '[A-Z]{3}', replacement: '<id>', number: 100001 }",
      "volatile:",
      "  - { pattern: '\\d\\d:\\d\\d' }",
      "  - { pattern: ' +$', replacement: '' }",
    ].join("\n");
    const at = (line: number, column: number) => ({ file: FILE, line, column });
    expect(parseProjectConfig(text, FILE)).toEqual({
      rules: {
        redact: [
          { pattern: /user-\d+/gu, replacement: "<redacted>", place: at(2, 5) },
          { pattern: /[A-Z]{3}/gu, replacement: "<id>", number: 100001, place: at(3, 16) },
        ],
        volatile: [
          { pattern: /\d\d:\d\d/gu, replacement: "<volatile>", place: at(5, 16) },
          { pattern: / +$/gu, replacement: "", place: at(6, 16) },
        ],
      },
      providers: {},
    });
  });

  test("holds servers, which speak Chat Completions where nothing else is said", () => {
    const text = [
      "providers:",
      "  local: { base_url: http://localhost:8000/v1/ }",
      "  acme: { base_url: https://acme.test/v1, key_variable: ACME_KEY }",
      "  claude: { wire: anthropic, base_url: https://claude.test/v1, cache_marks: no }",
    ].join("\n");
    expect(parseProjectConfig(text, FILE).providers).toEqual({
      local: {
        wire: "openai-chat",
        baseUrl: "http://localhost:8000/v1",
        keyVariables: [],
        keyOptional: true,
        switches: {},
        headers: {},
        query: {},
      },
      acme: {
        wire: "openai-chat",
        baseUrl: "https://acme.test/v1",
        keyVariables: ["ACME_KEY"],
        keyOptional: false,
        switches: {},
        headers: {},
        query: {},
      },
      claude: {
        wire: "anthropic",
        baseUrl: "https://claude.test",
        keyVariables: [],
        keyOptional: true,
        switches: { cacheMarks: false },
        headers: {},
        query: {},
      },
    });
  });

  test("keeps of a built-in provider what is not said", () => {
    const text = [
      "providers:",
      "  mistral: { headers: { X-Team: blue }, json_schema: lenient }",
      "  openai: { base_url: https://proxy.test/v1, key_variable: PROXY_KEY }",
      "  groq: { key_variable: false }",
      "  deepseek: { wire: openai-responses }",
    ].join("\n");
    const { providers } = parseProjectConfig(text, FILE);
    expect(providers["mistral"]).toEqual({
      ...PROVIDERS["mistral"],
      switches: { ...PROVIDERS["mistral"]?.switches, jsonSchema: "lenient" },
      headers: {
        "x-team": { pieces: ["blue"], place: { file: FILE, line: 2, column: 33 } },
      },
      query: {},
    });
    expect(providers["openai"]).toMatchObject({
      wire: "openai-responses",
      baseUrl: "https://proxy.test/v1",
      baseUrlVariable: "OPENAI_BASE_URL",
      keyVariables: ["PROXY_KEY"],
    });
    expect(providers["groq"]).toMatchObject({ keyVariables: [], keyOptional: true });
    expect(providers["deepseek"]).toMatchObject({ wire: "openai-responses", switches: {} });
  });

  test.each(["", "# nothing yet\n", "redact:\nvolatile: []\nproviders: {}\n"])(
    "%j holds nothing",
    (text) => {
      const expected = { rules: { redact: [], volatile: [] }, providers: {} };
      expect(parseProjectConfig(text, FILE)).toEqual(expected);
    },
  );
});

describe("an llm-do.yaml that is wrong is an error with the place", () => {
  test.each<[what: string, text: string, ...report: string[]]>([
    [
      "an unknown key",
      "redcat: []\n",
      'unknown key "redcat"',
      "  at llm-do.yaml:1:1",
      'Try: write "redact"',
    ],
    [
      "a list",
      "- a\n",
      "the file must be keys with values, not a list",
      "  at llm-do.yaml:1:1",
      "Try: write one key per line, as in: redact: ['user-\\d+']",
    ],
    [
      "no YAML",
      "redact: [a\n",
      "the file is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      "  at llm-do.yaml:2:1",
    ],
    [
      "a rule that is no list",
      "redact: a\n",
      '"redact" must be a list of regular expressions, not text "a"',
      "  at llm-do.yaml:1:9",
    ],
    [
      "a number for a pattern",
      "volatile: [a, 42]\n",
      '"volatile[1]" must be a regular expression or a map with pattern, not a number',
      "  at llm-do.yaml:1:15",
      "Try: write it in quotes",
    ],
    [
      "a rule without a pattern",
      "redact:\n  - replacement: x\n",
      '"redact[0]" has no pattern',
      "  at llm-do.yaml:2:5",
      "Try: add pattern: REGULAR EXPRESSION",
    ],
    [
      "an unknown key of a rule",
      "redact:\n  - { pattern: a, flags: i }\n",
      'unknown key "flags" in "redact[0]"',
      "  at llm-do.yaml:2:19",
      "Try: use one of: pattern, replacement, number",
    ],
    [
      "no regular expression",
      "redact:\n  - ok\n  - { pattern: 'sk-(' }\n",
      '"redact[1].pattern" is not a regular expression: Unterminated group',
      "  at llm-do.yaml:3:16",
    ],
    [
      "an escape that flag u refuses",
      "redact: ['a\\-b/gu: c']\n",
      '"redact[0]" is not a regular expression: Invalid escape',
      "  at llm-do.yaml:1:10",
      "Try: put a backslash only before one of ^ $ \\ . * + ? ( ) [ ] { } | / or a letter with a meaning",
    ],
    [
      "a pattern of nothing",
      "volatile: ['\\d*']\n",
      '"volatile[0]" matches the empty text, which is everywhere',
      "  at llm-do.yaml:1:12",
      "Try: write a pattern that takes at least one character",
    ],
    [
      "a pattern that finds places only",
      "volatile: ['\\b']\n",
      '"volatile[0]" matches the empty text, which is everywhere',
      "  at llm-do.yaml:1:12",
      "Try: write a pattern that takes at least one character",
    ],
    [
      "a pattern that finds its replacement",
      "redact:\n  - '[a-z]{8}'\n",
      '"redact[0]" matches "<redacted>" again, its own replacement',
      "  at llm-do.yaml:2:5",
      "Try: write a pattern that does not fit the replacement",
      "Try: or give a replacement: { pattern: PATTERN, replacement: TEXT }",
    ],
    [
      "a pattern that finds the replacement of another rule",
      "redact: ['k-\\d+']\nvolatile:\n  - { pattern: 'at \\w+', replacement: k-1 }\n",
      '"redact[0]" matches "k-1" again, the replacement of "volatile[0]"',
      "  at llm-do.yaml:1:10",
      "Try: write a pattern that does not fit the replacement",
      "Try: or give a replacement: { pattern: PATTERN, replacement: TEXT }",
    ],
    [
      "a server without an address",
      "providers:\n  local:\n",
      '"providers.local" has no base_url',
      "  at llm-do.yaml:2:9",
      "Try: add base_url, as in base_url: http://localhost:8000/v1",
    ],
    [
      "an address that is no URL",
      "providers: { local: { base_url: localhost:8000 } }\n",
      '"providers.local.base_url" must be an http or https URL',
      "  at llm-do.yaml:1:33",
    ],
    [
      "an address of another protocol",
      "providers: { local: { base_url: 'ftp://me:hunter2@x.test' } }\n",
      '"providers.local.base_url" must be an http or https URL',
      "  at llm-do.yaml:1:33",
    ],
    [
      "an address with a user name",
      "providers: { a: { base_url: 'http://me:hunter2@x.test' } }\n",
      '"providers.a.base_url" must hold no user name and password: send them in a header',
      "  at llm-do.yaml:1:29",
    ],
    [
      "the address of one kind of request",
      "providers: { a: { base_url: 'http://x.test/v1/chat/completions/' } }\n",
      '"providers.a.base_url" must not end in /chat/completions, which is added to it',
      "  at llm-do.yaml:1:29",
    ],
    [
      "a key in place of its variable",
      "providers: { a: { base_url: 'http://x.test', key_variable: sk-1-hunter2 } }\n",
      '"providers.a.key_variable" must be the name of an environment variable, or false, not this text',
      "  at llm-do.yaml:1:60",
    ],
    [
      "an unknown key of a server",
      "providers:\n  a:\n    base_url: http://x.test\n    max_token_field: max_tokens\n",
      'unknown key "max_token_field" in "providers.a"',
      "  at llm-do.yaml:4:5",
      'Try: write "max_tokens_field"',
    ],
    [
      "an unknown wire",
      "providers: { a: { base_url: 'http://x.test', wire: open-ai-chat } }\n",
      '"providers.a.wire" must be one of anthropic, openai-responses, openai-chat, not this text',
      "  at llm-do.yaml:1:52",
      'Try: write "openai-chat"',
    ],
    [
      "a switch with an unknown value",
      "providers: { a: { base_url: 'http://x.test', system_role: develper } }\n",
      '"providers.a.system_role" must be one of system, developer, user, not this text',
      "  at llm-do.yaml:1:59",
      'Try: write "developer"',
    ],
    [
      "a switch without a meaning on the server's wire",
      "providers:\n  a: { base_url: 'http://x.test', wire: anthropic, system_role: user }\n",
      '"providers.a" says system_role: user, which has no meaning on the wire anthropic',
      "  at llm-do.yaml:2:52",
      "Try: remove it, or say wire: openai-chat",
    ],
    [
      "a value of a switch without a meaning on the server's wire",
      "providers:\n  openai: { reasoning_echo: reasoning }\n",
      '"providers.openai" says reasoning_echo: reasoning, which has no meaning on the wire openai-responses',
      "  at llm-do.yaml:2:13",
      "Try: remove it, or say wire: openai-chat",
    ],
    [
      "a header that belongs to the connection",
      "providers: { openai: { headers: { Content-Length: 3 } } }\n",
      'the header "Content-Length" cannot be set',
      "  at llm-do.yaml:1:35",
    ],
    [
      "a header twice",
      "providers: { openai: { headers: { x-a: 1, X-A: 2 } } }\n",
      'the header "X-A" is given twice',
      "  at llm-do.yaml:1:43",
    ],
    [
      "a name that no header can have",
      "providers: { openai: { headers: { 'x a': 1 } } }\n",
      'the header "x a" is not the name of one',
      "  at llm-do.yaml:1:35",
    ],
    [
      "a header over two lines",
      'providers: { openai: { headers: { x: "a\\r\\nhunter2" } } }\n',
      '"providers.openai.headers.x" must be text on one line, not this text',
      "  at llm-do.yaml:1:38",
    ],
    [
      "a broken name of a variable",
      "providers: { openai: { query: { x: '${hunter 2}' } } }\n",
      '"providers.openai.query.x" has a ${ that begins no ${NAME}',
      "  at llm-do.yaml:1:36",
      "Try: name an environment variable, as in ${TEAM_KEY}, or write $${ for the two characters",
    ],
    [
      "the name of a model that needs no server",
      "providers:\n  script: { base_url: http://x.test }\n",
      'the name "script" is built in',
      "  at llm-do.yaml:2:3",
      "Try: take another name",
    ],
    [
      "a name that no model could carry",
      "providers: { 'a:b': { base_url: http://x.test } }\n",
      "the name of a server is letters, digits, _ and -",
      "  at llm-do.yaml:1:14",
    ],
  ])("%s", (_what, text, reason, ...rest) => {
    const report = reportOf(() => parseProjectConfig(text, FILE));
    expect(report.split("\n")).toEqual([`Failed to load "llm-do.yaml": ${reason}`, ...rest]);
  });
});

describe("the llm-do.yaml of a folder", () => {
  const files = nodeFileSystem;

  function project(...paths: readonly string[]) {
    const folder = temporaryFolder();
    mkdirSync(join(folder.path, "a/b"), { recursive: true });
    for (const path of paths) {
      if (path.endsWith("/")) mkdirSync(join(folder.path, path), { recursive: true });
      else writeFileSync(join(folder.path, path), "");
    }
    return folder;
  }

  test.each([
    ["its own", ["a/b/llm-do.yaml", "a/llm-do.yaml"], "a/b/llm-do.yaml"],
    ["that of the nearest folder above", ["a/llm-do.yaml", "llm-do.yaml"], "a/llm-do.yaml"],
    ["that beside package.json", ["llm-do.yaml", "package.json"], "llm-do.yaml"],
    ["that beside .git", ["llm-do.yaml", ".git/"], "llm-do.yaml"],
  ])("is %s", (_which, paths, expected) => {
    using folder = project(...paths);
    const found = findProjectConfig(join(folder.path, "a/b"), files);
    expect(found).toBe(join(folder.path, expected));
  });

  test.each([
    ["a folder with package.json", ["llm-do.yaml", "a/package.json"]],
    ["a folder with .git", ["llm-do.yaml", "a/.git/"]],
    ["a work tree, whose .git is a file", ["llm-do.yaml", "a/b/.git"]],
  ])("is not looked for above %s", (_top, paths) => {
    using folder = project(...paths);
    expect(findProjectConfig(join(folder.path, "a/b"), files)).toBeUndefined();
    expect(loadProjectConfig(join(folder.path, "a/b"), files)).toEqual({
      rules: { redact: [], volatile: [] },
      providers: {},
    });
  });

  test("is looked for up to the root", () => {
    const asked: string[] = [];
    const empty = { ...files, stat: (path: string) => void asked.push(path) };
    expect(findProjectConfig("/x/y", empty)).toBeUndefined();
    expect(asked.filter((path) => path.endsWith(FILE))).toEqual([
      "/x/y/llm-do.yaml",
      "/x/llm-do.yaml",
      "/llm-do.yaml",
    ]);
  });

  test("is read, and errors name its path", () => {
    using folder = project("package.json");
    const path = join(folder.path, FILE);
    writeFileSync(path, "redact: [secret]\n");
    expect(loadProjectConfig(join(folder.path, "a"), files).rules.redact).toHaveLength(1);
    writeFileSync(path, "redact: secret\n");
    expect(reportOf(() => loadProjectConfig(folder.path, files))).toContain(`at ${path}:1:9`);
  });

  test("is an error where it cannot be read, since it may say what is secret", () => {
    using folder = project("llm-do.yaml/");
    const report = reportOf(() => loadProjectConfig(folder.path, files));
    expect(report).toContain("it is a folder, not a file");
    expect(report).toContain(`\n  at ${join(folder.path, FILE)}`);
  });
});
