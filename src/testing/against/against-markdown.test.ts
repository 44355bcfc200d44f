import fc from "fast-check";
import { expect, test } from "vitest";
import { pairedVerdict } from "../verdict/paired-verdict.ts";
import { againstMarkdown } from "./against-markdown.ts";
import type { AgainstResult, ChangedCase, ChangedSide } from "./against-result.ts";

const USED = { requests: 1, calls: 0, tokens: 10, usd: 0.01, waitedMs: 5, scripted: 0 };
const passes = { passed: 1, runs: 1 };

function side(text: string): ChangedSide {
  return { passes, answers: [{ text, runs: 1 }], failure: undefined, used: USED, score: undefined };
}

function changed(name: string, before: string, after: string): ChangedCase {
  const sides = { before: side(before), after: side(after) };
  const rest = { answerDiffers: true, calls: [], isSameRecordings: false, fields: [] };
  return { file: "main.cases.yaml", name, ...sides, ...rest };
}

function result(parts: Partial<AgainstResult>): AgainstResult {
  const totals = { ...USED, passes, score: undefined };
  return {
    revision: { name: "main", commit: "0".repeat(40), short: "0000000", subject: "One" },
    notes: [],
    compared: 1,
    unchanged: 0,
    sameAnswers: 0,
    changed: [],
    incomparable: [],
    added: [],
    removed: [],
    renamed: [],
    before: totals,
    after: totals,
    verdict: pairedVerdict([]),
    failed: [],
    exitCode: 0,
    ...parts,
  };
}

const long = fc.string({
  unit: fc.constantFrom("`", "|", "<", "\n", "&", "é", "a"),
  maxLength: 9000,
});
const cases = fc.array(fc.tuple(long, long, long), { maxLength: 30 });

test("is short enough for a comment, and says how much it left out", () => {
  fc.assert(
    fc.property(cases, (texts) => {
      const all = texts.map(([name, before, after]) => changed(name, before, after));
      const named = all.map(({ file, name }) => ({ file, name, reason: name }));
      const incomparable = named.map((one) => ({ ...one, side: "before" as const }));
      const lists = { added: named, removed: named, failed: named, incomparable };
      const markdown = againstMarkdown(result({ changed: all, ...lists }));
      expect(markdown.length).toBeLessThan(65_000);
      const shown = markdown.match(/^<details>/gm)?.length ?? 0;
      const left = Number(/^(\d+) more changed/m.exec(markdown)?.[1] ?? 0);
      expect(shown + left).toBe(all.length);
    }),
    { numRuns: 20 },
  );
});

test("a thousand changed cases are counted, and as many shown as fit", () => {
  const all = Array.from({ length: 1000 }, (_, at) => changed(`case ${at}`, "a".repeat(500), "b"));
  const markdown = againstMarkdown(result({ changed: all }));
  expect(markdown.length).toBeLessThan(65_000);
  expect(markdown).toMatch(/\n\d{3} more changed, which do not fit here: --report FILE\.html\n$/);
});

test("a row of the table has as many cells as its head, whatever the revision is called", () => {
  const name = "a|b`c";
  const revision = { name, commit: "0".repeat(40), short: "0000000", subject: "One" };
  const rows = againstMarkdown(result({ revision }))
    .split("\n")
    .filter((row) => row.startsWith("|"));
  expect(new Set(rows.map((row) => row.split("|").length))).toEqual(new Set([6]));
});
