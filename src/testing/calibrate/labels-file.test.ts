import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { testHost } from "../../../tests/support/host.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { nodeFileSystem as files } from "../../host/files/node-file-system.ts";
import { changeLabels, type LabelEntry, labelsPath, readLabels } from "./labels-file.ts";

const folder = mkdtempSync(join(tmpdir(), "llm-do-labels-"));
afterAll(() => rmSync(folder, { recursive: true }));
const WORKER = join(folder, "grader.worker");
const FILE = labelsPath(WORKER);

const host = testHost();

const ONE: LabelEntry = {
  cases: "main.cases.yaml",
  case: "greets",
  answer: "0123456789ab",
  says: "Hello.",
  label: undefined,
};

function append(added: readonly LabelEntry[]): void {
  changeLabels(WORKER, host, () => ({ added, result: undefined }));
}

test("what is appended is read again, whatever answers and names say", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 30 });
  const filled = text.filter((value) => value.trim() !== "");
  const entry: fc.Arbitrary<LabelEntry> = fc.record({
    cases: filled,
    case: filled,
    answer: fc.stringMatching(/^[0-9a-f]{12}$/),
    says: text,
    label: fc.constantFrom("pass", "fail", undefined),
  });
  const lists = fc.array(fc.array(entry, { maxLength: 3 }), { maxLength: 3 });
  fc.assert(
    fc.property(lists, (added) => {
      rmSync(FILE, { force: true });
      for (const entries of added) append(entries);
      expect(readLabels(WORKER, files)).toEqual(added.flat());
    }),
  );
});

test("what a person wrote stays as it is", () => {
  rmSync(FILE, { force: true });
  append([ONE]);
  const labelled = readFileSync(FILE, "utf8").replace(
    "label: open",
    "label: pass # short, but fine",
  );
  writeFileSync(FILE, labelled);
  append([{ ...ONE, case: "other" }]);
  const text = readFileSync(FILE, "utf8");
  expect(text.startsWith(labelled)).toBe(true);
  expect(readLabels(WORKER, files).map(({ label }) => label)).toEqual(["pass", undefined]);
});

test("a list that is written in another way is written anew, with all that it says", () => {
  const flow = `labels: [{ cases: main.cases.yaml, case: greets, answer: 0123456789ab, label: fail }]\n`;
  writeFileSync(FILE, flow);
  append([{ ...ONE, case: "other" }]);
  expect(readLabels(WORKER, files).map((entry) => [entry.case, entry.label])).toEqual([
    ["greets", "fail"],
    ["other", undefined],
  ]);
});

test("a label that is misspelt is an error with its line", () => {
  writeFileSync(FILE, `labels:\n  - { cases: a, case: b, answer: c, label: pas }\n`);
  try {
    readLabels(WORKER, files);
    expect.unreachable("it is taken");
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    expect(error.report()).toContain('write "pass"');
    expect(error.report()).toContain("grader.labels.yaml:2");
    expect(error.exitCode).toBe(2);
  }
});
