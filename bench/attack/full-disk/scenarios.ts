import { CASES, CODE, type Files, HEADERS, JUDGED, MAIL, PLAIN } from "./projects.ts";

/** A command that writes, and what comes before it. */
export interface Scenario {
  readonly name: string;
  readonly files: Files;
  /** Command lines that are run before, on a disk that works. */
  readonly before?: readonly (readonly string[])[];
  /** What a person or a crash changes then. */
  readonly change?: Readonly<Record<string, (text: string) => string>>;
  readonly command: readonly string[];
  /** Runs tests, in processes of their own. */
  readonly isTests?: true;
  /** Goes on, with a warning, where the run cannot be kept, or not be counted. */
  readonly isLenient?: true;
  /** Finds nothing left to do where it was on record before it failed. */
  readonly isOnce?: true;
}

const RUN = ["main.worker", "I am Ada.", "--script", "one.yaml"];
const RECORD = [...RUN, "--cassette", "cassettes/one.yaml"];
const OTHER = ["main.worker", "I am Bob.", "--script", "other.yaml"];
const NAMES = ["main.ts", "from_name.worker", HEADERS];
const RECORD_NAMES = [...NAMES, "--script", "answers.yaml", "--cassette", "cassettes/names.yaml"];
const TOOL = "from_name.ts#from_name";
const COMPARE = ["compare", "from_name.worker", TOOL, "--claim", "0.5"];
const PROMOTE = ["promote", "from_name.worker", "--tool", TOOL];
const SHADOW = [...PROMOTE, "--to", "shadow", "--false-alarm-every", "10"];
const CANARY = [...PROMOTE, "--to", "canary", "--share", "1", "--check", "1"];
const WRONG = [...NAMES, "--no-keep", "--script", "wrong.yaml"];

export const SCENARIOS: readonly Scenario[] = [
  { name: "a run with a new cassette", files: PLAIN, command: RECORD, isLenient: true },
  {
    name: "a run that appends to a cassette",
    files: PLAIN,
    before: [RECORD],
    command: [...OTHER, "--cassette", "cassettes/one.yaml"],
  },
  {
    name: "a run that appends to a cassette with a torn tail",
    files: PLAIN,
    before: [RECORD],
    change: { "cassettes/one.yaml": (text) => `${text}---\nexchange: 00` },
    command: [...OTHER, "--cassette", "cassettes/one.yaml"],
  },
  {
    name: "a run that records anew",
    files: PLAIN,
    before: [RECORD],
    command: [...OTHER, "--cassette", "cassettes/one.yaml", "--mode", "record"],
    isLenient: true,
  },
  { name: "a run that is kept", files: PLAIN, command: RUN, isLenient: true },
  { name: "types", files: PLAIN, command: ["types", "main.worker"] },
  {
    name: "types, again",
    files: PLAIN,
    before: [["types", "main.worker"]],
    command: ["types", "main.worker", "tools.ts", "--out", "llm-do.d.ts"],
  },
  { name: "init", files: { ...PLAIN, ".gitignore": "node_modules/\n" }, command: ["init"] },
  {
    name: "test --add",
    files: CASES,
    before: [RUN],
    command: ["test", "--add", "last", "--name", "second"],
  },
  {
    name: "test --mode record",
    files: CASES,
    command: ["test", "--mode", "record"],
    isTests: true,
  },
  {
    name: "test --report",
    files: CASES,
    before: [],
    command: ["test", "--mode", "auto", "--report", "report.html"],
    isTests: true,
  },
  {
    name: "test --models --report",
    files: CASES,
    command: [
      "test",
      "--models",
      "anthropic:claude-haiku-4-5,openai:gpt-5-mini",
      "--mode",
      "record",
      "--report",
      "models.html",
    ],
  },
  {
    name: "test --calibrate",
    files: JUDGED,
    command: ["test", "--calibrate", "--mode", "record"],
  },
  {
    name: "test --calibrate with labels",
    files: JUDGED,
    before: [["test", "--calibrate", "--mode", "record"]],
    change: { "grader.labels.yaml": (text) => text.replaceAll("label: open", "label: fail") },
    command: ["test", "--calibrate"],
  },
  {
    name: "cassette rekey",
    files: { ...PLAIN, "llm-do.yaml": "" },
    before: [RECORD],
    change: { "llm-do.yaml": () => "redact:\n  - Ada\n" },
    command: ["cassette", "rekey", "cassettes/one.yaml"],
  },
  {
    name: "cassette prune",
    files: CASES,
    before: [RECORD, [...OTHER, "--cassette", "cassettes/one.yaml"]],
    change: {
      "main.cases.yaml": (text) => `${text}    cassette: cassettes/one.yaml\n`,
    },
    command: ["cassette", "prune", "cassettes/one.yaml"],
  },
  { name: "soften", files: PLAIN, command: ["soften", "tools.ts#shout", "--model", "test:m"] },
  {
    name: "harden",
    files: { ...MAIL, "from_name.ts": "" },
    before: [RECORD_NAMES],
    command: ["harden", "from_name.worker", "--force"],
  },
  {
    name: "harden --synth",
    files: { ...MAIL, "from_name.ts": "", "code.yaml": CODE },
    before: [RECORD_NAMES],
    command: ["harden", "from_name.worker", "--synth", "2", "--script", "code.yaml", "--force"],
  },
  { name: "compare", files: MAIL, before: [RECORD_NAMES], command: COMPARE },
  { name: "compare, again", files: MAIL, before: [RECORD_NAMES, COMPARE], command: COMPARE },
  {
    name: "compare --open",
    files: MAIL,
    before: [RECORD_NAMES, COMPARE],
    command: [...COMPARE.slice(0, 3), "--open"],
    isOnce: true,
  },
  { name: "promote", files: MAIL, before: [RECORD_NAMES, COMPARE], command: SHADOW },
  {
    name: "promote --to prompt",
    files: MAIL,
    before: [RECORD_NAMES, COMPARE, SHADOW],
    command: [...PROMOTE, "--to", "prompt"],
  },
  {
    name: "a run that is shadowed",
    files: MAIL,
    before: [RECORD_NAMES, COMPARE, SHADOW],
    change: { "answers.yaml": (text) => text.split("\n").slice(0, 3).join("\n") },
    command: ["main.ts", "from_name.worker", '{"headers":["Person 1 <p>","Person 2 <p>"]}'].concat([
      ...["--no-keep", "--script", "answers.yaml"],
    ]),
    isLenient: true,
  },
  {
    name: "a run that raises an alarm",
    files: MAIL,
    before: [RECORD_NAMES, COMPARE, SHADOW],
    command: WRONG,
    isLenient: true,
  },
  {
    name: "a run whose code is checked",
    files: MAIL,
    before: [RECORD_NAMES, COMPARE, CANARY],
    command: [...NAMES, "--no-keep", "--script", "answers.yaml"],
    isLenient: true,
  },
  {
    name: "monitor --reset",
    files: MAIL,
    before: [RECORD_NAMES, COMPARE, SHADOW, WRONG],
    command: ["monitor", "--reset"],
  },
];
