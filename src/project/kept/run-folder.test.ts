import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder, testHost } from "../../../tests/support/host.ts";
import { MOST_RUNS, RunFolder } from "./run-folder.ts";

/** A host in a folder, whose clock is told the time. */
function hostAt(folder: string) {
  let nowMs = Date.UTC(2026, 10, 24, 16, 20, 5);
  const host = testHost({ cwd: folder });
  const clock = { ...host.clock, nowMs: () => nowMs };
  const pass = (durationMs: number) => {
    nowMs += durationMs;
  };
  return { host: { ...host, clock }, pass };
}

describe("the folder of kept runs", () => {
  test("names a run by its time and its entry", () => {
    using folder = temporaryFolder();
    const path = new RunFolder(hostAt(folder.path).host).reserve("main");
    expect(path).toBe(join(folder.path, ".llm-do/runs/2026-11-24T16-20-05-main.yaml"));
  });

  test("gives each run a name of its own, which sorts by time and order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 40 }), (pauses) => {
        using folder = temporaryFolder();
        const { host, pass } = hostAt(folder.path);
        const runs = new RunFolder(host);
        const made = pauses.map((pauseMs) => {
          pass(pauseMs);
          return basename(runs.reserve("main"), ".yaml");
        });
        expect(runs.names.toReversed()).toEqual(made);
      }),
      { numRuns: 20 },
    );
  });

  test("keeps the newest and removes the older ones with all that belongs to them", () => {
    using folder = temporaryFolder();
    const { host, pass } = hostAt(folder.path);
    const runs = new RunFolder(host);
    const first = runs.reserve("main");
    mkdirSync(`${first}.blobs`);
    writeFileSync(`${first}.blobs/a.png`, "");
    for (let count = 0; count < MOST_RUNS; count++) {
      pass(1000);
      runs.reserve("main");
    }
    expect(runs.names).toHaveLength(MOST_RUNS);
    expect(existsSync(first)).toBe(false);
    expect(existsSync(`${first}.blobs`)).toBe(false);
  });

  test("leaves an old run alone as long as a process writes it", () => {
    using folder = temporaryFolder();
    const { host, pass } = hostAt(folder.path);
    const runs = new RunFolder(host);
    const first = runs.reserve("main");
    writeFileSync(`${first}.lock`, "1\n");
    for (let count = 0; count <= MOST_RUNS; count++) {
      pass(1000);
      runs.reserve("main");
    }
    expect(existsSync(first)).toBe(true);
    expect(runs.names).toHaveLength(MOST_RUNS + 1);
    const later = new RunFolder({ ...host, isProcessAlive: () => false });
    later.reserve("main");
    expect(existsSync(first)).toBe(false);
  });

  test("has no runs where there is none", () => {
    using folder = temporaryFolder();
    const runs = new RunFolder(testHost({ cwd: folder.path }));
    expect([runs.names, runs.last]).toEqual([[], undefined]);
    expect(existsSync(join(folder.path, ".llm-do"))).toBe(false);
  });
});
