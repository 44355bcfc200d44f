import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatSplitLedger } from "../../src/certificate/split-ledger.ts";
import { main } from "../../src/cli/main.ts";
import { nodeHost } from "../../src/host/node-host.ts";
import { repository } from "../support/cli.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import {
  DATE_CODE,
  DATE_WORKER,
  datePairs,
  jsonLines,
  recordCalls,
  recordDates,
} from "./hardening-project.ts";

const NOISE_WORKER = "---\nmodel: test:m\n---\nSay something new.\n";

/** Runs `llm-do` in a folder. */
async function llmDo(folder: string, ...argv: string[]) {
  const { clock, pipedProcesses } = nodeHost();
  const host = testHost({ cwd: folder, clock, pipedProcesses });
  const { signal } = new AbortController();
  const code = await main({ argv, host, signal, version: "0" });
  return { code, ...host.written };
}

/** A folder with a worker that reads dates, and what is on record of it. */
async function dateProject(count: number) {
  const folder = temporaryFolder();
  await recordDates(folder.path, count);
  return folder;
}

function scanned(stdout: string) {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("llm-do harden --scan", () => {
  test("says what is on record, and that a pattern with enough recordings is worth trying", async () => {
    using folder = await dateProject(190);
    const again = datePairs(3).map(([input, answer]) => [input, answer] as const);
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs: again, samples: 2 });
    const { code, stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    const holdout = Number(/(\d+) held out/.exec(stdout)?.[1]);
    expect(holdout).toBeGreaterThanOrEqual(29);
    expect(stdout.replace(/ {2}split: .*\n/, "")).toBe(
      `iso_date (iso_date.worker): worth trying
  recordings: 193 calls of 190 distinct inputs in 1 cassette
  the prompt itself: gave the same answer again for 3 of 3 inputs (100.0 %)
  shapes: 2, of which 0 were seen once: expected fallback 0.0 %
  cost: $0.000150, 110 tokens and 0 ms a call, $0.0290 in all
Try: llm-do harden iso_date.worker
`,
    );
    expect(code).toBe(0);
    expect(readdirSync(folder.path)).not.toContain("hardening");
  });

  test("says how many more inputs a small claim would need", async () => {
    using folder = await dateProject(40);
    const { code, stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    expect(stdout).toContain("too few recordings to say");
    expect(stdout).toMatch(
      /\n {2}\d+ inputs are held out, and a claim of 90 % needs 29: about \d+ more distinct inputs\n/,
    );
    expect(code).toBe(6);
  });

  test("does not call noise a pattern", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "w.worker": NOISE_WORKER });
    const pairs = datePairs(40);
    await recordCalls(folder.path, { files: ["w.worker"], pairs });
    const others = pairs.map(([input, answer], index) => [input, `${answer} ${index}`] as const);
    await recordCalls(folder.path, { files: ["w.worker"], pairs: others, samples: 2 });
    const { code, stdout } = await llmDo(folder.path, "harden", "w.worker", "--scan");
    expect(stdout).toContain("w (w.worker): not worth trying, it is noise\n");
    expect(stdout).toContain("the prompt gave the same answer again for 0 of 40 inputs");
    expect(code).toBe(6);
    const extracted = await llmDo(folder.path, "harden", "w.worker");
    expect(extracted).toMatchObject({ code: 6, stdout: "" });
    expect(extracted.stderr).toContain(
      'Failed to harden "w": the prompt gave the same answer again',
    );
    expect(readdirSync(folder.path)).toEqual(["cassettes", "w.worker"]);
  });

  test("does not call single cases a pattern, unless a person knows better", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "w.worker": NOISE_WORKER });
    const words = (index: number) => "Ab cd, ".repeat(index + 1).trim();
    const pairs = Array.from({ length: 30 }, (_, index) => [words(index), "spam"] as const);
    await recordCalls(folder.path, { files: ["w.worker"], pairs });
    const { code, stdout } = await llmDo(folder.path, "harden", "w.worker", "--scan");
    expect(stdout).toContain("not worth trying, there is no pattern\n");
    expect(stdout).toContain("30 of 30 inputs have a shape that was seen once");
    expect(code).toBe(6);
    expect((await llmDo(folder.path, "harden", "w.worker")).code).toBe(6);
    expect((await llmDo(folder.path, "harden", "w.worker", "--anyway")).code).toBe(0);
  });

  test("lists the workers of a project, the best first, as JSON", async () => {
    using folder = await dateProject(190);
    writeFiles(folder.path, {
      "noisy.worker": NOISE_WORKER,
      "unused.worker": "---\nmodel: test:m\n---\nHi.\n",
      "small.worker": "---\nmodel: test:m\n---\nDates.\n",
    });
    await recordCalls(folder.path, { files: ["small.worker"], pairs: datePairs(5) });
    const files = ["unused.worker", "small.worker", "noisy.worker", "iso_date.worker"];
    const { code, stdout } = await llmDo(folder.path, "harden", ...files, "--scan", "--json");
    const found = scanned(stdout).map(({ worker, verdict }) => [worker.name, verdict.kind]);
    expect(found.slice(0, 2)).toEqual([
      ["iso_date", "worth-trying"],
      ["small", "too-few"],
    ]);
    expect(found.slice(2).map(([, kind]) => kind)).toEqual(["no-recordings", "no-recordings"]);
    expect(code).toBe(0);
  });

  test("leaves out and counts what says nothing of today's worker", async () => {
    using folder = await dateProject(4);
    const changed = DATE_WORKER.replace("as YYYY-MM-DD", "in ISO 8601");
    writeFileSync(join(folder.path, "iso_date.worker"), changed);
    const other = changed.replace("claude-haiku-4-5", "claude-sonnet-4-5");
    writeFiles(folder.path, { "other/iso_date.worker": other });
    await recordCalls(folder.path, {
      files: ["other/iso_date.worker"],
      pairs: datePairs(2),
      cassette: "cassettes/other.yaml",
    });
    const { code, stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    expect(stdout).toBe(`iso_date (iso_date.worker): no recordings
  no recording is of this worker
  recordings: 0 calls of 0 distinct inputs in 2 cassettes
  left out: 4 of another version of the prompt, 2 of another model
Try: record some: llm-do iso_date.worker "..." --cassette cassettes/iso_date.yaml --samples 2
Try: or name other cassettes, or folders of them, with --recordings
`);
    expect(code).toBe(6);
  });

  test("says where a script stood in for the model", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "iso_date.worker": DATE_WORKER, "package.json": "{}" });
    const pairs = datePairs(4);
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs, source: "script" });
    const { stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    expect(stdout).toContain("in 1 cassette; a script stood in for the model in all\n");
    expect(stdout).toContain("cost: unknown, no model answered\n");
  });

  test("looks where it is told", async () => {
    using folder = await dateProject(4);
    const scan = ["harden", "iso_date.worker", "--scan", "--recordings"];
    const [there] = scanned((await llmDo(folder.path, ...scan, "cassettes", "--json")).stdout);
    expect(there).toMatchObject({ calls: 4, cassettes: ["cassettes/calls.yaml"] });
    const { code, stderr } = await llmDo(folder.path, ...scan, "nowhere");
    expect(stderr).toContain('Failed to read "nowhere": there is no such file or folder');
    expect(code).toBe(2);
  });
});

describe("llm-do harden", () => {
  test("leaves a tool that declines, its domain, its test, the recordings and the ledger", async () => {
    using folder = await dateProject(40);
    const { code, stdout } = await llmDo(folder.path, "harden", "iso_date.worker");
    expect(code).toBe(0);
    expect(stdout.replace(/: \d+ inputs .*/, "")).toBe(`iso_date

  wrote iso_date.ts
  wrote iso_date.domain.ts
  wrote iso_date.test.ts
  wrote hardening/iso_date/train.jsonl
  wrote hardening/iso_date/split.lock.json

  Next: write the function answer in iso_date.ts, and run npx vitest run iso_date.test.ts
  Then: llm-do compare iso_date.worker iso_date.ts#iso_date
`);
    expect(jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"))[0]).toEqual({
      input: { input: "11 Jan 1999 10:20:30 +0200" },
      outputs: ["1999-01-11"],
    });
    expect(JSON.parse(read(folder.path, "hardening/iso_date/split.lock.json"))).toMatchObject({
      worker: "iso_date",
      looks: [],
    });
  });

  test("writes no held-out input and no answer to one anywhere", async () => {
    using folder = await dateProject(60);
    const script = ["const a = 1;", "```ts\nfunction answer(i) { return i.input }\n```"];
    const answers = join(folder.path, "answers.yaml");
    writeFileSync(answers, JSON.stringify([...script, ...script, ...script]));
    await llmDo(folder.path, "harden", "iso_date.worker");
    const synth = ["--synth", "1", "--script", answers];
    synth.push("--cassette", join(folder.path, "written.yaml"));
    await llmDo(folder.path, "harden", "iso_date.worker", ...synth);
    const train = new Set(
      jsonLines(read(folder.path, "hardening/iso_date/train.jsonl")).map((line) =>
        JSON.stringify((line as { input: unknown }).input),
      ),
    );
    const written = readdirSync(folder.path, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|json|jsonl|txt|yaml)$/.test(name) && !name.startsWith("cassettes"))
      .map((name) => read(folder.path, name))
      .join("\n");
    const heldOut = datePairs(60).filter(([input]) => !train.has(JSON.stringify({ input })));
    expect(heldOut.length).toBeGreaterThan(5);
    expect(train.size + heldOut.length).toBe(60);
    for (const [input] of heldOut) expect(written).not.toContain(input);
  });

  test("leaves what a person wrote, and whoever looked, alone", async () => {
    using folder = await dateProject(40);
    await llmDo(folder.path, "harden", "iso_date.worker");
    const ledger = formatSplitLedger({
      worker: "iso_date",
      looks: [{ subject: "0123456789abcdef", n: 3, agreed: 3 }],
    });
    writeFileSync(join(folder.path, "hardening/iso_date/split.lock.json"), ledger);
    writeFileSync(join(folder.path, "iso_date.ts"), "// mine\n");
    const again = await llmDo(folder.path, "harden", "iso_date.worker");
    expect(again.stdout).toContain("kept iso_date.ts (it differs; --force writes it anew)\n");
    expect(again.stdout).toContain("unchanged iso_date.test.ts\n");
    expect(read(folder.path, "iso_date.ts")).toBe("// mine\n");
    const synth = await llmDo(folder.path, "harden", "iso_date.worker", "--synth", "1");
    expect(synth.stderr).toContain(
      'Failed to write "iso_date.ts": it is there, and somebody has written on it',
    );
    expect(synth.code).toBe(2);
    await llmDo(folder.path, "harden", "iso_date.worker", "--force");
    expect(read(folder.path, "iso_date.ts")).toContain("no code has been written yet");
    expect(read(folder.path, "hardening/iso_date/split.lock.json")).toBe(ledger);
  });

  test("says how recordings come about where there are none", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "iso_date.worker": DATE_WORKER, "package.json": "{}" });
    const { code, stdout, stderr } = await llmDo(folder.path, "harden", "iso_date.worker");
    expect(
      stderr,
    ).toBe(`Failed to harden "iso_date": there are no recordings of its calls as it is today
  no recording is of this worker
  recordings: 0 calls of 0 distinct inputs in 0 cassettes
Try: record some: llm-do iso_date.worker "..." --cassette cassettes/iso_date.yaml --samples 2
Try: or name other cassettes, or folders of them, with --recordings
`);
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
  });

  test.each([
    [["tools.ts"], "it is not a .worker file"],
    [["a.worker", "b.worker"], "one worker at a time is hardened"],
    [["a.worker", "--scan", "--synth", "2"], "--scan writes nothing, --synth does"],
    [["a.worker", "--script", "x.yaml"], "--script is about the code that --synth lets"],
    [["a.worker", "--synth", "0"], "from 1 to 20"],
    [["a.worker", "--tui"], "unknown option"],
    [["a.worker", "--entry", "x"], "llm-do harden does not take --entry"],
    [["a.worker", "--comparator", "none.yaml"], "there is no such file"],
    [["missing.worker"], "there is no such file"],
  ])("refuses %j", async (argv, reason) => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "a.worker": NOISE_WORKER, "tools.ts": "export {};" });
    const { code, stderr } = await llmDo(folder.path, "harden", ...argv);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });

  test("writes code that compiles, is formatted, and passes its test, unwritten and written", async () => {
    using folder = await dateProject(60);
    const schemas = `import { z } from "zod";\nexport const Ask = z.object({ n: z.int(), "the-word": z.enum(["a", "b"]) });\n`;
    writeFiles(folder.path, {
      "rate-it.worker": `---
name: rate-it
model: test:m
input_schema: schemas.ts#Ask
output_schema:
  type: object
  properties:
    good: { type: boolean }
    reasons: { type: array, items: { type: string } }
  required: [good]
---
You rate.
`,
      "schemas.ts": schemas,
      "hardening/rate-it/comparator.yaml": "fields: { reasons: { set: text } }\n",
      "answers.yaml": JSON.stringify([DATE_CODE]),
      "package.json": '{ "type": "module" }',
      "biome.json": '{ "formatter": { "indentStyle": "space", "lineWidth": 100 } }',
      "tsconfig.json": JSON.stringify({
        extends: join(repository, "tsconfig.json"),
        include: ["*.ts"],
      }),
    });
    symlinkSync(join(repository, "node_modules"), join(folder.path, "node_modules"));
    const pairs = Array.from(
      { length: 20 },
      (_, n) =>
        [{ n, "the-word": n % 2 ? "a" : "b" }, `{"good":${n > 5},"reasons":["x"]}`] as const,
    );
    await recordCalls(folder.path, { files: ["rate-it.worker"], pairs });
    expect((await llmDo(folder.path, "harden", "rate-it.worker")).code).toBe(0);
    const synth = ["--synth", "1", "--script", join(folder.path, "answers.yaml")];
    expect((await llmDo(folder.path, "harden", "iso_date.worker", ...synth)).code).toBe(0);
    const loader = join(folder.path, "llm-do-here.config.ts");
    const alias = { "llm-do": join(repository, "src/index.ts") };
    writeFileSync(loader, `export default ${JSON.stringify({ resolve: { alias } })};\n`);
    const tool = (name: string, ...argv: string[]) =>
      execFileSync(process.execPath, [join(repository, "node_modules", name), ...argv], {
        cwd: folder.path,
        encoding: "utf8",
        env: { PATH: process.env["PATH"] },
      });
    const report = ["--reporter", "json", "--outputFile", "tests.json"];
    tool("vitest/vitest.mjs", "run", "--config", loader, ...report);
    expect(JSON.parse(read(folder.path, "tests.json"))).toMatchObject({
      numFailedTests: 0,
      numPassedTests: 16,
      success: true,
    });
    const made = ["rate-it.ts", "rate-it.domain.ts", "rate-it.test.ts", "iso_date.domain.ts"];
    tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings", ...made, "iso_date.test.ts");
    tool("typescript/bin/tsc", "-p", ".");
  });
});

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}
