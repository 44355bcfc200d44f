import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatSplitLedger } from "../../src/certificate/ledger-text.ts";
import { newLedger } from "../../src/certificate/split-ledger.ts";
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
    expect(Number(/(\d+) held out/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(37);
    expect(stdout.replace(/ {2}split .*\n/, "").replace(/of \d+ inputs to/, "of N inputs to")).toBe(
      `iso_date (iso_date.worker): worth trying

  recordings         193 calls of 190 distinct inputs in 1 cassette
  the prompt itself  gave the same answer again for 3 of 3 inputs (100.0 %)
  templates          2; 0 of N inputs to learn from fit none of the others: expected fallback 0.0 %
  cost               $0.000150, 110 tokens and 0 ms a call, $0.0290 in all
Try: llm-do harden iso_date.worker
`,
    );
    expect(code).toBe(0);
    expect(readdirSync(folder.path)).not.toContain("hardening");
  });

  test("does not know what was asked once only", async () => {
    using folder = await dateProject(190);
    const { code, stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    expect(stdout).toContain(
      "iso_date (iso_date.worker): unknown: record two samples\nno input was asked twice",
    );
    expect(stdout).toContain(
      "Try: record a second sample of each input: run again what recorded cassettes/calls.yaml, with --samples 2\n",
    );
    expect(code).toBe(6);
  });

  test("says how many more inputs a small claim would need", async () => {
    using folder = await dateProject(40);
    const again = datePairs(3);
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs: again, samples: 2 });
    const { code, stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    expect(stdout).toContain("too few recordings to say");
    expect(stdout).toMatch(
      /\n\d+ inputs are held out, and a claim of 90 % needs 37: about \d+ more distinct inputs\n/,
    );
    expect(code).toBe(6);
  });

  test("reads JSON in texts as values, where the prompt then agrees with itself", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "w.worker": NOISE_WORKER, "package.json": "{}" });
    const totals = Array.from({ length: 100 }, (_, n) => n);
    for (const [samples, cents] of [
      [1, "50"],
      [2, "5"],
    ] as const) {
      const pairs = totals.map(
        (n) => [`Total ${n}`, `{"total": ${n}.${n % 2 ? "50" : cents}}`] as const,
      );
      await recordCalls(folder.path, { files: ["w.worker"], pairs, samples });
    }
    const { code, stdout } = await llmDo(folder.path, "harden", "w.worker", "--scan");
    expect(stdout).toContain("w (w.worker): worth trying\n");
    expect(stdout).toContain('comparator         {"json":"exact"}, under which');
    expect(stdout).toContain("gave the same answer again for 100 of 100 inputs");
    expect(stdout).toContain(
      `Try: mkdir -p hardening/w && echo '{"json":"exact"}' > hardening/w/comparator.yaml\n`,
    );
    expect(code).toBe(0);
    await llmDo(folder.path, "harden", "w.worker");
    expect(read(folder.path, "hardening/w/comparator.yaml")).toBe('{"json":"exact"}\n');
    expect(read(folder.path, "w.domain.ts").split("\n").length).toBeLessThan(60);
    writeFiles(folder.path, { "hardening/w/comparator.yaml": "exact\n" });
    const declared = await llmDo(folder.path, "harden", "w.worker", "--scan");
    expect(declared.stdout).toContain("not worth trying, it is noise");
  });

  test("does not call noise a pattern", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "w.worker": NOISE_WORKER });
    const pairs = datePairs(40);
    await recordCalls(folder.path, { files: ["w.worker"], pairs });
    const others = pairs.map(([input, answer], index) => [input, `${answer} ${index}`] as const);
    await recordCalls(folder.path, { files: ["w.worker"], pairs: others, samples: 2 });
    const { code, stdout } = await llmDo(folder.path, "harden", "w.worker", "--scan");
    expect(stdout).toContain("w (w.worker): not worth trying, it is noise\nthe prompt gave");
    expect(stdout).toContain("the prompt gave the same answer again for 0 of 40 inputs");
    expect(code).toBe(6);
    const extracted = await llmDo(folder.path, "harden", "w.worker");
    expect(extracted).toMatchObject({ code: 6, stdout: "" });
    expect(extracted.stderr).toContain(
      'Failed to harden "w": the prompt gave the same answer again',
    );
    expect(readdirSync(folder.path)).toEqual(["cassettes", "w.worker"]);
  });

  test("says that code saves nothing of noise", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "iso_date.worker": DATE_WORKER });
    const pairs = datePairs(40);
    const files = ["iso_date.worker"];
    await recordCalls(folder.path, { files, pairs });
    const others = pairs.map(([input, answer], index) => [input, `${answer} ${index}`] as const);
    await recordCalls(folder.path, { files, pairs: others, samples: 2 });
    const scan = ["harden", "--scan", "iso_date.worker", "--monthly-calls", "8000"];
    const { stdout } = await llmDo(folder.path, ...scan);
    expect(stdout).toMatch(/a month +8,000 calls, \$1\.20, of which code would save nothing\n/);
    writeFiles(folder.path, { "unused.worker": NOISE_WORKER });
    const all = await llmDo(folder.path, "harden", "--scan", "--monthly-calls", "8000");
    expect(all.stdout).toMatch(/ iso_date .* \$1\.20 +none +not worth trying, it is noise\n/);
  });

  test("does not call single cases a pattern, unless a person knows better", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "w.worker": NOISE_WORKER });
    const words = (index: number) => "Ab cd, ".repeat(index + 1).trim();
    const pairs = Array.from({ length: 30 }, (_, index) => [words(index), "spam"] as const);
    await recordCalls(folder.path, { files: ["w.worker"], pairs });
    const { code, stdout } = await llmDo(folder.path, "harden", "w.worker", "--scan");
    expect(stdout).toContain("not worth trying, there is no pattern\n");
    expect(stdout).toMatch(/(\d+) of \1 inputs fit no template of the others/);
    expect(code).toBe(6);
    expect((await llmDo(folder.path, "harden", "w.worker")).code).toBe(6);
    expect((await llmDo(folder.path, "harden", "w.worker", "--anyway")).code).toBe(0);
  });

  test("ranks the workers of the project, the dearest first", async () => {
    using folder = await dateProject(190);
    writeFiles(folder.path, {
      "prompts/noisy.worker": NOISE_WORKER,
      "unused.worker": "---\nmodel: test:m\n---\nHi.\n",
      "small.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nDates.\n",
      "broken.worker": "---\nmodel: [\n---\nDates.\n",
      "node_modules/p/other.worker": NOISE_WORKER,
    });
    const files = ["iso_date.worker"];
    await recordCalls(folder.path, { files, pairs: datePairs(3), samples: 2 });
    await recordCalls(folder.path, { files: ["small.worker"], pairs: datePairs(5) });
    await recordCalls(folder.path, { files: ["prompts/noisy.worker"], pairs: datePairs(4) });
    const scan = ["harden", "--scan", "--monthly-calls", "20200"];
    const { code, stdout } = await llmDo(folder.path, ...scan);
    const [head, ...lines] = stdout.split("\n");
    expect(head).toBe("Prompts on record, the dearest first: 1 of 3 worth trying");
    expect(lines.join("\n")).toContain("no recordings of 1 worker as it is today: unused");
    expect(lines.join("\n")).toContain("broken.worker was left out: ");
    expect(
      lines
        .filter((line) => /^ {2}(iso_date|small|noisy) /.test(line))
        .map((line) => line.trim().split(/ {2,}/)),
    ).toEqual([
      ["iso_date", "193", "190", "100.0 %", "$0.0290", "100.0 %", "$2.90", "$2.90", "worth trying"],
      [
        "small",
        "5",
        "5",
        "unknown",
        "$0.0007",
        expect.any(String),
        "$0.0750",
        expect.any(String),
        "unknown: record two samples",
      ],
      [
        "noisy",
        "4",
        "4",
        "unknown",
        "unknown",
        expect.any(String),
        "unknown",
        "unknown",
        "unknown: record two samples",
      ],
    ]);
    expect(lines.filter((line) => line.startsWith("Try: "))).toEqual([
      "Try: llm-do harden iso_date.worker",
      "Try: record a second sample of each input: run again what recorded cassettes/calls.yaml, with --samples 2",
      "Try: or name other cassettes, or folders of them, with --recordings",
      "Try: llm-do check broken.worker",
    ]);
    expect(code).toBe(0);
    const json = scanned((await llmDo(folder.path, ...scan, "--json")).stdout);
    expect(json.map(({ worker, verdict }) => [worker.name, verdict.kind])).toEqual([
      ["iso_date", "worth-trying"],
      ["small", "unknown"],
      ["noisy", "unknown"],
      ["unused", "no-recordings"],
    ]);
    expect(json[0]).toMatchObject({ covered: 1, monthly: { calls: 19_300 } });
  });

  test("ranks the workers of a folder, and says of which a script stood in for the model", async () => {
    using folder = temporaryFolder();
    const small = DATE_WORKER.replace("iso_date", "small").replaceAll("day", "date");
    writeFiles(folder.path, {
      "package.json": "{}",
      "mail/deep/iso_date.worker": DATE_WORKER,
      "mail/small.worker": small,
      "elsewhere/other.worker": DATE_WORKER,
    });
    const cassette = "cassettes/calls.yaml";
    const recording = { cassette, pairs: datePairs(4), source: "script" } as const;
    await recordCalls(folder.path, { files: ["mail/deep/iso_date.worker"], ...recording });
    await recordCalls(folder.path, { files: ["mail/small.worker"], ...recording });
    const { stdout } = await llmDo(folder.path, "harden", "--scan", "mail");
    expect(stdout).toContain("Prompts on record, the most called first: 0 of 2 worth trying\n");
    expect(stdout).toContain(
      "a script stood in for the model: 4 of 4 calls of iso_date, 4 of 4 calls of small\n",
    );
    const both = await llmDo(folder.path, "harden", "--scan", "mail/deep", "mail/small.worker");
    expect(both.stdout).toBe(stdout);
    const nothing = await llmDo(folder.path, "harden", "--scan", "cassettes");
    expect([nothing.code, nothing.stderr]).toEqual([
      2,
      expect.stringContaining('Failed to scan "cassettes": it has no .worker file\n'),
    ]);
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

  recordings  0 calls of 0 distinct inputs in 2 cassettes
  left out    4 of another version of the prompt, 2 of another model
Try: record some: llm-do iso_date.worker "..." --cassette cassettes/iso_date.yaml --samples 2
Try: or name other cassettes, or folders of them, with --recordings
`);
    expect(code).toBe(6);
  });

  test("splits as the ledger does", async () => {
    using folder = await dateProject(60);
    const ledger = newLedger({ worker: "iso_date", folder: "hardening/iso_date", holdout: 0.01 });
    writeFiles(folder.path, { "hardening/iso_date/split.lock.json": formatSplitLedger(ledger) });
    const { stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan", "--json");
    expect(scanned(stdout)[0].holdout).toBeLessThan(6);
  });

  test("says where a script stood in for the model", async () => {
    using folder = temporaryFolder();
    writeFiles(folder.path, { "iso_date.worker": DATE_WORKER, "package.json": "{}" });
    const pairs = datePairs(4);
    await recordCalls(folder.path, { files: ["iso_date.worker"], pairs, source: "script" });
    const { stdout } = await llmDo(folder.path, "harden", "iso_date.worker", "--scan");
    expect(stdout).toContain("in 1 cassette; a script stood in for the model in all\n");
    expect(stdout).toMatch(/cost +\$0\.000150, 110 tokens .*; a script says so\n/);
    writeFiles(folder.path, { "other.worker": `${DATE_WORKER}Or not.\n` });
    const all = await llmDo(folder.path, "harden", "--scan");
    expect(all.stdout).toContain("a script stood in for the model: 4 of 4 calls of iso_date\n");
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
  wrote hardening/iso_date/templates.json
  wrote hardening/iso_date/train.jsonl
  wrote hardening/iso_date/split.lock.json

  Next: write the function answer in iso_date.ts, and run npx vitest run iso_date.test.ts
  Then: llm-do compare iso_date.worker iso_date.ts#iso_date
`);
    expect(jsonLines(read(folder.path, "hardening/iso_date/train.jsonl"))[0]).toEqual({
      input: { input: "13 Jan 1999 10:20:30 +0200" },
      outputs: ["1999-01-13"],
    });
    expect(JSON.parse(read(folder.path, "hardening/iso_date/split.lock.json"))).toMatchObject({
      worker: "iso_date",
      events: [],
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
    const ledger = formatSplitLedger(
      newLedger({ worker: "iso_date", folder: "hardening/iso_date", holdout: 0.4 }),
    );
    writeFileSync(join(folder.path, "hardening/iso_date/split.lock.json"), ledger);
    writeFileSync(join(folder.path, "iso_date.ts"), "// mine\n");
    const again = await llmDo(folder.path, "harden", "iso_date.worker");
    expect(again.stdout).toContain("kept iso_date.ts (it differs; --force writes it anew)\n");
    expect(again.stdout).toContain(" files unchanged\n");
    expect(read(folder.path, "iso_date.ts")).toBe("// mine\n");
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
  recordings  0 calls of 0 distinct inputs in 0 cassettes
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
    [[], "it names no worker"],
    [["a.worker", "--monthly-calls", "5"], "--monthly-calls is about what --scan says"],
    [["--scan", "--monthly-calls", "0"], "It must be a whole number above 0"],
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
