import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSplitLedger } from "../../src/certificate/ledger-text.ts";
import { parseLock } from "../../src/project/lock/lock-file.ts";
import { readLabels } from "../../src/testing/calibrate/labels-file.ts";
import { SharedBudget } from "../../src/testing/run/shared-budget.ts";
import { repository, runNode } from "../support/cli.ts";
import { temporaryFolder, testHost } from "../support/host.ts";

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
  test("lose nothing of what they write to the files that they share", async () => {
    using folder = temporaryFolder();
    const count = 8;
    await together("pins,ledger,adjudications,labels,budget", folder.path, count);
    const textOf = (name: string) => readFileSync(join(folder.path, name), "utf8");
    const lock = parseLock(textOf("llm-do.lock.yaml"), "llm-do.lock.yaml");
    const { events } = parseSplitLedger(textOf("split.lock.json"), "split.lock.json");
    const listed = events.flatMap((event) => (event.kind === "inputs" ? event.inputs : []));
    const said = textOf("adjudication.jsonl").trim().split("\n");
    const labels = readLabels(join(folder.path, "judge.worker"), testHost().files);
    const budget = new SharedBudget({ maxUsd: 1000, folder: folder.path, host: testHost() });
    const all = PROCESSES * count;
    expect({
      pins: lock.mcp?.flatMap(({ tools }) => tools).length,
      listed: new Set(listed.map(({ key }) => key)).size,
      said: new Set(said.map((line) => (JSON.parse(line) as { case: string }).case)).size,
      labels: new Set(labels.map((one) => one.case)).size,
      labelled: labels.length, // what all of them write, once
    }).toEqual({
      ...{ pins: all, listed: all, said: all },
      ...{ labels: all + count, labelled: all + count },
    });
    expect(budget.spentUsd).toBeCloseTo(all * 0.001);
    expect(readdirSync(folder.path).filter((name) => /lock$|tmp$/.test(name))).toEqual([]);
  });
});
