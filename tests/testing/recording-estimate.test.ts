import { describe, expect, test } from "vitest";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
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
    await estimated(project, "record", { env });
    const renamed = cases(["a", "b"]).replace("name: b", "name: c");
    project.write({ "main.cases.yaml": renamed });
    const words = ["-t", "c"];
    expect(await estimated(project, "auto", { env, words })).toEqual({ code: 0, line: undefined });
    expect(server.requests).toHaveLength(2);
    project.write({ "main.cases.yaml": renamed.replace("name: c", "name: d") });
    expect(await estimated(project, "record", { env, words: ["-t", "d"] })).toEqual({
      code: 0,
      line: "1 anew, less than $0.0001",
    });
  });

  test("prices are those of the model that is asked today", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a"]),
    });
    await estimated(project, "record", { env });
    const words = ["--max-usd", "0.0000001"];
    for (const mode of ["auto", "record"]) {
      const what = mode === "auto" ? "1 stale" : "1 anew";
      project.write({ "main.worker": worker("anthropic:claude-nova-99") });
      const { line } = await estimated(project, mode, { env, words });
      expect(line).toContain(`${what}, price unknown`);
    }
    project.write({ "main.worker": worker("anthropic:claude-opus-4-5") });
    const { line } = await estimated(project, "auto", { env });
    expect(line).toBe(`1 stale, about $${(ONE_USD * 5).toFixed(4)}`);
  });

  test("further samples are counted", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a", "b"]),
    });
    await estimated(project, "record", { env });
    const words = ["--samples", "3"];
    expect(await estimated(project, "auto", { env, words })).toEqual({
      code: 0,
      line: `2 with too few samples, ${costs(4)}`,
    });
    expect(server.requests).toHaveLength(2 + 4);
    expect(await estimated(project, "auto", { env, words })).toEqual({ code: 0, line: undefined });
    expect(await estimated(project, "record", { env, words })).toEqual({
      code: 0,
      line: `2 anew, ${costs(6)}`,
    });
    project.write({ "main.worker": worker(HAIKU, "You welcome.") });
    const { line } = await estimated(project, "auto", { env, words: ["--samples", "4"] });
    expect(line).toMatch(/^2 stale, about/);
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
    expect((await project.test(["--mode", "record"], { env })).code).toBe(0);
    expect(await estimated(project, "record", { env, words: ["main"] })).toEqual({
      code: 0,
      line: "2 anew, price unknown",
    });
    expect(await estimated(project, "record", { env })).toEqual({
      code: 0,
      line: "3 anew, less than $0.0001, and 2 of unknown price",
    });
  });

  test("what cannot be told is said, too", async () => {
    await using server = await anthropicServer(() => hello);
    const { env } = server;
    using project = vitestProject({
      "main.worker": worker(HAIKU),
      "main.cases.yaml": cases(["a"]),
    });
    expect((await project.test(["--mode", "record"], { env })).code).toBe(0);
    project.write({ "main.worker": "---\nmodle: x\n---\nBroken.\n" });
    const { code, line } = await estimated(project, "auto", { env });
    expect([code, line]).toEqual([2, "1 that cannot be told"]);
  });
});
