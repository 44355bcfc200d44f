import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, test } from "vitest";
import type { RunRequest } from "../../src/index.ts";
import { type ProjectFiles, runsOf } from "../support/failing-run.ts";
import { codeFile } from "../support/loading.ts";

const main = (more = "model: anthropic:claude-haiku-4-5\n") => `---\n${more}---\nGo.\n`;
const LOOP = codeFile(
  `export const look = tool({ description: "d", effect: "external", input: z.object({}), run: () => "seen" });`,
);
const looping = (approval = "_approval_config: { look: { pre_approved: true } }") => ({
  "main.worker": main(`model: mine:m\ntoolsets: { look: { ${approval} } }\n`),
  "tools.ts": LOOP,
  "script.yaml": "- { tool_call: { name: look, input: {} } }\n".repeat(8),
});
const DONE = { "script.yaml": "- Done.\n" };

const cassette = (mode: "record" | "replay" | "auto", path = "c.yaml") => ({
  path,
  mode,
});

/** Ways in which a run of a program can fail whose advice is about how it was started. */
const FAILURES: Readonly<
  Record<string, { files: ProjectFiles; runs: readonly Partial<RunRequest>[]; try: RegExp }>
> = {
  "no key": {
    files: { "main.worker": main() },
    runs: [{}],
    try: /cassette: \{ path, mode: "replay" \}/,
  },
  "no model": { files: { "main.worker": main("") }, runs: [{}], try: /pass model: "/ },
  "an unset variable of a provider": {
    files: {
      "main.worker": main("model: house:m\n"),
      "llm-do.yaml":
        "providers:\n  house: { wire: openai-chat, base_url: 'https://llm.example/v1', headers: { x-a: '${NOT_SET}' } }\n",
    },
    runs: [{}],
    try: /without the server: cassette:/,
  },
  "no such entry": {
    files: { "main.worker": main(), ...DONE },
    runs: [{ entry: "mian" }],
    try: /^entry: "main"$/,
  },
  "two entries": {
    files: { "a.worker": main("entry: true\n"), "b.worker": main("entry: true\n") },
    runs: [{}],
    try: /pass entry$/,
  },
  "no approval": { files: looping(""), runs: [{}], try: /approvals: / },
  "too many calls": {
    files: looping(),
    runs: [{ limits: { maxCalls: 1 } }],
    try: /limits: \{ maxCalls: /,
  },
  "too many tokens": {
    files: {
      ...looping(),
      "script.yaml":
        "- { tool_call: { name: look, input: {} }, usage: { input_tokens: 9, output_tokens: 9 } }\n".repeat(
          3,
        ),
    },
    runs: [{ limits: { maxTokens: 1 } }],
    try: /limits: \{ maxTokens: /,
  },
  "an unknown price": {
    files: {
      ...looping(),
      "script.yaml":
        "- { tool_call: { name: look, input: {} }, usage: { input_tokens: 9, output_tokens: 9 } }\n".repeat(
          3,
        ),
    },
    runs: [{ limits: { maxUsd: 1 } }],
    try: /limits: \{ maxTokens: /,
  },
  "an attachment outside": {
    files: { "main.worker": main(), ...DONE },
    runs: [{ input: { input: "x", attachments: ["/etc/passwd"] } }],
    try: /^attachmentsFrom: \["\/etc"\]$/,
  },
  "no cassette": {
    files: { "main.worker": main() },
    runs: [{ cassette: cassette("replay") }],
    try: /cassette: \{ path: ".*c\.yaml", mode: "record" \}/,
  },
  "a folder for a cassette": {
    files: { "main.worker": main(), "c.yaml/x": "" },
    runs: [{ cassette: cassette("replay") }],
    try: /cassette: \{ path: /,
  },
  "something else in a cassette's place": {
    files: { "main.worker": main(), "c.yaml": "hello: there\n", ...DONE },
    runs: [{ cassette: cassette("record") }],
    try: /cassette: \{ path: /,
  },
  "no cassette at all": {
    files: { "main.worker": main(), "c.yaml": "hello: there\n" },
    runs: [{ cassette: cassette("replay") }],
    try: /cassette: \{ path: /,
  },
  "a cassette of another format": {
    files: { "main.worker": main(), "c.yaml": "cassette: 99\n" },
    runs: [{ cassette: cassette("replay") }],
    try: /mode: "record"/,
  },
  "a merge": {
    files: {
      "main.worker": main(),
      "c.yaml": "cassette: 1\n<<<<<<< a\n---\n=======\n---\n>>>>>>> b\n",
    },
    runs: [{ cassette: cassette("replay") }],
    try: /mode: "record"/,
  },
  "a miss": {
    files: { "main.worker": main(), ...DONE },
    runs: [{ cassette: cassette("record") }, { input: "Else.", cassette: cassette("replay") }],
    try: /record anew: cassette: \{ path, mode: "record" \}/,
  },
  "a tool that is not on record": {
    files: { ...looping(), "script.yaml": "- Done.\n" },
    runs: [
      { cassette: cassette("record"), entry: "look", input: {} },
      { cassette: cassette("replay"), entry: "main" },
    ],
    try: /mode: "record"/,
  },
  "an effect that is not on record": {
    files: {
      "main.ts": `${LOOP}\nexport const main = tool({ description: "d", effect: "pure", input: z.unknown(), run: async (n, ctx) => { for (let i = 0; i < n; i++) await ctx.call("look", {}); return n; } });`,
    },
    runs: [
      { cassette: cassette("record"), input: 1 },
      { cassette: cassette("replay"), input: 2 },
    ],
    try: /tools: "live"/,
  },
  "a time that is not on record": {
    files: {
      "main.ts": codeFile(
        `export const main = tool({ description: "d", effect: "pure", input: z.unknown(), run: (n, ctx) => { for (let i = 0; i < n; i++) ctx.now(); return n; } });`,
      ),
    },
    runs: [
      { cassette: cassette("record"), input: 1 },
      { cassette: cassette("replay"), input: 2 },
    ],
    try: /tools: "live"/,
  },
};

/** Flags of whole commands, which anybody may paste. */
const OF_COMMANDS = [
  "take one side: git checkout --theirs -- ",
  " (or --ours)",
  "then record what is stale: llm-do test --mode auto",
  // Behind the command that is known to record anew.
  " --tools live",
  // llm-do promote FILE
  " --to shadow --tool ",
];

const FLAG = /(?:^|[\s"'`(=:])--[a-z]/;

describe("a run from code advises its options, not flags", () => {
  test.each(Object.entries(FAILURES))("%s", async (_what, { files, runs, try: expected }) => {
    const ended = await runsOf(
      files,
      ...runs.map((request) => (folder: string) => ({
        ...request,
        ...(request.cassette
          ? { cassette: { ...request.cassette, path: join(folder, request.cassette.path) } }
          : {}),
      })),
    );
    const last = ended.at(-1);
    expect(last?.error, String(last?.output)).toBeDefined();
    const tries = last?.error?.tries ?? [];
    expect(tries.join("\n")).toMatch(new RegExp(expected.source, "m"));
    expect(
      tries.filter((hint) =>
        FLAG.test(hint.replace(/git checkout .*/, "").replace(/llm-do test --mode auto/, "")),
      ),
    ).toEqual([]);
    const told = last?.events.find((event) => event.kind === "error");
    if (told) expect(told.report).toBe(last?.error?.report());
  });
});

/** Rooms whose errors may end a run that code started. */
const ROOMS = [
  "approval",
  "cassette",
  "functions",
  "model",
  "project/link",
  "project/load",
  "project/lock",
  "project/run",
  "providers",
  "runtime",
  "toolsets",
  "worker",
];

/** Texts with flags that no run of a program is told, each with its reason. */
const OF_THE_COMMAND_LINE: Readonly<Record<string, string>> = {
  "project/run/run-flags.ts": "reads the flags",
  "project/run/replay-check.ts": "checks what the command line recorded",
  "worker/overrides.ts": "reads --set",
  "project/lock/lock-file.ts": "describes a key of the lock file",
};

test("no text that a run may give names a flag, but as the command line's half of an advice", () => {
  const src = resolve(import.meta.dirname, "../../src");
  const found = ROOMS.flatMap((room) =>
    readdirSync(join(src, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => join(room, file)),
  )
    .filter((file) => !Object.hasOwn(OF_THE_COMMAND_LINE, file))
    .flatMap((file) => flagTexts(join(src, file)).map((text) => `${file}: ${text}`));
  expect(found).toEqual([]);
});

/** Texts of a file that name a flag and are not the value of `flags`. */
function flagTexts(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const { program } = parseSync(file, text);
  const exempt: { start: number; end: number }[] = [];
  const found: { start: number; end: number; text: string }[] = [];
  new Visitor({
    Property: (node) => {
      const name = node.key.type === "Identifier" ? node.key.name : "";
      if (name === "flags" || name === "flag") exempt.push(node.value);
    },
    Literal: (node) => {
      if (typeof node.value === "string") found.push({ ...range(node), text: node.value });
    },
    TemplateElement: (node) => found.push({ ...range(node), text: node.value.raw }),
  }).visit(program);
  return found
    .filter(
      (each) =>
        FLAG.test(each.text) &&
        !OF_COMMANDS.includes(each.text) &&
        !exempt.some(({ start, end }) => start <= each.start && each.end <= end),
    )
    .map((each) => each.text);
}

function range({ start, end }: { readonly start: number; readonly end: number }) {
  return { start, end };
}
