import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CassetteFile } from "../../src/cassette/file/cassette-file.ts";
import { lineOf } from "../../src/cassette/file/scan.ts";
import { nodeFileSystem } from "../../src/host/files/node-file-system.ts";
import { question, record, saying } from "../support/cassettes.ts";
import { temporaryFolder } from "../support/host.ts";

test("an entry's line is that of its place in the text, in whatever order lines are asked for", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.yaml");
  const asked = Array.from({ length: 8 }, (_, index) => `${"long\n".repeat(index)}${index}`);
  await record(
    path,
    asked.map((text) => [question(text), saying(`said\n${text}`)] as const),
  );
  const { slices, text } = CassetteFile.read(path, nodeFileSystem);
  expect(slices).toHaveLength(8);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...slices)), (order) => {
      const file = CassetteFile.read(path, nodeFileSystem);
      const lines = order.map((slice) => file.line(slice));
      expect(lines).toEqual(order.map(({ start }) => lineOf(text, start)));
    }),
  );
});
