import { type BadInput, CASSETTE } from "./bad-input.ts";

const replay = ["main.worker", "Hello.", "--mode", "replay", "--cassette"];
const record = ["main.worker", "Hello.", "--script", "answers.yaml", "--cassette"];

export const badCassettes: readonly BadInput[] = [
  {
    title: "a cassette that is not there, in replay",
    args: [...replay, "none.yaml"],
    code: 3,
    stderr: `Failed to replay "none.yaml": there is no such cassette
Try: record it: llm-do main.worker Hello. --cassette none.yaml --mode record
Try: check the path
`,
  },
  {
    title: "a request that is not recorded",
    args: replay.with(1, "Good evening.").concat("good.yaml"),
    code: 3,
    stderr: `cassette: served 0, live 0, missed 1, unused 1
Failed to replay "main": no recording answers its request: its input changed ("Hello" is now "Good evening")
  at good.yaml:3
  call: main, request 867b93c7f04c21e3
  nearest recording: 4d298dc471a6531a, call main
  differs at: messages[0].user
    [-Hello-]{+Good evening+}.
Try: record anew: llm-do main.worker 'Good evening.' --cassette good.yaml --mode record
Try: or undo the change
`,
  },
  {
    title: "a cassette that was cut short",
    files: { "bad.yaml": CASSETTE.slice(0, -40) },
    args: [...replay, "bad.yaml"],
    code: 3,
    stderr: `warning: the last entry of bad.yaml was cut short (226 bytes, ignored); 0 whole entries are kept
cassette: served 0, live 0, missed 1, unused 0
Failed to replay "main": no recording answers its request: the cassette holds no exchange
  at bad.yaml
  call: main, request 4d298dc471a6531a
Try: record anew: llm-do main.worker Hello. --cassette bad.yaml --mode record
`,
  },
  {
    title: "a cassette whose request was edited",
    files: { "bad.yaml": CASSETTE.replace("greet people", "insult people") },
    args: ["cassette", "verify", "bad.yaml"],
    code: 3,
    stderr: `Failed to verify "bad.yaml": 1 entry is wrong
  bad.yaml:3: the key 4d298dc471a6531a does not fit its request: it was edited
Try: restore the file from version control, or record it anew with --mode record
`,
  },
  {
    title: "a cassette whose key was edited",
    files: { "bad.yaml": CASSETTE.replace("4d298dc471a6531a", "4d298dc471a65310") },
    args: ["cassette", "verify", "bad.yaml"],
    code: 3,
    stderr: `Failed to verify "bad.yaml": 1 entry is wrong
  bad.yaml:3: the key 4d298dc471a65310 does not fit its request: it was edited
Try: restore the file from version control, or record it anew with --mode record
`,
  },
  {
    title: "a cassette whose answer was edited into nonsense",
    files: { "bad.yaml": CASSETTE.replace('  - text: "Hello, Ada."', "  - tekst: Hello") },
    args: [...replay, "bad.yaml"],
    code: 3,
    stderr: `cassette: served 0, live 0, missed 0, unused 0
Failed to read "bad.yaml": entry 4d298dc471a6531a is malformed: "tool_call" is missing or not a map
  at bad.yaml:3
Try: restore it from version control, or record it anew with --mode record
`,
  },
  {
    title: "a cassette that is no longer YAML",
    files: { "bad.yaml": CASSETTE.replace("stop: end", "stop: [end") },
    args: [...replay, "bad.yaml"],
    code: 3,
    stderr: `cassette: served 0, live 0, missed 0, unused 0
Failed to read "bad.yaml": entry 4d298dc471a6531a is not YAML: deficient indentation
  at bad.yaml:13
Try: restore it from version control, or record it anew with --mode record
`,
  },
  {
    title: "a cassette of another version",
    files: { "bad.yaml": CASSETTE.replace("cassette: 1", "cassette: 2") },
    args: [...replay, "bad.yaml"],
    code: 3,
    stderr: `Failed to read "bad.yaml": it has format 2, and this version of llm-do reads format 1
  at bad.yaml:1
Try: use the version of llm-do that wrote it, or record it anew with --mode record
`,
  },
  {
    title: "a file that is no cassette",
    args: [...replay, "answers.yaml"],
    code: 3,
    stderr: `Failed to read "answers.yaml": it is not a cassette: it does not begin with "cassette: 1"
  at answers.yaml:1
Try: name a cassette, or a new file, behind --cassette
`,
  },
  {
    title: "a folder in the place of a cassette",
    args: [...replay, "."],
    code: 3,
    stderr: `Failed to read ".": it is a directory
Try: name a file, as in --cassette cassettes/main.yaml
`,
  },
  {
    title: "a cassette below a file",
    args: [...record, "main.worker/new.yaml"],
    code: 2,
    stderr: `Failed to use "main.worker/new.yaml": a part of its path is not a folder (ENOTDIR)
Try: name a file in a folder that you may write to
`,
  },
  {
    title: "a cassette on a device",
    args: [...record, "/dev/full"],
    code: 3,
    stderr: `Failed to read "/dev/full": it is a device, not a file
Try: name a file, as in --cassette cassettes/main.yaml
`,
  },
  {
    title: "a secret in what is to be recorded",
    args: record.with(1, `My key is sk-ant-${"0123456789".repeat(3)}.`).concat("new.yaml"),
    code: 3,
    stderr: `warning: answers.yaml holds answers that were not used: 1
cassette: served 0, live 0, missed 0, unused 0
Failed to record "new.yaml": what is to be written holds an Anthropic key, at messages[0].user
Try: keep the secret out of prompts and tool results
Try: or replace it: a pattern under "redact" in llm-do.yaml
Try: or, where it only looks like a secret: its text under "allow" of "secrets" in llm-do.yaml
`,
  },
  {
    title: "a cassette that is not there, in verify",
    args: ["cassette", "verify", "none.yaml"],
    code: 3,
    stderr: `Failed to read "none.yaml": there is no such cassette
Try: record it: --cassette none.yaml --mode record
Try: check the path
`,
  },
  {
    title: "a cassette that was cut short, in verify",
    files: { "bad.yaml": CASSETTE.slice(0, -40) },
    args: ["cassette", "verify", "good.yaml", "bad.yaml"],
    code: 3,
    stderr: `Failed to verify "good.yaml bad.yaml": 1 entry is wrong
  bad.yaml:2: the last entry was cut short (226 bytes)
Try: restore the file from version control, or record it anew with --mode record
`,
  },
];
