import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSplitLedger } from "../../src/hardening/split-ledger.ts";
import { parseLock } from "../../src/project/lock/lock-file.ts";
import { readLabels } from "../../src/testing/judge/labels-file.ts";
import { SharedBudget } from "../../src/testing/run/shared-budget.ts";
import { repository, runNode } from "../support/cli.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { SwapProject } from "../support/swap-project.ts";

const PROCESSES = 4;

/** Lets processes change the same file at once. */
async function together(kind: string, folder: string, count: number): Promise<void> {
  const script = join(repository, "tests/support/shared-state-writer.ts");
  const ends = await Promise.all(
    Array.from({ length: PROCESSES }, (_each, index) =>
      runNode([script, kind, folder, `p${index}`, String(count)]),
    ),
  );
  expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
    Array.from({ length: PROCESSES }, () => ({ code: 0, stderr: "" })),
  );
}

describe("four processes at once", { timeout: 120_000 }, () => {
  test("count every comparison of a shadowed function", async () => {
    const count = 60;
    using project = await SwapProject.make();
    await project.swap({ mode: "shadow", share: 1 });
    const said = Array.from({ length: count }, (_each, index) => `- Person ${index}\n`);
    project.write("said.yaml", said.join(""));
    await together("shadow", project.path("."), count);
    const record = JSON.parse(project.read(".llm-do/hardening/mail/from_name.json"));
    expect(record).toMatchObject({ compared: PROCESSES * count, disagreed: 0, scripted: 240 });
  });

  test("pin every tool in the lock file", async () => {
    using folder = temporaryFolder();
    await together("pins", folder.path, 8);
    const path = join(folder.path, "llm-do.lock.yaml");
    const { mcp = [] } = parseLock(readFileSync(path, "utf8"), path);
    expect(mcp.flatMap(({ tools }) => tools)).toHaveLength(PROCESSES * 8);
  });

  test("write every look to the ledger", async () => {
    using folder = temporaryFolder();
    await together("looks", folder.path, 8);
    const path = join(folder.path, "split.lock.json");
    expect(parseSplitLedger(readFileSync(path, "utf8"), path).looks).toHaveLength(PROCESSES * 8);
  });

  test("write down what each person said", async () => {
    using folder = temporaryFolder();
    await together("adjudications", folder.path, 20);
    const text = readFileSync(join(folder.path, "adjudication.jsonl"), "utf8");
    const said = text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { case: string }).case);
    expect(new Set(said).size).toBe(PROCESSES * 20);
  });

  test("label every answer", async () => {
    using folder = temporaryFolder();
    await together("labels", folder.path, 8);
    const labels = readLabels(join(folder.path, "judge.worker"), testHost().files);
    expect(new Set(labels.map((one) => one.case)).size).toBe(PROCESSES * 8);
  });

  test("spend from one budget", async () => {
    using folder = temporaryFolder();
    await together("budget", folder.path, 20);
    const budget = new SharedBudget({ maxUsd: 1000, folder: folder.path, host: testHost() });
    expect(budget.spentUsd).toBeCloseTo(PROCESSES * 20 * 0.001);
  });
});
