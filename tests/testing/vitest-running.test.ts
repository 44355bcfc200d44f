import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CliResult } from "../support/cli.ts";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

/** Each test starts a command that starts vitest. */
const TIMEOUT_MS = 120_000;

const CONFIG = `import { defineConfig } from "vitest/config";
export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: { globals: true, setupFiles: ["./setup.ts"], env: { FROM_CONFIG: "yes" } },
});
`;

/** The same, with the plugin in it. */
const OWN_CONFIG = `import { llmDo } from "llm-do/vitest/config";\n${CONFIG.replace("({", "({\n  plugins: [llmDo()],")}`;

const PLAIN_TEST = `import { twice } from "@/twice.ts";
test("plain", () => {
  expect(twice(2)).toBe(4);
  expect(globalThis.wasSetUp).toBe(true);
  expect(process.env["FROM_CONFIG"]).toBe("yes");
});
`;

let project: VitestProject;

beforeAll(async () => {
  project = vitestProject({
    ...DOUBLING_PROJECT,
    "tools.ts": DOUBLING_PROJECT["tools.ts"].replace("./twice.ts", "@/twice.ts"),
    "vitest.config.ts": CONFIG,
    "setup.ts": "globalThis.wasSetUp = true;\n",
    "plain.test.ts": PLAIN_TEST,
  });
  const { stdout, stderr } = await project.test(["--mode", "record"]);
  expect(stdout + stderr).toContain("4 passed (4)");
}, TIMEOUT_MS);

afterAll(() => project[Symbol.dispose]());

/** Names of tests that ran, as the JSON reporter tells them, sorted. */
async function ran(words: readonly string[], start = project.test): Promise<readonly string[]> {
  const file = join(project.path, "report.json");
  rmSync(file, { force: true });
  const { stdout, stderr } = await start([
    ...words,
    "--reporter=json",
    `--outputFile.json=${file}`,
  ]);
  if (!existsSync(file)) throw new Error(`no report: ${stdout}${stderr}`);
  const { testResults } = JSON.parse(readFileSync(file, "utf8")) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== "skipped" && status !== "pending")
    .map(({ title, status }) => (status === "passed" ? title : `${title}: ${status}`))
    .sort();
}

const ALL = ["doubles", "doubles again (and says so)", "doubles for others", "plain"];

describe("a project with a configuration of its own", { timeout: TIMEOUT_MS }, () => {
  test("runs cases and tests, each once, with its aliases, set-up files, variables and reporters", async () => {
    let ended: CliResult | undefined;
    const words = ["--reporter=junit", "--outputFile.junit=junit.xml"];
    const names = await ran(words, async (all = []) => {
      ended = await project.test(all);
      return ended;
    });
    expect(names).toEqual(ALL);
    expect(ended?.code).toBe(0);
    const xml = readFileSync(join(project.path, "junit.xml"), "utf8");
    expect(xml).toMatch(/<testcase [^>]*name="doubles for others"/);
    expect(ended?.stdout).not.toContain("Exchanges");
    expect(ended?.stderr).toContain("Cases  3 passed (3)");
  });

  test("hands its own flags of Node on to what runs cases", async () => {
    const tools = readFileSync(join(project.path, "twice.ts"), "utf8");
    const wanted =
      'if (!process.execArgv.includes("--stack-trace-limit=7")) throw new Error("no flag");';
    project.write({
      "vitest.config.ts": CONFIG.replace("test: {", 'test: { execArgv: ["--stack-trace-limit=7"],'),
      "twice.ts": `${wanted}\n${tools}`,
    });
    expect(await ran(["other"])).toEqual(["doubles for others"]);
    project.write({ "vitest.config.ts": CONFIG });
    expect(await ran(["other"])).toEqual(["doubles for others: failed"]);
    project.write({ "twice.ts": tools });
  });

  test.each([
    ["a part of a path", ["other"], ["doubles for others"]],
    ["a name", ["-t", "again"], ["doubles again (and says so)"]],
    ["the project of cases", ["--project", "cases"], ALL.slice(0, 3)],
    ["all projects but that of cases", ["--project", "!cases"], ["plain"]],
  ])("runs what fits %s", async (_, words, expected) => {
    expect(await ran(words)).toEqual(expected);
  });

  test("is split into shards that together run all", async () => {
    const shards = [await ran(["--shard", "1/2"]), await ran(["--shard", "2/2"])];
    expect(shards.every((names) => names.length > 0)).toBe(true);
    expect(shards.flat().sort()).toEqual(ALL);
  });
});

describe("a configuration with the plugin in it", { timeout: TIMEOUT_MS }, () => {
  beforeAll(() => project.write({ "vitest.config.ts": OWN_CONFIG }));
  afterAll(() => project.write({ "vitest.config.ts": CONFIG }));

  test("makes plain vitest run the same, which says what the cases came to, once", async () => {
    let said = "";
    const names = await ran(["run"], async (words = []) => {
      const result = await project.vitest(words);
      said = result.stderr;
      return result;
    });
    expect(names).toEqual(ALL);
    expect(said.match(/Cases/g)).toHaveLength(1);
    expect(await ran(["run", "--project", "cases", "other"], project.vitest)).toEqual([
      "doubles for others",
    ]);
  });

  test("runs each case once under llm-do test, which brings the plugin too", async () => {
    expect(await ran([])).toEqual(ALL);
  });
});

describe("a configuration that declares projects", { timeout: TIMEOUT_MS }, () => {
  const DECLARED = `import { defineConfig } from "vitest/config";
export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: { projects: [{ test: { name: "unit", include: ["*.test.ts"], globals: true, setupFiles: ["./setup.ts"], env: { FROM_CONFIG: "yes" } } }] },
});
`;
  beforeAll(() => project.write({ "vitest.config.ts": DECLARED }));
  afterAll(() => project.write({ "vitest.config.ts": CONFIG }));

  test("gets the project of cases beside its own", async () => {
    expect(await ran([])).toEqual(ALL);
    expect(await ran(["--project", "cases"])).toEqual(ALL.slice(0, 3));
    expect(await ran(["--project", "unit"])).toEqual(["plain"]);
  });
});
