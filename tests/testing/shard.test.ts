import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CliResult } from "../support/cli.ts";
import { copyOf, type VitestProject, vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;
const OFFLINE = { CI: "1" };

const cases = (count: number) =>
  `worker: main.worker
script: answers.yaml
cases:
${Array.from({ length: count }, (_, index) => `  - { name: case ${index}, input: "${index}" }\n`).join("")}`;

let project: VitestProject;
beforeAll(async () => {
  project = vitestProject({
    "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou greet.\n",
    "answers.yaml": "- Hello.\n",
    "vitest.config.ts": `import { llmDo } from "llm-do/vitest/config";
export default { plugins: [llmDo()] };
`,
    "many.cases.yaml": cases(11),
    "few.cases.yaml": cases(2),
    "plain.test.ts": `import { test } from "vitest";\ntest("plain", () => undefined);\n`,
  });
  expect((await project.test(["--mode", "record"])).code).toBe(0);
}, TIMEOUT_MS);
afterAll(() => project[Symbol.dispose]());

/** All tests there are, as `file > name`. */
const ALL = [
  ...Array.from({ length: 11 }, (_, index) => `many.cases.yaml > case ${index}`),
  ...Array.from({ length: 2 }, (_, index) => `few.cases.yaml > case ${index}`),
  "plain.test.ts > plain",
];

/** The tests that ran, as `file > name`. */
function ranIn({ stdout }: CliResult): readonly string[] {
  return [...stdout.matchAll(/^ [✓×] (?:.* )?(\S+ > .*?)(?: \d+ms)?$/gm)].map(
    ([, test = ""]) => test,
  );
}

const NAMED = ["--reporter", "verbose"];

describe("--shard", { timeout: TIMEOUT_MS }, () => {
  test("divides the cases of one file, and keeps each failure when all reports are merged", async () => {
    using copy = copyOf(project);
    const [, , third] = cases(11).match(/ {2}- .*\n/g) ?? [];
    const failing = `  - { name: case 2, input: "2", expect: { output: Goodbye. } }\n`;
    copy.write({ "many.cases.yaml": cases(11).replace(third ?? "", failing) });
    const shards: (readonly string[])[] = [];
    const codes: (number | null)[] = [];
    for (const index of [1, 2, 3]) {
      const words = ["--shard", `${index}/3`, ...NAMED, "--reporter", "blob"];
      const ran = await copy.test(words, { env: OFFLINE });
      codes.push(ran.code);
      shards.push(ranIn(ran));
    }
    expect(codes.toSorted()).toEqual([0, 0, 1]);
    // Each case and test is in one shard.
    expect(shards.flat().toSorted()).toEqual(ALL.toSorted());
    for (const shard of shards) expect(shard.length).toBeGreaterThanOrEqual(4);
    const merged = await copy.test(["--merge-reports"], { env: OFFLINE });
    expect([merged.code, merged.stdout]).toEqual([1, expect.stringMatching(/13 passed \(14\)/)]);
    expect(merged.stderr).toContain("many.cases.yaml > case 2");
  });

  test("does the same under plain vitest", async () => {
    const found: string[] = [];
    for (const index of [1, 2]) {
      const ran = await project.vitest(["run", "--shard", `${index}/2`, ...NAMED]);
      expect(ran.code).toBe(0);
      found.push(...ranIn(ran));
    }
    expect(found.toSorted()).toEqual(ALL.toSorted());
  });

  test("of which nothing is left is no failure, and says so", async () => {
    const shards: CliResult[] = [];
    for (const index of [1, 2, 3]) {
      shards.push(await project.test(["few", "--shard", `${index}/3`], { env: OFFLINE }));
    }
    expect(shards.map(({ code }) => code)).toEqual([0, 0, 0]);
    const empty = shards.filter(({ stderr }) => /shard \d\/3 has nothing to run/.test(stderr));
    expect(empty).toHaveLength(1);
  });

  test("of nothing at all is a mistake, and so is a shard that there is not", async () => {
    const { code, stderr } = await project.test(["nothing", "--shard", "1/2"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("there are no cases and no tests")]);
    for (const shard of ["3/2", "0/2", "1", "1/2/3", "1/2.5", "a/b"]) {
      const wrong = await project.testHere([`--shard=${shard}`]);
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("INDEX/COUNT")]);
    }
  });

  test("goes with names, samples and mutations: a case stays in its shard", async () => {
    const counts: string[] = [];
    for (const index of [1, 2]) {
      const words = ["-t", "case 10", "--mutate", "--shard", `${index}/2`, ...NAMED];
      const { code, stdout } = await project.test(words, { env: OFFLINE });
      expect(code === 0 || code === 1).toBe(true); // mutations may survive
      counts.push(/case 10/.test(stdout) ? "there" : "not");
    }
    expect(counts.toSorted()).toEqual(["not", "there"]);
  });

  test("keeps a file of cases that cannot be read in one shard, which fails", async () => {
    using broken = vitestProject({ "a.cases.yaml": "cases: 1\n", "b.cases.yaml": "cases: 2\n" });
    const codes: (number | null)[] = [];
    for (const index of [1, 2]) codes.push((await broken.test(["--shard", `${index}/2`])).code);
    expect(codes).toEqual([2, 2]);
  });
});
