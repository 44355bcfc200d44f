import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { nodeHost } from "../../src/host/node-host.ts";
import { EstimateReporter } from "../../src/testing/vitest/reporters/estimate-reporter.ts";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
import { repository } from "../support/cli.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

const TIMEOUT_MS = 120_000;

const worker = (model: string, text = "You greet.") => `---\nmodel: ${model}\n---\n${text}\n`;
const HAIKU = "anthropic:claude-haiku-4-5";

const cases = (names: readonly string[]) =>
  `cases:\n${names.map((name) => `  - { name: ${name}, input: ${name} }\n`).join("")}`;

const hello: Reply = { kind: "text", text: "Hello." };

/** What one answer of the server costs: 20 tokens in, 9 out, of claude-haiku-4-5. */
const ONE_USD = (20 * 1 + 9 * 5) / 1_000_000;
const costs = (answers: number) => `about $${(answers * ONE_USD).toFixed(4)}`;

/** The line that says what is to be recorded, and what the provider was asked until then. */
async function estimated(
  project: VitestProject,
  mode: string,
  { env, words = [] }: { env: Readonly<Record<string, string>>; words?: readonly string[] },
) {
  const { code, stderr } = await project.test(["--mode", mode, ...words], { env });
  return { code, line: /^ *To record {2}(.*)$/m.exec(stderr)?.[1] };
}

interface Recording {
  readonly env: Readonly<Record<string, string>>;
  /** Files of cases. Default: `main.cases.yaml`. */
  readonly files?: readonly string[];
  /** As behind `-t`. */
  readonly pattern?: string;
  readonly samples?: number;
}

/** What the reporter of vitest says of a recording; without a start of vitest, and without recording. */
async function said(
  project: VitestProject,
  mode: "auto" | "record",
  { env, files = ["main.cases.yaml"], pattern, samples }: Recording,
): Promise<string | undefined> {
  let text = "";
  const vitest = {
    onCancel: () => undefined,
    getGlobalTestNamePattern: () => (pattern === undefined ? undefined : new RegExp(pattern)),
  } as unknown as Vitest; // as much of it as an estimate asks for
  const write = (part: unknown) => {
    text += part;
  };
  const stderr = { write, isTerminal: false, columns: 80 };
  const reporter = new EstimateReporter({
    vitest,
    bin: join(repository, "dist/bin/llm-do.js"),
    rangesOf: () => undefined,
    host: { ...nodeHost(), cwd: project.path, env: { PATH: process.env["PATH"], ...env }, stderr },
    mode,
    maxUsd: undefined,
    samples,
  });
  const specifications = files.map((file) => ({ moduleId: join(project.path, file) }));
  await reporter.onTestRunStart(specifications as unknown as readonly TestSpecification[]);
  return /^ *To record {2}(.*)$/m.exec(text)?.[1];
}

/** Records cases with the model of their own worker. */
async function record(
  project: VitestProject,
  mode: "auto" | "record",
  { env, pattern, samples = 1, model = HAIKU, file = "main" }: Recording & Recorded,
): Promise<void> {
  const named = pattern === undefined ? [] : ["-t", pattern];
  const words = [file, ...named, "--samples", String(samples), "--models", model];
  const { code, stdout, stderr } = await project.testHere([...words, "--mode", mode], { env });
  expect([code, stdout + stderr]).toEqual([0, expect.anything()]);
}

interface Recorded {
  /** Default: {@link HAIKU}. */
  readonly model?: string;
  /** A part of the name of the file. Default: `main`. */
  readonly file?: string;
}

describe("before the first request", { timeout: TIMEOUT_MS }, () => {
  test("is said how many cases are stale and unrecorded, and what they cost", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "other.worker": worker(HAIKU, "You part."),
      "main.cases.yaml": cases(["a", "b", "c"]),
      "other.cases.yaml": cases(["x"]),
    });
    expect(await estimated(project, "record", { env })).toEqual({
      code: 0,
      line: `4 unrecorded, cost unknown: ${HAIKU} takes $1 a million tokens in and $5 out`,
    });
    project.write({
      "main.worker": worker(HAIKU, "You welcome."),
      "main.cases.yaml": cases(["a", "b", "c", "d", "e"]),
    });
    const words = ["--max-usd", "0.5"];
    expect(await estimated(project, "auto", { env, words })).toEqual({
      code: 0,
      line: `3 stale, 2 unrecorded, ${costs(5)}; at most $0.5 is spent`,
    });
    expect(server.requests).toHaveLength(4 + 5);
    expect(await estimated(project, "auto", { env })).toEqual({ code: 0, line: undefined });
    const some = ["main", "-t", "a|b"];
    expect(await estimated(project, "record", { env, words: some })).toEqual({
      code: 0,
      line: `2 anew, ${costs(2)}`,
    });
    expect(server.requests).toHaveLength(9 + 2);
  });

  test("a renamed case is no new one: its recording is found", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a", "b"]),
    });
    await record(project, "record", { env });
    const renamed = cases(["a", "b"]).replace("name: b", "name: c");
    project.write({ "main.cases.yaml": renamed });
    expect(await said(project, "auto", { env, pattern: "c" })).toBeUndefined();
    const words = ["-t", "c"];
    expect(await estimated(project, "auto", { env, words })).toEqual({ code: 0, line: undefined });
    expect(server.requests).toHaveLength(2);
    project.write({ "main.cases.yaml": renamed.replace("name: c", "name: d") });
    expect(await said(project, "record", { env, pattern: "d" })).toBe("1 anew, less than $0.0001");
  });

  test("prices are those of the model that is asked today", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a"]),
    });
    await record(project, "record", { env });
    project.write({ "main.worker": worker("anthropic:claude-nova-99") });
    expect(await said(project, "auto", { env })).toContain("1 stale, price unknown");
    expect(await said(project, "record", { env })).toContain("1 anew, price unknown");
    project.write({ "main.worker": worker("anthropic:claude-opus-4-5") });
    expect(await said(project, "auto", { env })).toBe(
      `1 stale, about $${(ONE_USD * 5).toFixed(4)}`,
    );
  });

  test("further samples are counted", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a", "b"]),
    });
    await record(project, "record", { env });
    const words = ["--samples", "3"];
    expect(await estimated(project, "auto", { env, words })).toEqual({
      code: 0,
      line: `2 with too few samples, ${costs(4)}`,
    });
    expect(server.requests).toHaveLength(2 + 4);
    expect(await said(project, "auto", { env, samples: 3 })).toBeUndefined();
    expect(await said(project, "record", { env, samples: 3 })).toBe(`2 anew, ${costs(6)}`);
    project.write({ "main.worker": worker(HAIKU, "You welcome.") });
    expect(await said(project, "auto", { env, samples: 4 })).toMatch(/^2 stale, about/);
  });

  test("nothing was asked yet", async () => {
    let said = "";
    const told: boolean[] = [];
    await using server = await anthropicServer((_body: MessagesBody) => {
      told.push(/To record/.test(said));
      return hello;
    });
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a"]),
    });
    const { code } = await project.test(["--mode", "auto"], {
      env: server.env,
      onStart: (child) => child.stderr?.on("data", (text: string) => (said += text)),
    });
    expect([code, told]).toEqual([0, [true]]);
  });

  test("a price that is unknown is said, and is not $0", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker("anthropic:claude-next"),
      "other.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a", "b"]),
      "other.cases.yaml": cases(["x"]),
    });
    await record(project, "record", { env, model: "anthropic:claude-next" });
    await record(project, "record", { env, file: "other" });
    expect(await said(project, "record", { env })).toBe("2 anew, price unknown");
    const files = ["main.cases.yaml", "other.cases.yaml"];
    expect(await said(project, "record", { env, files })).toBe(
      "3 anew, less than $0.0001, and 2 of unknown price",
    );
  });

  test("what cannot be told is said, too", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a"]),
    });
    await record(project, "record", { env });
    project.write({ "main.worker": "---\nmodle: x\n---\nBroken.\n" });
    const { code, line } = await estimated(project, "auto", { env });
    expect([code, line]).toEqual([2, "1 that cannot be told"]);
  });
});
