import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { brokenFiles, snapshotOf } from "../../bench/attack/full-disk/snapshot.ts";
import { fullDisk } from "../../bench/attack/full-disk.ts";
import { temporaryFolder } from "../support/host.ts";

test("commands on a disk that fails leave whole files and say why", {
  timeout: 120_000,
}, async () => {
  const trials = 8;
  const assault = await fullDisk.run({ trials, seed: 1, say: () => undefined });
  expect(failuresOf(fullDisk, trials, assault)).toEqual([]);
});

test("a half file, and a file that is left, are found", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "llm-do.d.ts");
  const snapshotWith = (text: string) => {
    writeFileSync(file, text);
    return snapshotOf(folder.path);
  };
  const [before, after] = [snapshotWith("old"), snapshotWith("new and long")];
  for (const text of ["old", "new and long"]) {
    writeFileSync(file, text);
    expect(brokenFiles(folder.path, before, after)).toEqual([]);
  }
  writeFileSync(file, "new a");
  writeFileSync(join(folder.path, ".llm-do-1.tmp"), "");
  expect(brokenFiles(folder.path, before, after)).toEqual([
    ".llm-do-1.tmp is left",
    "llm-do.d.ts is neither the old one nor the new one",
  ]);
});
