import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, testHost } from "../../../../tests/support/host.ts";
import { nodeFileSystem as files } from "../../../host/files/node-file-system.ts";
import { LabelLog } from "../labels/label-log.ts";
import { readGoldLabels } from "./gold-labels.ts";
import { isNestedTooDeeply, readLinesFile } from "./lines-file.ts";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

test.each([
  [nested(2_000), false],
  [nested(2_001), true],
  [`["${"[".repeat(5_000)}\\"${"[".repeat(5_000)}"]`, false],
  [`[${'{"a":[]},'.repeat(5_000)}1]`, false],
  [`${'{"a":'.repeat(100_000)}`, true],
])("nesting of %.20s… is too deep: %s", (json, isTooDeep) => {
  expect(isNestedTooDeeply(json)).toBe(isTooDeep);
});

test("labels that are nested deeply are refused with their line", async () => {
  using folder = temporaryFolder();
  const line = `{"input": ${nested(100_000)}, "output": 1}`;
  writeFileSync(join(folder.path, "gold.jsonl"), `\n${line}\n`);
  const host = { ...testHost(), cwd: folder.path };
  // The line is refused before its worker is asked.
  await expect(readGoldLabels("gold.jsonl", {} as never, host)).rejects.toMatchObject({
    code: "file",
    reason: "it is nested too deeply",
    place: { file: "gold.jsonl", line: 2 },
  });
});

test("a file of more than 64 MB is refused before it is read", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "large.jsonl");
  writeFileSync(path, "");
  truncateSync(path, 64 * 1024 ** 2 + 1);
  const refusal = { code: "file", reason: "it is larger than 64 MB" };
  expect(() => readLinesFile(path, path, files)).toThrow(expect.objectContaining(refusal));
  expect(() => LabelLog.open(path, testHost())).toThrow(expect.objectContaining(refusal));
});
