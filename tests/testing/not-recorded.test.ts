import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;

const FILES = {
  "main.worker": `---
model: anthropic:claude-haiku-4-5
toolsets: { helper: {} }
---
You greet.
`,
  "helper.worker": `---
description: Helps.
model: anthropic:claude-haiku-4-5
---
You help.
`,
  "main.cases.yaml": `
files: [main.worker, helper.worker]
cases:
  - { name: first, input: first }
  - { name: busy, input: busy }
  - { name: last, input: last }
`,
};

const error = (status: number, type: string): Reply => ({
  kind: "error",
  status,
  type,
  retryAfterMs: 10,
});

const mentions = ({ messages }: MessagesBody, word: string) =>
  JSON.stringify(messages).includes(word);

/** Answers everything but what mentions "busy". */
const answering =
  (busy: Reply) =>
  (body: MessagesBody): Reply =>
    mentions(body, "busy") ? busy : { kind: "text", text: "Hello." };

const cassettes = (project: VitestProject, stem = "main") =>
  ["first", "busy", "last"].filter((name) =>
    existsSync(join(project.path, `cassettes/${stem}/${name}.yaml`)),
  );

const read = (project: VitestProject, name: string) =>
  readFileSync(join(project.path, `cassettes/main/${name}.yaml`), "utf8");

describe("a provider that has no time", { timeout: TIMEOUT_MS }, () => {
  test("429, 529 and 503 are retried, and then their cases are not recorded, which is no failure", async () => {
    const busy = [
      [429, "rate_limit_error"],
      [529, "overloaded_error"],
      [503, "overloaded_error"],
    ] as const;
    await using server = await anthropicServer((body) => {
      const [status, type] = busy.find(([code]) => mentions(body, `busy ${code}`)) ?? [];
      return status === undefined ? { kind: "text", text: "Hello." } : error(status, type);
    });
    using project = vitestProject({
      ...FILES,
      "main.cases.yaml": FILES["main.cases.yaml"].replace(
        "  - { name: busy, input: busy }\n",
        busy.map(([code]) => `  - { name: busy ${code}, input: busy ${code} }\n`).join(""),
      ),
    });
    const { code, stdout, stderr } = await project.test(["--mode", "record"], {
      env: server.env,
    });
    expect(stderr).toContain("Cases  2 passed, 3 not recorded (5)");
    for (const [status, type] of busy) {
      expect(stderr).toContain(`1: anthropic:claude-haiku-4-5 answers ${status} ${type}`);
      // It is asked three times.
      const asked = server.requests.filter((body) => mentions(body, `busy ${status}`));
      expect(asked).toHaveLength(3);
    }
    expect(stderr).toContain("Unrecorded  1: ");
    expect(stdout).not.toContain("failed");
    expect(code).toBe(3);
    expect(readdirSync(join(project.path, "cassettes/main"))).toEqual(["first.yaml", "last.yaml"]);
    expect(server.requests).toHaveLength(2 + 3 * 3);
  });

  test("that gets it after a while has the case recorded, also past its own time", async () => {
    let refusals = 0;
    await using server = await anthropicServer((body) => {
      if (!mentions(body, "busy") || refusals++ > 0) return { kind: "text", text: "Hello." };
      return { kind: "error", status: 429, type: "rate_limit_error", retryAfterMs: 7000 };
    });
    using project = vitestProject({
      ...FILES,
      "main.cases.yaml": `timeout_seconds: 6\n${FILES["main.cases.yaml"].trim()}\n`,
    });
    const { code, stderr } = await project.test(["--mode", "record"], { env: server.env });
    expect([code, stderr]).toEqual([0, expect.stringContaining("Cases  3 passed (3)")]);
  });

  test("leaves the recording that there is, in both modes", async () => {
    await using fine = await anthropicServer(() => ({ kind: "text", text: "Hello." }));
    using project = vitestProject(FILES);
    expect((await project.test(["--mode", "record"], { env: fine.env })).code).toBe(0);
    const before = read(project, "busy");
    project.write({ "main.worker": FILES["main.worker"].replace("greet", "welcome") });
    await using server = await anthropicServer(answering(error(529, "overloaded_error")));
    for (const mode of ["auto", "record"]) {
      const { code } = await project.test(["--mode", mode], { env: server.env });
      expect([code, read(project, "busy")]).toEqual([3, before]);
    }
    expect(read(project, "first")).toContain("You welcome.");
  });

  test("in a worker that a model called ends the case, whatever that model would say", async () => {
    await using server = await anthropicServer((body) => {
      if (JSON.stringify(body.system).includes("You help")) return error(529, "overloaded_error");
      if (body.messages.length > 1) return { kind: "text", text: "It did not work." };
      return { kind: "tool-call", name: "helper", input: { input: "Help me." } };
    });
    using project = vitestProject({
      ...FILES,
      "main.worker": FILES["main.worker"].replace(
        "helper: {}",
        "helper: { _approval_config: { helper: { pre_approved: true } } }",
      ),
    });
    const words = ["--mode", "record", "-t", "first"];
    const { code, stderr } = await project.test(words, { env: server.env });
    expect([code, stderr]).toEqual([3, expect.stringContaining("1 not recorded")]);
    expect([cassettes(project), server.requests.length]).toEqual([[], 4]);
  });

  test("for a judge leaves the case unrecorded, whatever else its answer is not", async () => {
    await using server = await anthropicServer((body) =>
      JSON.stringify(body.system).includes("You grade")
        ? error(529, "overloaded_error")
        : { kind: "text", text: "Hello." },
    );
    using project = vitestProject({
      ...FILES,
      "grader.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou grade.\n",
      "main.cases.yaml": `files: [main.worker, helper.worker]
cases: [{ name: first, input: first, expect: { output: Bye., judge: { worker: grader.worker } } }]
`,
    });
    for (const words of [[], ["--models", "anthropic:claude-sonnet-4-5"]]) {
      const { env } = server;
      const record = ["--mode", "record", ...words];
      const ran =
        words.length === 0 ? project.test(record, { env }) : project.testHere(record, { env });
      const { code, stdout, stderr } = await ran;
      expect([code, stdout + stderr]).toEqual([3, expect.stringContaining("not recorded")]);
      expect(stdout + stderr).not.toContain("Bye.");
    }
    expect(cassettes(project)).toEqual([]);
  });

  test("does not hide a case that fails", async () => {
    await using server = await anthropicServer(answering(error(529, "overloaded_error")));
    using project = vitestProject({
      ...FILES,
      "main.cases.yaml": `${FILES["main.cases.yaml"]}  - { name: bad, input: bad, expect: { output: no } }\n`,
    });
    const { code, stderr } = await project.test(["--mode", "record"], { env: server.env });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("1 failed, 2 passed, 1 not recorded"),
    ]);
  });

  test("leaves a test in code unrecorded, and the run of plain vitest no success", async () => {
    await using server = await anthropicServer(answering(error(529, "overloaded_error")));
    using project = vitestProject({
      ...FILES,
      "vitest.config.ts": `import { llmDo } from "llm-do/vitest/config";
export default { plugins: [llmDo()] };
`,
      "main.test.ts": `import { test } from "llm-do/vitest";
import { expect } from "vitest";
const files = ["main.worker", "helper.worker"];
for (const input of ["first", "busy", "last"]) {
  test(input, async ({ llm }) => {
    expect(await llm({ files, input })).toHaveOutput("Hello.");
  });
}
`,
    });
    const env = { ...server.env, LLM_DO_TEST_MODE: "record" };
    const { code, stderr } = await project.vitest(["run", "main.test.ts"], env);
    expect([code, stderr]).toEqual([3, expect.stringContaining("2 passed, 1 not recorded (3)")]);
    expect(cassettes(project, "main.test")).toEqual(["first", "last"]);
  });
});

describe("--max-usd", { timeout: TIMEOUT_MS }, () => {
  /** One answer of the server costs that: 20 tokens in, 9 out, of claude-haiku-4-5. */
  const ONE_USD = (20 * 1 + 9 * 5) / 1_000_000;

  const many = (count: number, from: number) => `
cases:
${Array.from({ length: count }, (_, index) => `  - { name: case ${from + index}, input: "${from + index}" }`).join("\n")}
`;

  test("holds for all processes together; the rest is not recorded, with exit code 5", async () => {
    await using server = await anthropicServer(() => ({ kind: "text", text: "Hello." }));
    using project = vitestProject({
      "main.worker": FILES["main.worker"].replace("toolsets: { helper: {} }\n", ""),
      "main.cases.yaml": many(5, 0),
      "other.cases.yaml": `worker: main.worker\n${many(5, 5).trim()}\n`,
    });
    const words = ["--mode", "record", "--max-usd", (4 * ONE_USD).toFixed(6)];
    const { code, stderr } = await project.test(words, { env: server.env });
    // Two processes may both have a request under way when the money is spent.
    const asked = server.requests.length;
    expect([code, asked === 4 || asked === 5]).toEqual([5, true]);
    expect(stderr).toContain(`Cases  ${asked} passed, ${10 - asked} not recorded (10)`);
    expect(stderr).toContain("all $0.00026 that this command may spend are spent");
    const rest = await project.test(["--mode", "auto", "--max-usd", "1"], { env: server.env });
    expect([rest.code, server.requests.length]).toEqual([0, 10]);
    expect((await project.test([], { env: { CI: "1" } })).code).toBe(0);
  });

  test("asks no model whose price is unknown", async () => {
    await using server = await anthropicServer(() => ({ kind: "text", text: "Hello." }));
    using project = vitestProject({
      ...FILES,
      "main.worker": FILES["main.worker"].replace("claude-haiku-4-5", "claude-next"),
    });
    const words = ["--mode", "record", "--max-usd", "1", "-t", "first"];
    const { code, stderr } = await project.test(words, { env: server.env });
    expect([code, server.requests.length]).toEqual([5, 0]);
    expect(stderr).toContain("the price of anthropic:claude-next is unknown, so $1 cannot be kept");
  });

  test("refuses what is no amount", async () => {
    using project = vitestProject(FILES);
    for (const amount of ["0", "-1", "a lot", "1e3", "Infinity"]) {
      const { code, stderr } = await project.testHere(["--mode", "record", `--max-usd=${amount}`]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining("a number above 0, in US dollars"),
      ]);
    }
  });
});
