import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonSchemaOf } from "../../src/functions/schema.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { callShell, recordingProcesses, runShell, shellOf } from "./shell-gate.ts";

const LS_FREE = { pattern: "ls", approval_required: false };
const GIT_LOG_FREE = { pattern: "git log", approval_required: false };

function approvalOf(config: JsonObject, command: string): unknown {
  return shellOf(config, recordingProcesses()).approval({ command, timeout_seconds: 30 });
}

describe("a rule", () => {
  const config = { rules: [LS_FREE, GIT_LOG_FREE, { pattern: "mv" }] };

  test.each([
    ["ls", "allow"],
    ["ls -la 'a b'", "allow"],
    ["  ls", "allow"],
    ["'l's", "allow"],
    ["git log", "allow"],
    ["git   log -3", "allow"],
    ['git "log"', "allow"],
    ["mv a b", "ask"],
  ])("matches %j", (command, rule) => {
    expect(approvalOf(config, command)).toBe(rule);
  });

  test.each([
    "lsof",
    "ls-la",
    "LS",
    "/bin/ls",
    "./ls",
    "'ls '",
    "'ls -la'",
    "git",
    "git logs",
    "gitlog",
    "git -c core.pager=x log",
    "'git log'",
    "env ls",
    "sudo ls",
    "command -p ls",
    "FOO=1 ls",
    "! ls",
    "\\!",
    "''",
    "",
  ])("does not match %j, which is blocked where there is no default", (command) => {
    expect(approvalOf(config, command)).toEqual({ deny: expect.stringContaining("is blocked: ") });
  });

  test("that stands first wins", () => {
    const rules = [{ pattern: "git log" }, { pattern: "git", approval_required: false }];
    expect(approvalOf({ rules }, "git log")).toBe("ask");
    expect(approvalOf({ rules }, "git show")).toBe("allow");
    expect(approvalOf({ rules: rules.toReversed() }, "git log")).toBe("allow");
  });

  test("that spares the asking asks all the same for the arguments it names", () => {
    const find = { pattern: "find", approval_required: false };
    const rules = [{ ...find, approval_required_if_args: ["-exec", "-delete", "--out"] }];
    expect(approvalOf({ rules }, "find . -name x")).toBe("allow");
    expect(approvalOf({ rules }, "find . -delete")).toBe("ask");
    expect(approvalOf({ rules }, "find . '-exe'c rm {} \\;")).toBe("ask");
    expect(approvalOf({ rules }, "find . --out=x")).toBe("ask");
    expect(approvalOf({ rules }, "find . --outer")).toBe("allow");
    const one = [{ ...find, approval_required_if_args: "-delete" }];
    expect(approvalOf({ rules: one }, "find . -delete")).toBe("ask");
  });
});

describe("an exact rule", () => {
  const config = { rules: [{ pattern: "rm -r build", exact: true, approval_required: false }] };

  test.each(["rm -r build", " rm  -r\t'build' ", 'r"m" \\-r build'])("matches %j", (command) => {
    expect(approvalOf(config, command)).toBe("allow");
  });

  test.each(["rm -r build keep", "rm -r build ''", "rm -r", "rm -r Build", "rm '-r build'"])(
    "does not match %j",
    (command) => {
      expect(approvalOf(config, command)).toHaveProperty("deny");
    },
  );

  test("can be switched off, and is a beginning then", () => {
    const rules = [{ ...config.rules[0], pattern: "rm", exact: false }];
    expect(approvalOf({ rules }, "rm -r build")).toBe("allow");
  });
});

describe("a command without a rule", () => {
  test.each<[string, JsonObject, unknown]>([
    ["asks", { default: { approval_required: true } }, "ask"],
    ["asks where the default says no more", { default: {} }, "ask"],
    ["runs", { default: { approval_required: false } }, "allow"],
    ["is blocked where there is no default", {}, { deny: expect.any(String) }],
    ["is blocked where it is empty", { default: null, rules: null }, { deny: expect.any(String) }],
  ])("%s", (_title, config, rule) => {
    expect(approvalOf(config, "rm x")).toEqual(rule);
  });

  test("is told which commands have one", () => {
    const rules = [LS_FREE, GIT_LOG_FREE];
    expect(approvalOf({ rules }, "rm x")).toEqual({
      deny: 'the command is blocked: there is no rule for "rm" and no default; those that have one: ls, git log',
    });
  });

  test("is refused as ever where a shell would be needed", () => {
    const config = { default: { approval_required: false } };
    for (const command of [
      "a | b",
      "a > b",
      "cd x",
      "export A=1",
      "A=1 b",
      "if x",
      "eval x",
      ". x",
    ]) {
      expect(approvalOf(config, command)).toEqual({ deny: expect.stringContaining("shell") });
    }
  });
});

describe("a wrong configuration is an error:", () => {
  test.each<[string, JsonObject]>([
    ['unknown key "rule" in "toolsets.shell"', { rule: [] }],
    ['unknown key "working_dir" in "toolsets.shell"', { working_dir: "." }],
    ['unknown key "patern" in "toolsets.shell.rules[1]"', { rules: [LS_FREE, { patern: "a" }] }],
    ['unknown key "approval" in "toolsets.shell.default"', { default: { approval: true } }],
    ['"toolsets.shell.rules" must be a list of rules', { rules: { pattern: "ls" } }],
    ['"toolsets.shell.rules[0]" must be a map', { rules: ["ls"] }],
    ['"toolsets.shell.rules[0]" has no pattern', { rules: [{}] }],
    [
      'shell.rules[0].pattern" must be the first words of a command',
      { rules: [{ pattern: true }] },
    ],
    [
      '"toolsets.shell.rules[0].approval_required" must be true or false',
      { rules: [{ pattern: "ls", approval_required: "never" }] },
    ],
    ['shell.rules[0].exact" must be true or false', { rules: [{ pattern: "ls", exact: "yes" }] }],
    ['"toolsets.shell.env" must be a list of names, or a map of texts', { env: "PATH" }],
    ['"toolsets.shell.env[0]" must be the name of a variable, not this text', { env: ["A=1"] }],
    ['"toolsets.shell.env.A" must be text, not a map', { env: { A: { B: "c" } } }],
    ['"toolsets.shell.env.A" holds a NUL character', { env: { A: "b\0c" } }],
    ['"toolsets.shell.default" must be a map', { default: true }],
    [
      'shell.default.approval_required" must be true or false',
      { default: { approval_required: 0 } },
    ],
    [
      'approval_required_if_args[0]" must be text that is not empty',
      { rules: [{ pattern: "ls", approval_required_if_args: [1] }] },
    ],
    ['shell.rules[0].pattern" is "*", which matches no command', { rules: [{ pattern: "*" }] }],
    [
      'shell.rules[0].pattern" is "ls *", which matches no command',
      { rules: [{ pattern: "ls *" }] },
    ],
    [
      'shell.rules[0].pattern" is "", which matches no command: the command is empty',
      { rules: [{ pattern: "" }] },
    ],
    [
      'shell.rules[0].pattern" is "a | b", which matches no command',
      { rules: [{ pattern: "a | b" }] },
    ],
    [
      'shell.rules[0].pattern" is "A=1 ls", which matches no command',
      { rules: [{ pattern: "A=1 ls" }] },
    ],
  ])("%s", (reason, config) => {
    expect(() => shellOf(config, recordingProcesses())).toThrow(reason);
  });
});

describe("the tool", () => {
  test("tells a model what it takes", () => {
    const shell = shellOf({}, recordingProcesses());
    expect(jsonSchemaOf(shell.input, "input", "shell")).toMatchObject({
      properties: { command: { type: "string" }, timeout_seconds: { maximum: 300, default: 30 } },
      required: ["command"],
      additionalProperties: false,
    });
    expect(shell.effect).toBe("local");
  });

  test.each([
    {},
    { command: 1 },
    { command: "ls", timeout_seconds: 0 },
    { command: "ls", cwd: "/" },
  ])("refuses the input %j", async (input) => {
    const processes = recordingProcesses();
    const shell = shellOf({ rules: [LS_FREE] }, processes);
    expect((await callShell(shell, input)).kind).toBe("invalid");
    expect(processes.started).toEqual([]);
  });

  test.each([300.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY, "30"])(
    "refuses the time limit %s instead of changing it",
    async (timeout_seconds) => {
      const shell = shellOf({ rules: [LS_FREE] }, recordingProcesses());
      expect(await callShell(shell, { command: "ls", timeout_seconds })).toEqual({
        kind: "invalid",
        issues: ["timeout_seconds: expected a number above 0, at most 300"],
      });
    },
  );

  test("starts the program in the project's folder, with the limits that were asked for", async () => {
    const processes = recordingProcesses();
    const shell = shellOf({ rules: [LS_FREE] }, processes, { cwd: "/somewhere" });
    const { signal } = new AbortController();
    await callShell(shell, { command: "ls 'a b'", timeout_seconds: 1.5 }, { signal });
    expect(processes.started).toMatchObject([
      { program: "ls", arguments: ["a b"], cwd: "/somewhere", timeoutMs: 1_500 },
    ]);
    expect(processes.started[0]?.signal).toBe(signal);
  });

  test("shows the person the command as it is", () => {
    const shell = shellOf({}, recordingProcesses());
    const command = "git commit -m 'one\ntwo'";
    expect(shell.preview?.({ command })).toEqual({ kind: "command", text: command });
  });

  test("does not follow a configuration that is changed later", () => {
    const rules = [{ pattern: "ls", approval_required: true }];
    const shell = shellOf({ rules }, recordingProcesses());
    rules.push({ pattern: "rm", approval_required: false });
    Object.assign(rules[0] ?? {}, { approval_required: false });
    expect(shell.approval({ command: "ls" })).toBe("ask");
    expect(shell.approval({ command: "rm" })).toHaveProperty("deny");
  });
});

const word = fc.oneof(
  fc.constantFrom(
    "ls",
    "git",
    "log",
    "rm",
    "env",
    "sh",
    "-c",
    "xargs",
    "command",
    "-p",
    "sudo",
    "A=1",
  ),
  fc.constantFrom(
    "l\\s",
    "'ls'",
    '"ls"',
    "l's'",
    "ls\u00a0",
    "ls\u0000",
    "\u200bls",
    "ls;",
    "ls&&",
    "ls|",
    "$(ls)",
    "`ls`",
    "ls\n",
    "/bin/ls",
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 3 }),
);
const separator = fc.constantFrom(
  " ",
  " ",
  " ",
  "\t",
  "",
  "\n",
  ";",
  "|",
  "&&",
  "\u00a0",
  "\r",
  "\v",
);
const command = fc
  .array(fc.tuple(word, separator), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.flat().join(""));
const pattern = fc.constantFrom("ls", "git log", "git", "rm -i", "echo 'a b'");
const config = fc.record(
  {
    rules: fc.array(fc.record({ pattern, approval_required: fc.boolean() }), { maxLength: 4 }),
    default: fc.record({ approval_required: fc.boolean() }),
  },
  { requiredKeys: ["rules"], noNullPrototype: true },
);

/** Words of a pattern above; its own splitting, so that the test does not trust the code's. */
function wordsOf(text: string): readonly string[] {
  return text === "echo 'a b'" ? ["echo", "a b"] : text.split(" ");
}

describe("whatever a model asks for", () => {
  test("nothing is started that no rule admits, and nothing unasked that must be asked for", async () => {
    let startedInAll = 0;
    await fc.assert(
      fc.asyncProperty(config, command, fc.boolean(), async (rules, asked, agrees) => {
        const processes = recordingProcesses();
        const called = await callShell(shellOf(rules, processes), { command: asked }, { agrees });
        expect(processes.started).toHaveLength(called.kind === "ran" ? 1 : 0);
        for (const { program, arguments: rest } of processes.started) {
          startedInAll++;
          const words = [program, ...rest];
          const rule = rules.rules.find((candidate) =>
            wordsOf(candidate.pattern).every((expected, index) => words[index] === expected),
          );
          const decided = rule ?? rules.default;
          expect(decided).toBeDefined();
          expect(called).toMatchObject({ asked: decided?.approval_required });
          expect(agrees || decided?.approval_required === false).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(startedInAll).toBeGreaterThan(50);
  });

  test("a rule for ls starts nothing but ls", async () => {
    await fc.assert(
      fc.asyncProperty(command, async (asked) => {
        const processes = recordingProcesses();
        const shell = shellOf({ rules: [LS_FREE] }, processes);
        await callShell(shell, { command: asked }, { agrees: true });
        for (const { program } of processes.started) expect(program).toBe("ls");
      }),
      { numRuns: 2_000 },
    );
  });

  test("executing it past the gate starts nothing that its rules deny", async () => {
    await fc.assert(
      fc.asyncProperty(config, command, async (rules, asked) => {
        const processes = recordingProcesses();
        const shell = shellOf(rules, processes);
        const input = { command: asked, timeout_seconds: 30 };
        if (typeof shell.approval(input) === "string") return;
        await expect(runShell(shell, input)).rejects.toMatchObject({ code: "approval-denied" });
        expect(processes.started).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("an overlong command is judged like any other", async () => {
    const processes = recordingProcesses();
    const shell = shellOf({ rules: [LS_FREE] }, processes);
    const long = "a".repeat(1_000_000);
    expect((await callShell(shell, { command: `ls ${long}` })).kind).toBe("ran");
    expect((await callShell(shell, { command: `ls${long}` })).kind).toBe("denied");
    expect(processes.started.map(({ program }) => program)).toEqual(["ls"]);
  });
});
