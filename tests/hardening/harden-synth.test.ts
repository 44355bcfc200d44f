import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Outcome } from "../../src/hardening/write/sandbox/sandbox.ts";
import type { TrainExample } from "../../src/hardening/write/scaffold/scaffold.ts";
import { byAgreement, type Candidate } from "../../src/hardening/write/synth/candidate.ts";
import { readCode, scoreOf } from "../../src/hardening/write/synth/synthesize.ts";
import { nodeHost } from "../../src/host/node-host.ts";
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

async function project(answers: readonly string[]) {
  const folder = temporaryFolder();
  writeFiles(folder.path, { "answers.yaml": JSON.stringify(answers) });
  await recordDates(folder.path, 24);
  return folder;
}

/** Runs `llm-do harden iso_date.worker` in a folder; paths behind flags are the folder's. */
async function harden(folder: string, ...argv: string[]) {
  const { clock, pipedProcesses } = nodeHost();
  const host = testHost({ cwd: folder, clock, pipedProcesses });
  const { signal } = new AbortController();
  const words = argv.map((word) => (/\.(?:yaml)$/.test(word) ? join(folder, word) : word));
  const line = ["harden", "iso_date.worker", ...words];
  const code = await main({ argv: line, host, signal, version: "0" });
  return { code, ...host.written };
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

describe("llm-do harden --synth", () => {
  test("keeps the candidate that agrees most, and says that nobody has reviewed it", async () => {
    using folder = await project([fenced(DATE_CODE), ...Array(5).fill(fenced(HALF_CODE))]);
    const { code, stdout, stderr } = await harden(
      folder.path,
      ...["--synth", "2", "--script", "answers.yaml"],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^candidate 1, round 1: agrees on (\d+) of \1 inputs to learn from, declines 0, is wrong on 0\n/,
    );
    expect(stdout).toContain("wrote iso_date.ts\n");
    expect(stdout).toContain(
      "iso_date.ts holds code that was written by a script in the place of anthropic:claude-haiku-4-5 and has run in the sandbox only.\nReview it before you run it, its test or a comparison.\n",
    );
    const tool = read(folder.path, "iso_date.ts");
    expect(tool).toContain(DATE_CODE);
    expect(tool).toContain("// It has run in a sandbox only. Review it before you run it.\n");
    const other = read(folder.path, "hardening/iso_date/candidates/candidate-2.ts.txt");
    expect(other).toMatch(/^\/\/ Candidate 2, round 1 of 5\. It agrees on \d+ of \d+ inputs/);
    expect(other).toMatch(/\n\/\/ Not kept: candidate 1 agrees on \d+\.\n/);
    expect(other).toContain(HALF_CODE);
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
    const made = read(folder.path, "iso_date.ts");
    writeFileSync(join(folder.path, "iso_date.ts"), "// gone");
    const again = await harden(folder.path, ...synth, "--mode", "replay", "--force");
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(read(folder.path, "iso_date.ts")).toBe(made);
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs: datePairs(30) });
    const missed = await harden(folder.path, ...synth, "--mode", "replay", "--force");
    expect(missed.code).toBe(3);
    expect(missed.stderr).toContain("no recording answers its request");
    expect(read(folder.path, "iso_date.ts")).toBe(made);
  });

  test("writes the inputs on which candidates differ, none of them held out", async () => {
    using folder = await project([...Array(5).fill(fenced(HALF_CODE)), fenced(DATE_CODE)]);
    await harden(folder.path, "--synth", "2", "--script", "answers.yaml");
    const queries = jsonLines(read(folder.path, "hardening/iso_date/queries.jsonl"));
    expect(queries).toContainEqual({
      input: { input: "11 Jan 1999 10:20:30 +0200" },
      source: "train",
      answers: { "1": "declined", "2": { value: "1999-01-11" } },
    });
    const train = jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"));
    const learned = new Set(
      train.map((line) => (line as { input: { input: string } }).input.input),
    );
    const heldOut = datePairs(24).filter(([input]) => !learned.has(input));
    for (const [input] of heldOut) expect(JSON.stringify(queries)).not.toContain(input);
  });

  test("keeps no candidate that agrees on nothing", async () => {
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
    const limited = await harden(folder.path, ...args, "--max-calls", "1", "--force");
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
      return { number, round: 1, rounds: 1, code, score, outcomes: [] };
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
