import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository } from "../support/cli.ts";
import { DOUBLING_PROJECT } from "../support/doubling-project.ts";
import {
  copyOf,
  linkPackages,
  type VitestProject,
  vitestProject,
} from "../support/vitest-project.ts";

const { dependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

const TIMEOUT_MS = 120_000;

let recorded: VitestProject;

beforeAll(async () => {
  recorded = vitestProject(DOUBLING_PROJECT);
  const { code } = await recorded.test(["--mode", "record"]);
  expect(code).toBe(0);
}, TIMEOUT_MS);

afterAll(() => recorded[Symbol.dispose]());

describe("llm-do test", { timeout: TIMEOUT_MS }, () => {
  test("ends with 3 when a prompt was edited without its recordings, and says which word", async () => {
    using project = copyOf(recorded);
    project.write({
      "main.worker": DOUBLING_PROJECT["main.worker"].replace("You double", "You triple"),
    });
    const { code, stderr } = await project.test(["other"]);
    expect(stderr).toContain('its instructions changed ("double" is now "triple")');
    expect(stderr).toContain(
      "Try: record anew: llm-do test other.cases.yaml -t '^doubles for others$' --mode record",
    );
    expect(stderr).toContain("Exchanges  served 0, live 0, missed 1, unused 2");
    expect(code).toBe(3);
  });

  test("lets the other cases run when one cannot be, and says where each stands", async () => {
    using project = copyOf(recorded);
    project.write({
      "main.cases.yaml": `${DOUBLING_PROJECT["main.cases.yaml"]}
  - { name: broken worker, worker: broken.worker, input: a }
  - { name: no folder, input: a, workspace: nowhere }
  - { name: leads out, input: a, workspace: work }
`,
      "broken.worker": "---\nmodle: test\n---\nHi.\n",
      "work/a.txt": "a",
    });
    symlinkSync("/etc", join(project.path, "work/out"));
    const { code, stdout, stderr } = await project.test(["main"]);
    expect(stdout).toContain("3 failed | 2 passed (5)");
    expect(stderr).toContain('unknown key "modle"');
    expect(stderr).toContain("there is no such folder");
    expect(stderr).toContain("the link out leads out of the folder");
    expect(stderr).toMatch(/❯ main\.cases\.yaml:11:5/);
    expect(code).toBe(2);
  });

  test("ends with 2 for files of cases that are wrong, and says of each in what", async () => {
    using project = copyOf(recorded);
    const text = DOUBLING_PROJECT["other.cases.yaml"];
    const wrong: readonly (readonly [name: string, text: string, said: RegExp])[] = [
      ["is-not-yaml", "cases: [", /bad-is-not-yaml\.cases\.yaml:1:/],
      ["has-an-unknown-key", "case: []\n", /unknown key "case"/],
      ["has-no-cases", "cases: []\n", /bad-has-no-cases\.cases\.yaml:1:/],
      [
        "has-a-value-of-another-kind",
        "cases: [{ name: a, input: a, samples: many }]\n",
        /samples.*must be/,
      ],
      [
        "names-no-worker",
        "worker: nowhere.worker\ncases: [{ name: a, input: a }]\n",
        /Failed .*nowhere\.worker/,
      ],
      [
        "names-no-judge",
        "files: [main.worker, tools.ts]\nscript: answers.yaml\ncases: [{ name: a, input: a, expect: { judge: { worker: no.worker } } }]\n",
        /Failed .*no\.worker/,
      ],
      [
        "has-one-name-twice",
        text + text.slice(text.indexOf("  - name")),
        /two cases have the name "doubles for others"/,
      ],
    ];
    project.write(
      Object.fromEntries(wrong.map(([name, content]) => [`bad-${name}.cases.yaml`, content])),
    );
    const { code, stderr } = await project.test(["bad", "--mode", "record"]);
    for (const [name, , said] of wrong) {
      const failure = stderr.slice(stderr.search(new RegExp(`FAIL .*bad-${name}\\.cases`)));
      expect(failure.split(/\n *FAIL /)[0]).toMatch(said);
    }
    // Any failure of another kind would make it 1.
    expect(code).toBe(2);
  });

  test("ends with 1 where a case beside a bad file fails for what it does", async () => {
    using project = copyOf(recorded);
    project.write({
      "bad.cases.yaml": "cases: [",
      "other.test.ts": `import { expect, test } from "vitest";\ntest("sums", () => expect(1 + 1).toBe(3));\n`,
    });
    expect((await project.test(["bad", "other.test"])).code).toBe(1);
  });

  test("says how a case without a cassette is recorded, and not by CI", async () => {
    using project = copyOf(recorded);
    rmSync(join(project.path, "cassettes/other"), { recursive: true });
    const advice =
      "Try: record it: llm-do test other.cases.yaml -t '^doubles for others$' --mode record";
    const here = await project.test(["other"]);
    expect(here.stderr).toContain(`${advice}\n`);
    expect(here.code).toBe(3);
    const inCi = await project.test(["other"], { env: { CI: "1" } });
    expect(inCi.stderr).toContain(
      `${advice} (on your own machine: nothing is recorded where CI is set)\n`,
    );
    const refused = await project.testHere(["other", "--mode", "record"], { env: { CI: "1" } });
    expect(refused.stderr).toContain("nothing is recorded where CI is set");
    expect(refused.code).toBe(2);
  });

  test.each([
    ["a name that fits nothing", ["-t", "nothing like this"], "no tests that fit -t nothing like"],
    ["a path that fits nothing", ["nowhere"], "no tests that fit nowhere"],
    ["a project that is not there", ["--project", "unit"], 'No projects matched the filter "unit"'],
    ["a flag that is not there", ["--testTimout", "3"], "Try: write --test-timeout"],
    ["a misspelt flag of its own", ["--allow-unsued"], "Try: write --allow-unused"],
    ["a mode that is not there", ["--mode", "recrod"], "it must be one of replay, auto, record"],
    [
      "coverage that nothing measures",
      ["--coverage.enabled", "--coverage.provider=istanbul"],
      "npm install --save-dev @vitest/coverage-istanbul",
    ],
  ])("ends with 2 for %s", async (_, words, message) => {
    // What starts no vitest needs no start of the command either.
    const isWrong = ["--testTimout", "--allow-unsued", "--mode"].includes(words[0] ?? "");
    const { code, stderr } = await (isWrong ? recorded.testHere(words) : recorded.test(words));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test("fails where two files of cases share a cassette, before one records over the other", async () => {
    const cases = (name: string) =>
      `files: [main.worker, tools.ts]\nscript: answers.yaml\ncases: [{ name: ${name}, input: ${name}, cassette: one.yaml }]\n`;
    using project = vitestProject({
      ...DOUBLING_PROJECT,
      "main.cases.yaml": cases("first"),
      "other.cases.yaml": cases("second"),
    });
    const { code, stdout, stderr } = await project.test(["--mode", "record"]);
    expect(stdout + stderr).toMatch(
      /Failed to run "(first|second)": it shares the cassette .*one\.yaml with a case of (main|other)\.cases\.yaml/,
    );
    expect(stdout).toContain("1 failed | 1 passed");
    expect(code).toBe(2);
  });

  test("ends with 2 and advice in a project without cases and tests", async () => {
    using project = vitestProject({});
    const { code, stderr } = await project.test();
    expect(stderr).toContain("there are no cases and no tests\nTry: name a file of cases");
    expect(code).toBe(2);
  });

  test("fails for a misspelt variable, also under plain vitest", async () => {
    using project = copyOf(recorded);
    const env = { LLM_DO_TEST_MODUS: "auto" };
    const { code, stderr } = await project.test([], { env });
    expect(stderr).toContain("Try: write LLM_DO_TEST_MODE");
    expect(code).toBe(2);
    project.write({
      "vitest.config.ts": `import { llmDo } from "llm-do/vitest/config";\nexport default { plugins: [llmDo()] };\n`,
    });
    const plain = await project.vitest(["run"], env);
    expect(plain.stderr).toContain("Try: write LLM_DO_TEST_MODE");
    expect(plain.code).toBe(1);
  });

  test("ends with 2 for a configuration that does not load", async () => {
    using project = copyOf(recorded);
    project.write({ "vitest.config.ts": "throw new Error('not today');\n" });
    const { code, stderr } = await project.test();
    expect(stderr).toContain('Failed to start "vitest": not today');
    expect(code).toBe(2);
  });

  test("reports a case that hangs with the call that it hung in", async () => {
    using project = copyOf(recorded);
    project.write({
      "twice.ts": "export const twice = () => new Promise(() => setInterval(() => {}, 1000));\n",
      "main.cases.yaml": DOUBLING_PROJECT["main.cases.yaml"].replace(
        "script:",
        "timeout_seconds: 0.5\nscript:",
      ),
    });
    const { code, stderr } = await project.test(["main"]);
    expect(stderr).toContain("it did not end within 0.5 s; it hung in main/double");
    expect(code).toBe(1);
  });
});

describe("snapshots", { timeout: TIMEOUT_MS }, () => {
  test("are written, compared and updated, and not written in CI", async () => {
    using project = copyOf(recorded);
    const snapshotOf = (text: string) =>
      text.replaceAll(/expect: .*/g, "expect: { snapshot: true }");
    project.write({ "other.cases.yaml": snapshotOf(DOUBLING_PROJECT["other.cases.yaml"]) });
    const file = join(project.path, "__snapshots__/other.cases.yaml.snap");
    const inCi = await project.test(["other"], { env: { CI: "1" } });
    expect([inCi.code, existsSync(file)]).toEqual([1, false]);
    const written = await project.test(["other"]);
    expect([written.code, existsSync(file)]).toEqual([0, true]);
    project.write({ "answers.yaml": "- It is still 8.\n" });
    const changed = await project.test(["other", "--mode", "record"]);
    expect(changed.stderr).toContain("It is still 8.");
    expect(changed.code).toBe(1);
    expect((await project.test(["other", "-u"])).code).toBe(0);
    expect((await project.test(["other"])).code).toBe(0);
  });
});

describe("a project that has installed nothing", { timeout: TIMEOUT_MS }, () => {
  test("is tested with what is beside the command", async () => {
    using project = copyOf(recorded);
    rmSync(join(project.path, "node_modules"), { recursive: true });
    const { code, stderr } = await project.test(["other"]);
    expect(stderr).toContain("Cases  1 passed (1)");
    expect(code).toBe(0);
  });

  test("is told to install vitest where there is none", async () => {
    using project = copyOf(recorded);
    const modules = join(project.path, "node_modules");
    rmSync(modules, { recursive: true });
    cpSync(join(repository, "dist"), join(modules, "llm-do/dist"), { recursive: true });
    cpSync(join(repository, "package.json"), join(modules, "llm-do/package.json"));
    linkPackages(project.path, Object.keys(dependencies));
    const start = [join(modules, "llm-do/dist/bin/llm-do.js"), "test"];
    const ended = spawnSync(process.execPath, start, { cwd: project.path, encoding: "utf8" });
    expect(ended.stderr).toContain("Try: npm install --save-dev vitest");
    expect(ended.status).toBe(2);
  });
});
