import { expect, test } from "vitest";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeFileSystem } from "../../host/files/node-file-system.ts";
import type { Json } from "../../model/json.ts";
import { NO_RULES } from "../rules/rules.ts";
import { verifyCassette } from "../upkeep/verify.ts";
import { CassetteFile } from "./cassette-file.ts";
import { checkReadable, readableText } from "./encode-entry.ts";
import { MOST_CASSETTE_BYTES } from "./format.ts";
import { readOwnYaml } from "./yaml/read-yaml.ts";

const nested = (levels: number): Json => JSON.parse("[".repeat(levels) + "]".repeat(levels));

test("a value of 2,000 levels is written and read back; one of more is refused", () => {
  const fields = { effect: "a1b2", output: nested(2_000) };
  const read = readOwnYaml(readableText(fields, "c.yaml"));
  expect(JSON.stringify(read)).toBe(JSON.stringify(fields));
  expect(refusal(() => readableText({ ...fields, output: nested(50_000) }, "c.yaml"))).toBe(
    'cassette-refused: Failed to record "c.yaml": what was to be recorded could not be read back: it is nested more than 2000 levels deep',
  );
});

test("a cassette that would be too large to be read is refused", () => {
  expect(() => checkReadable(MOST_CASSETTE_BYTES, "c.yaml")).not.toThrow();
  expect(refusal(() => checkReadable(MOST_CASSETTE_BYTES + 1, "c.yaml"))).toContain(
    "the cassette would be larger than 128 MB",
  );
});

test.each([
  ["8,000 damaged entries", `${"---\neffect: a1b2\noutput: [\n".repeat(8_000)}`, 8_000],
  [
    "a map of 80,000 keys that somebody edited",
    `---\neffect: a1b2\noutput:\n${Array.from({ length: 80_000 }, (_, at) => `  'k${at}': 1\n`).join("")}`,
    0,
  ],
])("%s are read in about a second", (_name, entries, damagedCount) => {
  const last = "---\neffect: a1b2\ntiming: { firstMs: 1, totalMs: 1 }\n";
  const began = process.cpuUsage();
  const file = CassetteFile.ofText("c.yaml", `cassette: 1\n${entries}${last}`, nodeFileSystem);
  const damaged = file.slices.filter((slice) => refusal(() => file.fields(slice)) !== undefined);
  const { user, system } = process.cpuUsage(began);
  expect(damaged).toHaveLength(damagedCount);
  expect((user + system) / 1e6).toBeLessThan(3); // minutes where it is not linear
});

test("the lines of 20,000 entries that are wrong are told in one pass", () => {
  const entry =
    "---\neffect: a1b2\ntool: x\ninput: {}\noutput: hi\ntiming: { firstMs: 1, totalMs: 1 }\n";
  const text = `cassette: 1\n${entry.repeat(20_000)}`;
  const file = CassetteFile.ofText("c.yaml", text, nodeFileSystem);
  const began = process.cpuUsage();
  const lines = verifyCassette(file, NO_RULES).map(({ place }) => place.line);
  const { user, system } = process.cpuUsage(began);
  expect(lines).toEqual(Array.from({ length: 20_000 }, (_, at) => 3 + at * 6));
  expect((user + system) / 1e6).toBeLessThan(5); // minutes where each counts from the beginning
}, 120_000);

/** The code and message of the error that something throws; undefined when it throws none. */
function refusal(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (isLlmDoError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
}
