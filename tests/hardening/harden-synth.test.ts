import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Outcome } from "../../src/hardening/write/sandbox/sandbox.ts";
import type { TrainExample } from "../../src/hardening/write/scaffold/scaffold.ts";
import { byAgreement, type Candidate } from "../../src/hardening/write/synth/candidate.ts";
import { innerSplit } from "../../src/hardening/write/synth/inner-fold.ts";
import { readCode, scoreOf } from "../../src/hardening/write/synth/synthesize.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import type { Json } from "../../src/model/json.ts";
import { wireServer } from "../support/answering-server.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import { DATE_CODE, datePairs, jsonLines, recordCalls, recordDates } from "./hardening-project.ts";

/** Reads the day of the shape with a weekday only, and declines the other one. */
const HALF_CODE = DATE_CODE.replace("(?:[A-Z][a-z]{2}, )?", "[A-Z][a-z]{2}, ");
/** Answers always, wrongly where there is no weekday. */
const BOLD_CODE = HALF_CODE.replace(
  'return { ok: false, reason: "it is no date of mail" };',
  'return { ok: true, value: "1970-01-01" };',
);

function fenced(code: string): string {
  return `Here you are:\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
}

const CHOSEN = "hardening/iso_date/candidates/candidate-1.ts.txt";

async function project(answers: readonly string[], count = 24) {
  const folder = temporaryFolder();
  writeFiles(folder.path, { "answers.yaml": JSON.stringify(answers) });
  await recordDates(folder.path, count);
  return folder;
}

function hostFor(cwd: string, others: object = {}) {
  const { clock, pipedProcesses } = nodeHost();
  return testHost({ cwd, clock, pipedProcesses, ...others });
}

/** Runs `llm-do` in a folder; paths of YAML are the folder's. */
async function ran(folder: string, ...argv: string[]) {
  const host = hostFor(folder);
  const { signal } = new AbortController();
  const words = argv.map((word) => (/\.(?:yaml)$/.test(word) ? join(folder, word) : word));
  const code = await main({ argv: words, host, signal, version: "0" });
  return { code, ...host.written };
}

function harden(folder: string, ...argv: string[]) {
  return ran(folder, "harden", "iso_date.worker", ...argv);
}

function accept(folder: string, named: string, ...argv: string[]) {
  return ran(folder, "harden", "--accept", named, ...argv);
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

describe("llm-do harden --synth", () => {
  test("chooses the candidate that agrees most, and keeps it as a text until it is accepted", async () => {
    const answers = [fenced(DATE_CODE), ...Array(5).fill(fenced(HALF_CODE))];
    using folder = await project(answers, 60);
    const { code, stdout, stderr } = await harden(
      folder.path,
      ...["--synth", "2", "--script", "answers.yaml"],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^candidate 1, round 1: agrees on (\d+) of \1 inputs to learn from, declines 0, is wrong on 0\n/,
    );
    expect(stdout).toMatch(
      /\n {2}chosen: candidate 1: agrees on .*; on \d+ that its writer was not shown /,
    );
    expect(stdout).toContain(
      `
  It was written by a script in the place of anthropic:claude-haiku-4-5 and has run in the sandbox only.
  Next: review hardening/iso_date/candidates/candidate-1.ts.txt
  Then: llm-do harden --accept iso_date.worker
`,
    );
    expect(read(folder.path, "iso_date.ts")).toContain("no code has been written yet");
    const chosen = read(folder.path, "hardening/iso_date/candidates/candidate-1.ts.txt");
    expect(chosen).toContain("\n// Chosen. It has run in a sandbox only");
    expect(chosen).toContain(`// ---\n${DATE_CODE}\n`);
    const other = read(folder.path, "hardening/iso_date/candidates/candidate-2.ts.txt");
    expect(other).toMatch(/^\/\/ Candidate 2, round 1 of 5\. It agrees on \d+ of \d+ inputs/);
    expect(other).toMatch(/\n\/\/ Not chosen: candidate 1 agrees on \d+\.\n/);
    expect(other).toContain(HALF_CODE);
  });

  test("shows its writer neither the inner fold nor what is held out", async () => {
    using folder = await project(Array(5).fill(fenced(BOLD_CODE)), 60);
    const { stdout } = await harden(
      folder.path,
      ...["--synth", "1", "--script", "answers.yaml", "--cassette", "code.yaml"],
    );
    const asked = read(folder.path, "code.yaml");
    const train = jsonLines(read(folder.path, "hardening/iso_date/train.jsonl")) as {
      input: { input: string };
    }[];
    const shown = train.filter(({ input }) => asked.includes(input.input));
    const kept = Number(/on (\d+) that its writer was not shown/.exec(stdout)?.[1]);
    expect(kept).toBeGreaterThan(train.length / 6);
    expect(shown.length + kept).toBe(train.length);
    const learned = new Set(train.map(({ input }) => input.input));
    const heldOut = datePairs(60).filter(([input]) => !learned.has(input));
    expect(heldOut.length).toBeGreaterThan(15);
    for (const [input] of heldOut) expect(asked).not.toContain(input);
  });

  test("ranks on the fold: what has learned its examples by heart is not chosen", async () => {
    using folder = await project([], 60);
    // Writes down what it is shown, as a table.
    const first = await harden(folder.path);
    expect(first.code).toBe(0);
    const train = jsonLines(read(folder.path, "hardening/iso_date/train.jsonl")) as {
      input: Json;
      outputs: [Json];
    }[];
    const { shown } = innerSplit(
      train.map(({ input, outputs }) => ({ input, outputs, template: "" })),
    );
    const table = Object.fromEntries(
      shown.map(({ input, outputs }) => [(input as { input: string }).input, outputs[0]]),
    );
    const byHeart = `const TABLE: Record<string, string> = ${JSON.stringify(table)};
function answer({ input }: Input): Answer {
  const value = TABLE[input];
  return value === undefined ? { ok: false, reason: "unknown" } : { ok: true, value };
}`;
    writeFiles(folder.path, {
      "answers.yaml": JSON.stringify([fenced(byHeart), ...Array(5).fill(fenced(HALF_CODE))]),
    });
    const { stdout } = await harden(folder.path, "--synth", "2", "--script", "answers.yaml");
    expect(stdout).toContain("chosen: candidate 2");
  });

  test("asks a model over HTTP", async () => {
    using folder = await project([], 24);
    await using server = await wireServer([fenced(HALF_CODE), fenced(DATE_CODE)]);
    const host = hostFor(folder.path, { env: server.env });
    const { signal } = new AbortController();
    const argv = ["harden", "iso_date.worker", "--synth", "1"];
    expect(await main({ argv, host, signal, version: "0" })).toBe(0);
    expect(server.bodies).toHaveLength(2);
    expect(JSON.stringify(server.bodies[1])).toContain("# Declined");
    expect(host.written.stdout).toContain("It was written by anthropic:claude-haiku-4-5");
  });

  test("tells the writer where its code was wrong, and at most four times", async () => {
    using folder = await project(Array(5).fill(fenced(BOLD_CODE)));
    const args = ["--synth", "1", "--script", "answers.yaml", "--cassette", "code.yaml"];
    const { code, stderr } = await harden(folder.path, ...args);
    expect(code).toBe(0);
    expect(stderr.match(/candidate 1, round \d/g)).toHaveLength(5);
    expect(stderr).toContain("served 0, live 5, missed 0, unused 0");
    const cassette = read(folder.path, "code.yaml");
    expect(cassette.match(/^source: script$/gm)).toHaveLength(5);
    expect(cassette.match(/^ *# Wrong$/gm)?.length).toBeGreaterThanOrEqual(1);
    expect(cassette).toContain('"code":{"value":"1970-01-01"}');
  });

  test("does the same from its cassette, and misses when that does not hold the request", async () => {
    using folder = await project([fenced(HALF_CODE), fenced(DATE_CODE)]);
    const synth = ["--synth", "1", "--cassette", "code.yaml"];
    const first = await harden(folder.path, ...synth, "--script", "answers.yaml");
    const made = read(folder.path, CHOSEN);
    writeFileSync(join(folder.path, CHOSEN), "// gone");
    const again = await harden(folder.path, ...synth, "--mode", "replay");
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(read(folder.path, CHOSEN)).toBe(made);
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs: datePairs(30) });
    const missed = await harden(folder.path, ...synth, "--mode", "replay");
    expect(missed.code).toBe(3);
    expect(missed.stderr).toContain("no recording answers its request");
    expect(read(folder.path, CHOSEN)).toBe(made);
  });

  test("writes the inputs on which candidates differ, none of them held out", async () => {
    using folder = await project([...Array(5).fill(fenced(HALF_CODE)), fenced(DATE_CODE)]);
    await harden(folder.path, "--synth", "2", "--script", "answers.yaml");
    const queries = jsonLines(read(folder.path, "hardening/iso_date/queries.jsonl"));
    expect(queries).toContainEqual({
      input: { input: expect.stringMatching(/^\d\d Jan 1999/) },
      source: "train",
      answers: { "1": "declined", "2": { value: expect.stringMatching(/^1999-01-\d\d$/) } },
    });
    const train = jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"));
    const learned = new Set(
      train.map((line) => (line as { input: { input: string } }).input.input),
    );
    const heldOut = datePairs(24).filter(([input]) => !learned.has(input));
    for (const [input] of heldOut) expect(JSON.stringify(queries)).not.toContain(input);
  });

  test("chooses no candidate that agrees on nothing", async () => {
    using folder = await project(Array(5).fill("I cannot do that.\u001b[2J"));
    const { code, stdout, stderr } = await harden(
      folder.path,
      ...["--synth", "1", "--script", "answers.yaml"],
    );
    expect(code).toBe(6);
    expect(stdout).toContain("no candidate agrees with the prompt on any input");
    expect(stdout + stderr).not.toContain("\u001b");
    expect(read(folder.path, "iso_date.ts")).toContain("no code has been written yet");
  });

  test("says why a candidate gave no answers, such as what the sandbox does not have", async () => {
    const local = "function answer({ input }: Input): Answer { return input.localeCompare('x'); }";
    using folder = await project(Array(5).fill(fenced(local)));
    const { stderr } = await harden(folder.path, "--synth", "1", "--script", "answers.yaml");
    expect(stderr).toMatch(
      /\n {2}on \d+ inputs: it threw TypeError: localeCompare is not available in the sandbox: it depends on the machine's language\n/,
    );
  });

  test("takes another writer, with what that needs, and its limits", async () => {
    using folder = await project([fenced(HALF_CODE), fenced(DATE_CODE)]);
    writeFiles(folder.path, {
      "mine.worker": "---\nname: mine\nmodel: test:m\n---\nWrite my way.\n",
    });
    const args = ["--synth", "1", "--synth-worker", "mine.worker", "--script", "answers.yaml"];
    const { stdout } = await harden(folder.path, ...args);
    expect(stdout).toContain("was written by a script in the place of test:m");
    const limited = await harden(folder.path, ...args, "--max-calls", "1");
    expect(limited.code).toBe(5);
  });

  test("fails when the writer does, and leaves the files as they are", async () => {
    using folder = await project([]);
    const { code, stderr } = await harden(
      folder.path,
      ...["--synth", "1", "--script", "answers.yaml"],
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain("Failed to");
    expect(existsSync(join(folder.path, "iso_date.ts"))).toBe(false);
  });
});

describe("llm-do harden --accept", () => {
  /** A folder in which code waits, as `--synth` would leave it. */
  async function waiting(code: string) {
    const folder = await project([]);
    writeFiles(folder.path, {
      [CHOSEN]: `// Chosen.\n// ---\n${code}\n`,
      "hardening/iso_date/candidates/chosen.json": JSON.stringify({
        worker: "../../../iso_date.worker",
        file: "candidate-1.ts.txt",
        writer: "test:m",
        candidate: 1,
        round: 1,
        score: "agrees on 10 of 10",
      }),
    });
    return folder;
  }

  test("shows what waits, and makes it the tool", async () => {
    using folder = await project([fenced(DATE_CODE)]);
    await harden(folder.path, "--synth", "1", "--script", "answers.yaml");
    const { code, stdout } = await accept(folder.path, "iso_date.worker");
    expect(code).toBe(0);
    expect(stdout).toContain("candidate 1, round 1, written by a script in the place of");
    expect(stdout.indexOf("function answer({ input }: Input): Answer {")).toBeLessThan(
      stdout.indexOf("wrote iso_date.ts\n"),
    );
    expect(stdout).toContain(
      "\n  accepted candidate 1\n  Next: llm-do compare iso_date.worker iso_date.ts#iso_date\n",
    );
    const tool = read(folder.path, "iso_date.ts");
    expect(tool).toContain(DATE_CODE);
    expect(tool).toContain(
      "// A person has accepted it. It gave the same answers in Node as in the sandbox.\n",
    );
    expect((await accept(folder.path, "iso_date")).code).toBe(0);
  });

  test("refuses code that answers otherwise in Node, and names the input", async () => {
    // The engines differ in how they word an error.
    const engine = `function answer({ input }: Input): Answer {
  if (input.startsWith("Mon")) return { ok: true, value: "x" };
  try { (null as any).x; } catch (error) { return { ok: true, value: String(error) }; }
  return { ok: false, reason: "no" };
}`;
    using folder = await waiting(engine);
    const { code, stderr } = await accept(folder.path, "iso_date");
    expect(code).toBe(2);
    expect(stderr).toContain("Node gives another answer than the sandbox");
    expect(stderr).toMatch(/ {2}input: {3}\{"input":"\d\d Jan 1999/);
    expect(existsSync(join(folder.path, "iso_date.ts"))).toBe(false);
  });

  test("leaves a tool alone that somebody has written on", async () => {
    using folder = await waiting(DATE_CODE);
    writeFiles(folder.path, { "iso_date.ts": "// mine\n" });
    const taken = await accept(folder.path, "iso_date");
    expect(taken.stderr).toContain("somebody has written on it");
    expect(read(folder.path, "iso_date.ts")).toBe("// mine\n");
    expect((await accept(folder.path, "iso_date", "--force")).code).toBe(0);
    expect(read(folder.path, "iso_date.ts")).toContain(DATE_CODE);
  });

  test.each([
    [["--accept", "iso_date"], "no candidate waits to be accepted"],
    [["--accept", "iso_date.worker"], "no candidate waits to be accepted"],
    [["iso_date.worker", "--accept", "iso_date"], "--accept names the worker itself"],
    [["--accept", "iso_date", "--synth", "1"], "--accept goes with neither --scan nor --synth"],
    [[], "it names no worker"],
  ])("%j is refused", async (argv, reason) => {
    using folder = await project([], 24);
    const { code, stderr } = await ran(folder.path, "harden", ...argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  });
});

describe("the sides of harden", () => {
  test("are the ledger's, whose share is settled when it is made", async () => {
    using folder = await project([], 60);
    const all = await harden(folder.path, "--holdout", "0.1");
    expect(all.code).toBe(0);
    const train = jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"));
    expect(train.length).toBeGreaterThan(45);
    expect(JSON.parse(read(folder.path, "hardening/iso_date/split.lock.json"))).toMatchObject({
      holdout: 0.1,
      reference: 1,
    });
    await harden(folder.path);
    expect(jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"))).toEqual(train);
    const other = await harden(folder.path, "--holdout", "0.5");
    expect(other.stderr).toContain(
      "the ledger was made with 0.1, and its list cannot be split anew",
    );
  });

  test("have what was opened to learn from, and all that was imported", async () => {
    using folder = await project([], 60);
    const before = await harden(folder.path);
    expect(before.code).toBe(0);
    const train = jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"));
    const rows = datePairs(60).map(([input, output]) => `${JSON.stringify({ input, output })}\n`);
    writeFiles(folder.path, { "t.jsonl": rows.join("") });
    const argv = ["import", "t.jsonl", "--worker", "iso_date.worker"];
    expect(await ran(folder.path, ...argv)).toMatchObject({ code: 0 });
    await harden(folder.path);
    expect(jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"))).toHaveLength(60);
    expect(train.length).toBeLessThan(45);
  });
});

describe("the code in an answer", () => {
  test.each([
    ["is the fenced block", "Text.\n```ts\nconst a = 1;\n```\nMore.", "const a = 1;"],
    ["is the longest of several", "```\na\n```\n```typescript\nlonger\n```", "longer"],
    ["is all of it where there is none", "const a = 1;\n", "const a = 1;"],
    ["exports nothing", "```ts\nexport function answer() {}\n```", "function answer() {}"],
    ["has the line ends of the house", "```ts\r\na  \r\nb\r\n```\r\n", "a\nb"],
    ["is no block of another language", "```json\n{}\n```\nSo:\n```ts\na\n```", "a"],
  ])("%s", (_what, answer, code) => {
    expect(readCode(answer)).toBe(code);
  });

  test.each([
    ["spaces before the end of a line", `${" ".repeat(300_000)}x`],
    ["spaces behind a fence", `\`\`\`ts${" ".repeat(300_000)}x`],
    ["blocks that nothing closes", `${"```ts\n".repeat(50_000)}x`],
    ["blocks that are closed wrongly", "```ts\nx``` y\n".repeat(50_000)],
    ["spaces behind a fence that closes", `\`\`\`ts\n\`\`\`${" ".repeat(300_000)}x`],
  ])("is found at once among %s", (_what, answer) => {
    const began = performance.now();
    readCode(answer);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("a score", () => {
  const train: TrainExample[] = ["a", "b", "c", "d"].map((input) => ({
    input,
    outputs: [input, input.toUpperCase()],
    template: "a",
  }));
  const outcomes: Outcome[] = [
    { kind: "value", value: "a" },
    { kind: "value", value: "B" },
    { kind: "declined", reason: "no" },
    { kind: "fault", reason: "it threw" },
  ];

  test("counts any answer of the prompt as agreement, and declining as neither", () => {
    const { agreed, declined, wrong } = scoreOf(train, outcomes, { kind: "exact" });
    expect([agreed, declined.length, wrong.length]).toEqual([2, 1, 1]);
    expect(wrong[0]?.example.input).toBe("d");
  });

  test("compares as is declared", () => {
    const spaced: Outcome[] = [{ kind: "value", value: " a " }];
    const [first] = train;
    expect(scoreOf(first ? [first] : [], spaced, { kind: "exact" }).agreed).toBe(0);
    expect(scoreOf(first ? [first] : [], spaced, { kind: "text", ignoreCase: false }).agreed).toBe(
      1,
    );
  });

  test("puts agreement first, then fewer wrong answers, then less code", () => {
    const candidate = (number: number, agreed: number, wrongs: number, code: string): Candidate => {
      const miss = {
        example: train[0] as TrainExample,
        outcome: { kind: "fault", reason: "x" } as const,
      };
      const score = { n: 9, agreed, declined: [], wrong: Array(wrongs).fill(miss) };
      return { number, round: 1, rounds: 1, code, score, fold: score, outcomes: [] };
    };
    const sorted = [
      candidate(1, 5, 0, "a"),
      candidate(2, 6, 3, "a"),
      candidate(3, 6, 1, "long"),
      candidate(4, 6, 1, "b"),
    ].sort(byAgreement);
    expect(sorted.map(({ number }) => number)).toEqual([4, 3, 2, 1]);
  });
});
