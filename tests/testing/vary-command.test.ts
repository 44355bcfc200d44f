import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MutationsJson } from "../../src/testing/vitest/run/variation-results.ts";
import { type CliResult, repository, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/host.ts";
import { runHere } from "../support/in-process.ts";
import { writeFiles } from "../support/project.ts";

const folder = temporaryFolder();

const MAIN = "---\nmodel: anthropic:claude-haiku-4-5\n---\nGreet people of 2026-11-24.\n";
const CASES = `script: answers.yaml
cases:
  - name: greets
    input: Hi, I am Ada.
    expect: { output: { contains: Ada } }
`;
const CODE = `
import { tool } from "llm-do";
import { z } from "zod";
const input = z.object({ n: z.number() });
export const double = tool({ description: "Double.", input, effect: "pure", run: ({ n }) => n * 2 });
export const hoarse = tool({
  description: "Wait.",
  input,
  effect: "pure",
  run: (_input, { signal }) => new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 20, "waited");
    signal.addEventListener("abort", () => { clearTimeout(timer); reject("stopped"); });
  }),
});
`;

function codeCases(name: string, entry: string, expected: string): string {
  const lines = [`cases:`, `  - name: ${name}`, `    entry: ${entry}`, "    input: { n: 2 }"];
  return `files: [tools.ts]\n${lines.join("\n")}\n    cassette: none\n    expect: ${expected}\n`;
}

async function llmDoTest(...args: readonly string[]): Promise<CliResult> {
  const { code, stdout, stderr } = await runCli(["test", ...args], {
    cwd: folder.path,
    env: { NO_COLOR: "1" },
  });
  return { code, stdout, stderr };
}

/** The same for words that keep anything from being started. */
const refused = (...args: readonly string[]): Promise<CliResult> =>
  runHere(["test", ...args], { cwd: folder.path, env: { NO_COLOR: "1" } });

beforeAll(async () => {
  writeFiles(folder.path, {
    "package.json": '{ "type": "module" }',
    "sound/main.worker": MAIN,
    "sound/main.cases.yaml": CASES,
    "sound/answers.yaml": "- Hello Ada.\n",
    "hidden/main.worker": MAIN,
    "hidden/main.cases.yaml": CASES,
    "hidden/answers.yaml": "- Hello Ada.\n",
    "hidden/llm-do.yaml": "volatile: ['\\d{4}-\\d\\d-\\d\\d']\n",
    "code/tools.ts": CODE,
    "code/tight.cases.yaml": codeCases("doubles", "double", "{ output: 4 }"),
    "hoarse/tools.ts": CODE,
    "hoarse/one.cases.yaml": codeCases("waits", "hoarse", "{ output: waited }"),
  });
  mkdirSync(join(folder.path, "node_modules"));
  for (const [name, target] of [
    ["llm-do", repository],
    ["vitest", join(repository, "node_modules/vitest")],
    ["zod", join(repository, "node_modules/zod")],
  ] as const) {
    execFileSync("ln", ["-s", target, join(folder.path, "node_modules", name)]);
  }
  expect(await llmDoTest("sound", "hidden", "--mode", "record")).toMatchObject({ code: 0 });
});

afterAll(() => folder[Symbol.dispose]());

describe("llm-do test --mutate", () => {
  test("passes where every change is noticed, and says by what", async () => {
    const { code, stdout, stderr } = await llmDoTest(
      "sound",
      "code",
      "--mutate",
      "--reporter",
      "verbose",
    );
    expect(stderr).toContain(
      "mutations: 4 killed (3 by a miss, 1 by an expectation), 0 survived\n",
    );
    expect(stdout).toContain("greets > a change of the instructions of main is noticed");
    expect(stdout).toContain("greets > a change of the setting temperature of main is noticed");
    expect(code).toBe(0);
  });

  test("fails where a rule hides a change, with the recording that answered", async () => {
    const { code, stderr } = await llmDoTest("hidden", "--mutate");
    expect(stderr).toContain("changed: Greet people of [-2026-11-24-]{+2027-11-24+}.");
    expect(stderr).toMatch(
      /answered nevertheless: recording [0-9a-f]{16}, call main\n +at .*greets\.yaml:\d+\n/,
    );
    expect(stderr).toMatch(
      /^mutations: 3 killed \(3 by a miss, 0 by an expectation\), 1 survived$/m,
    );
    expect(code).toBe(1);
  });

  test("takes a survivor that the case accepts, and no other", async () => {
    const json = async () => {
      const { stdout } = await llmDoTest("hidden", "--mutate", "--json");
      return { stdout, ...(JSON.parse(stdout) as MutationsJson) };
    };
    const first = await json();
    expect(first.stdout).toBe((await json()).stdout);
    const [{ file = "", mutations = [] } = {}] = first.cases;
    const ids = new Map(mutations.map(({ outcome, id }) => [outcome, id]));
    expect([file, ids.size, mutations.length]).toEqual(["hidden/main.cases.yaml", 2, 4]);
    const accept = async (...accepted: readonly (string | undefined)[]) => {
      const items = accepted.map((id) => `{ id: ${id}, reason: the day does not matter }`);
      writeFiles(folder.path, {
        "hidden/main.cases.yaml": `${CASES}    mutations: { accept: [${items.join(", ")}] }\n`,
      });
      // What it says beside the JSON is that of a run without it.
      return await llmDoTest("hidden", "--mutate", "--json");
    };
    const taken = await accept(ids.get("survived"));
    expect(taken.stderr).toContain(", 0 survived, 1 accepted\n");
    expect(taken.code).toBe(0);
    const [own] = (JSON.parse(taken.stdout) as MutationsJson).cases;
    expect(own?.mutations.find(({ outcome }) => outcome === "accepted")).toEqual({
      id: ids.get("survived"),
      name: "the instructions of main, where a rule hides it (1)",
      outcome: "accepted",
      reason: "the day does not matter",
      change: { before: "Greet people of 2026-11-24.", after: "Greet people of 2027-11-24." },
    });
    const killed = await accept(ids.get("survived"), ids.get("killed"));
    expect(killed.stderr).toContain(
      `the accepted mutation ${ids.get("killed")} no longer survives`,
    );
    expect(killed.stderr).toContain(", 1 accepted, 1 accepted and no longer surviving\n");
    expect(killed.code).toBe(1);
    const near = ids.get("survived")?.replace(/.$/, "x");
    const misspelt = await accept(near);
    expect(misspelt.stderr).toContain(`the accepted mutation ${near} no longer survives`);
    expect(misspelt.stderr).toContain(`Try: write ${ids.get("survived")}`);
    expect(misspelt.code).toBe(1);
    writeFiles(folder.path, { "hidden/main.cases.yaml": CASES });
  });

  test("refuses to accept what is no mutation with a reason", async () => {
    const wrong: readonly (readonly [item: string, message: string])[] = [
      ["{ id: abcdef12 }", "has no reason"],
      ["{ reason: why }", "has no id"],
      ["{ id: abcdef12, reason: '' }", "must be a reason"],
      ["{ id: 12345678, reason: a }, { id: 12345678, reason: b }", "holds 12345678 twice"],
      ["{ id: abcdef12, reasons: a }", 'unknown key "reasons"'],
    ];
    const files = wrong.map(([item], index) => [
      `wrong/${index}.cases.yaml`,
      `worker: main.worker\n${CASES}    mutations: { accept: [${item}] }\n`,
    ]);
    writeFiles(folder.path, { "wrong/main.worker": MAIN, ...Object.fromEntries(files) });
    const { code, stderr } = await llmDoTest("wrong", "--mutate");
    rmSync(join(folder.path, "wrong"), { recursive: true });
    for (const [index, [, message]] of wrong.entries()) {
      const failure = stderr.slice(stderr.search(new RegExp(`FAIL .*wrong/${index}\\.cases`)));
      expect(failure.split(/\n *FAIL /)[0]).toContain(message);
    }
    // Any failure of another kind would make it 1.
    expect(code).toBe(2);
  });

  test("writes JSON of mutations only", async () => {
    const { code, stderr } = await refused("hidden", "--json");
    expect(JSON.parse(stderr)).toMatchObject({
      kind: "error",
      message: 'Failed to use "--json": it writes what --mutate finds',
    });
    expect(code).toBe(2);
  });

  test("runs what the filter of names fits, as of any tests", async () => {
    const { stderr } = await llmDoTest("sound", "--mutate", "-t", "the input");
    expect(stderr).toBe("mutations: 1 killed (1 by a miss, 0 by an expectation), 0 survived\n");
  });

  test("records nothing", async () => {
    const { code, stderr } = await refused("--mutate", "--mode", "record");
    expect(stderr).toMatch(/^Failed to use "--mode record": .*cases are replayed/);
    expect(code).toBe(2);
  });
});

describe("llm-do test --faults", () => {
  test("passes where a case holds up, and says from which seed", async () => {
    const { code, stderr } = await llmDoTest("sound", "--faults", "--seed", "4", "--runs", "30");
    expect(stderr).toContain("faults: 1 case, 30 runs, seed 4, 0 failed\n");
    expect(code).toBe(0);
  });

  test("fails where a tool is not sound, with the command that runs that again", async () => {
    const { code, stderr } = await llmDoTest("hoarse", "--faults");
    expect(stderr).toContain("the code of hoarse threw a string: what it throws must be an Error");
    expect(stderr).toContain("when a person interrupts while code runs (the 1. that runs)");
    const [, flags = ""] =
      /Try: the same again: llm-do test \S+ -t "waits" (--faults .*)$/m.exec(stderr) ?? [];
    expect(flags).toMatch(/^--faults --seed \d+ --path \d+$/);
    expect(code).toBe(1);
    const again = await llmDoTest("hoarse", "-t", "waits", ...flags.split(" "));
    expect(again.stderr).toContain("1 case, 1 run, seed");
    expect(again.stderr).toContain("the code of hoarse threw a string");
  });

  test.each([
    [["--seed", "4"], /"--seed 4": .*there are to be none/],
    [["--faults", "--seed", "x"], /"--seed x": it must be a whole number/],
    [["--faults", "--runs", "0"], /"--runs 0": it must be a whole number from 1/],
    [["--faults", "--path", "x"], /"--path x": .*such as 12:0/],
    [["--max-usd", "abc"], /"--max-usd abc": .*above 0, in US dollars\nTry: --max-usd 0\.50\n/],
    [["--max-usd", "-1"], /"--max-usd=-1": it must be a number above 0/],
    [["--samples", "0"], /"--samples 0": it must be a whole number from 1/],
    [["--mode", "recrod"], /"--mode recrod": it must be one of .*\nTry: --mode record\n/],
    [["--calibrate", "--mode", "live"], /"--mode live": it must be one of/],
    [["--models", "a:b", "--max-usd", "0"], /"--max-usd 0": it must be/],
  ])("refuses %j, and names the flag", async (args, message) => {
    const { code, stderr } = await refused(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("LLM_DO_TEST_");
    expect(code).toBe(2);
  });
});
