import { describe } from "vitest";
import { codeFile, workerFile } from "../support/loading.ts";
import { CASSETTE, precedence, type Row } from "../support/precedence.ts";

describe("a call is decided by blocked, pre_approved, its own rule, the flag, the record, the person", () => {
  const config = (said: string) => ({
    "main.worker": workerFile(
      "model: p:m",
      `toolsets: { tools: { _approval_config: { ${said} } } }`,
    ),
  });
  const script = (name: string) => ({
    "s.yaml": `- tool_call: { name: ${name} }\n- Done.`,
  });
  const ruled = (name: string, rule: string) =>
    `${name}: { ...aTool("${name}"), approval: () => (${rule}) }`;
  const TOOLS = codeFile(
    `export const tools = toolset({ asks: aTool("asks"), ${ruled("free", '"allow"')}, ${ruled("never", '{ deny: "never" }')} });`,
  );
  const decided = (tool: string, how: "allowed" | "denied", by: string) =>
    `main: ${tool} is ${how} by ${by}`;
  const args = (...flags: string[]) => ["--script", "s.yaml", ...flags];
  const recorded = (...flags: string[]): Row => ({
    args: ["--cassette", CASSETTE, "--mode", "replay", ...flags],
    before: [{ args: args("--cassette", CASSETTE, "--mode", "record"), typed: ["y"] }],
  });
  precedence(
    { files: { "tools.ts": TOOLS, ...script("asks"), ...config("") }, args: args() },
    {
      "blocked before pre_approved and --approve-all": [
        {
          files: config("asks: { blocked: true, pre_approved: true }"),
          args: args("--approve-all"),
        },
        0,
        decided("asks", "denied", "configuration"),
      ],
      "pre_approved before --reject-all": [
        { files: config("asks: { pre_approved: true }"), args: args("--reject-all") },
        0,
        decided("asks", "allowed", "configuration"),
      ],
      "pre_approved before its own rule": [
        { files: { ...config("never: { pre_approved: true }"), ...script("never") } },
        0,
        decided("never", "allowed", "configuration"),
      ],
      "blocked before its own rule": [
        { files: { ...config("free: { blocked: true }"), ...script("free") } },
        0,
        decided("free", "denied", "configuration"),
      ],
      "its own rule that allows before --reject-all": [
        { files: script("free"), args: args("--reject-all") },
        0,
        decided("free", "allowed", "rule"),
      ],
      "its own rule that denies before --approve-all": [
        { files: script("never"), args: args("--approve-all") },
        0,
        decided("never", "denied", "rule"),
      ],
      "--approve-all before a person": [
        { args: args("--approve-all"), typed: ["n"] },
        0,
        decided("asks", "allowed", "policy"),
      ],
      "--approve-all before --headless": [
        { args: args("--approve-all", "--headless") },
        0,
        decided("asks", "allowed", "policy"),
      ],
      "--reject-all before a person": [
        { args: args("--reject-all"), typed: ["y"] },
        0,
        decided("asks", "denied", "policy"),
      ],
      "not --approve-all and --reject-all at once": [
        { args: args("--approve-all", "--reject-all") },
        2,
        "cannot be used with",
      ],
      "a person at a terminal who says yes": [
        { typed: ["y"] },
        0,
        decided("asks", "allowed", "person"),
      ],
      "a person at a terminal who says no": [
        { typed: ["n not now"] },
        0,
        decided("asks", "denied", "person: not now"),
      ],
      "nobody with --headless, though a person is there": [
        { args: args("--headless"), typed: ["y"] },
        4,
        "nobody is there to give it",
      ],
      "nobody with --json, though a person is there": [
        { args: args("--json"), typed: ["y"] },
        4,
        '"code":"approval-needed"',
      ],
      "nobody without a terminal": [{}, 4, "nobody is there to give it"],
      "in a replay the record, where nobody is there": [
        recorded(),
        0,
        decided("asks", "allowed", "recording"),
      ],
      "in a replay the record before a person": [
        { ...recorded(), typed: ["n"] },
        0,
        decided("asks", "allowed", "recording"),
      ],
      "in a replay --reject-all before the record": [
        recorded("--reject-all"),
        3,
        decided("asks", "denied", "policy"),
      ],
      "outside of a replay a person, not the record": [
        {
          ...recorded(),
          args: args("--cassette", CASSETTE, "--mode", "auto"),
          typed: ["n"],
        },
        0,
        decided("asks", "denied", "person"),
      ],
    },
  );
});
