import { expect, test } from "vitest";
import { failuresOf } from "../../bench/attack/attack.ts";
import { FILE_KINDS } from "../../bench/attack/hostile-files/file-kinds.ts";
import { Commands, hostileFiles, isClearError } from "../../bench/attack/hostile-files.ts";

test("hostile files end in a clear error, soon, and nothing is written", async () => {
  const options = { trials: 24, seed: 3, say: () => {} };
  expect(failuresOf(hostileFiles, options.trials, await hostileFiles.run(options))).toEqual([]);
});

test("the attack sees a file that is taken, one that is written, and an error that is none", async () => {
  const [kind] = FILE_KINDS;
  if (!kind) throw new TypeError("there are no kinds");
  using commands = new Commands();
  const { writeFileSync } = await import("node:fs");
  const taken = await commands.endingOf({
    name: "a good worker",
    kind: { ...kind, words: [...kind.words, "--cassette", "new.yaml"] },
    make: (path) => writeFileSync(path, "---\nmodel: test\n---\nYou answer.\n"),
  });
  expect(isClearError(taken)).toBe(false);
  expect(taken.written).toEqual(["new.yaml"]);
  const ended = { exitCode: 1, cpuMs: 1, peakMb: 1 };
  expect(isClearError({ ...ended, stderr: 'Failed to load "a": why\n  at a:1:2\n' })).toBe(true);
  expect(isClearError({ ...ended, stderr: "TypeError: x\n    at f (g.ts:1:2)\n" })).toBe(false);
});
