import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AT,
  answersTo,
  lookedAt,
  madeUpInputs,
  madeUpLedger,
  PART,
} from "../../tests/support/ledgers.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { withCut, withInputs, withOpened } from "./ledger-changes.ts";
import { formatSplitLedger, parseSplitLedger } from "./ledger-text.ts";
import { hasHead, head, newLedger } from "./split-ledger.ts";

const FILE = "split.lock.json";

/** A ledger with an event of most kinds; its events are the lines from 8 on. */
function history() {
  const looked = lookedAt(madeUpLedger(10), answersTo(10)).ledger;
  const opened = withOpened(looked, { at: AT, ...PART, by: "open", front: { count: 2 } });
  const other = lookedAt(opened, answersTo(10, 5)).ledger;
  const cut = withCut(other, { at: AT, why: "alarm", detail: 'it said {"kind": "cut"}\n"chain":' });
  return lookedAt(withInputs(cut, { at: AT, ...PART, inputs: madeUpInputs(20) }), answersTo(20))
    .ledger;
}

const LEDGER = history();
const TEXT = formatSplitLedger(LEDGER);
const LINES = TEXT.split("\n");
const FIRST = 7; // index of the first event's line

function problemWith(text: string) {
  try {
    parseSplitLedger(text, FILE);
  } catch (error) {
    if (isLlmDoError(error)) return error;
    throw error;
  }
  return expect.unreachable("it was read");
}

function withLines(change: (lines: string[]) => void): string {
  const lines = [...LINES];
  change(lines);
  return lines.join("\n").replace(/,(?=\n {2}\])/, "");
}

describe("the text of a ledger", () => {
  test("is read as it was written, one event a line", () => {
    expect(parseSplitLedger(TEXT, FILE)).toEqual(LEDGER);
    expect(formatSplitLedger(parseSplitLedger(TEXT, FILE))).toBe(TEXT);
    expect(LINES).toHaveLength(LEDGER.events.length + FIRST + 3);
    const empty = newLedger({ worker: 'a "b"', folder: "hardening/a", holdout: 0.3, reference: 3 });
    expect(parseSplitLedger(formatSplitLedger(empty), FILE)).toEqual(empty);
  });

  test("may be laid out anew by a formatter", () => {
    const spread = JSON.stringify(JSON.parse(TEXT), null, 2);
    expect(parseSplitLedger(spread, FILE)).toEqual(LEDGER);
    const edited = spread.replace('"count": 2', '"count": 1');
    const at = edited.slice(0, edited.indexOf('"opened"')).split("\n").length - 1;
    expect(problemWith(edited).place).toEqual({ file: FILE, line: at });
  });

  test("that grew has all heads that it had", () => {
    const before = madeUpLedger(10);
    const after = lookedAt(before, answersTo(10)).ledger;
    expect([hasHead(after, head(before)), hasHead(before, head(after))]).toEqual([true, false]);
    expect(hasHead(after, head(newLedger({ worker: "slug", folder: "hardening/slug" })))).toBe(
      true,
    );
    expect(hasHead(after, head(newLedger({ worker: "slug", folder: "elsewhere" })))).toBe(false);
  });

  test("shows each edit, with its line", () => {
    const digits = [...TEXT.matchAll(/[0-9a-f]/g)]
      .map(({ index }) => index)
      .filter((index) => TEXT.slice(0, index).split("\n").length > FIRST);
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.constantFrom("0", "7", "e"), (at, digit) => {
        fc.pre(TEXT[at] !== digit);
        const error = problemWith(TEXT.slice(0, at) + digit + TEXT.slice(at + 1));
        const line = TEXT.slice(0, at).split("\n").length;
        expect(error).toMatchObject({ code: "file", place: { file: FILE } });
        expect(error.place?.line).toBe(line);
      }),
      { numRuns: 1_000 },
    );
  });

  test("shows an edit of what it says at its head", () => {
    for (const [from, to] of [
      ['"holdout": 0.5', '"holdout": 0.2'],
      ['"reference": 1', '"reference": 3'],
      ['"folder": "hardening/slug"', '"folder": "hardening/other"'],
      ['"worker": "slug"', '"worker": "other"'],
    ] as const) {
      const { reason, place } = problemWith(TEXT.replace(from, to));
      expect(reason).toContain("line 8 does not follow from the head of the file");
      expect(place?.line).toBe(FIRST + 1);
    }
  });

  test("shows lines that were removed, but for its end, and lines in another order", () => {
    const last = LEDGER.events.length - 1;
    fc.assert(
      fc.property(fc.nat({ max: last - 1 }), fc.integer({ min: 1, max: last }), (start, count) => {
        const removed = Math.min(count, last - start);
        const gone = problemWith(withLines((lines) => lines.splice(FIRST + start, removed)));
        expect(gone.reason).toContain("or lines between them were removed");
        expect(gone.place?.line).toBe(FIRST + start + 1);
      }),
    );
    const swapped = problemWith(
      withLines((lines) =>
        lines.splice(FIRST + 1, 2, lines[FIRST + 2] ?? "", lines[FIRST + 1] ?? ""),
      ),
    );
    expect(swapped.reason).toBe("its events were reordered: line 9 follows line 10");
    expect(swapped.tries.join("\n")).toContain(`git checkout -- ${FILE}`);
    expect(swapped.tries.join("\n")).toContain("delete it to begin anew");
  });

  test("that two branches appended to says so, with and without the marks of the conflict", () => {
    const base = madeUpLedger(10);
    const ours = lookedAt(base, answersTo(10)).ledger;
    const theirs = lookedAt(base, answersTo(10, 5)).ledger;
    const [both, their] = [ours, theirs].map((one) => formatSplitLedger(one).split("\n"));
    const [our = "", theirLine = ""] = [both?.[8], their?.[8]];
    const conflict = ["<<<<<<< HEAD", our, "=======", theirLine, ">>>>>>> branch"];
    const marked = problemWith(both?.toSpliced(8, 1, ...conflict).join("\n") ?? "");
    expect(marked.reason).toContain("a merge left its conflict in it: two branches have appended");
    expect(marked.place?.line).toBe(9);
    expect(marked.tries.join("\n")).toMatch(
      /git checkout --ours split.lock.json.*\n.*llm-do compare/,
    );
    const kept = problemWith(both?.toSpliced(8, 1, `${our},`, theirLine).join("\n") ?? "");
    expect(kept.reason).toBe(
      "two branches appended to it, and a merge kept both: lines 9 and 10 both follow line 8",
    );
  });

  test.each([
    ["", "it is not valid JSON", 1],
    ["[]", "it is not a ledger", 1],
    [LINES.slice(0, 9).join("\n"), "it is not valid JSON", 9],
    [TEXT.replace('"reference": 1,', '"reference": 1;'), "it is not valid JSON", 6],
    [TEXT.replace('"count":2', '"count":e'), "it is not valid JSON", 10],
    [TEXT.replace('"reference": 1,', '"reference": e,'), "it is not valid JSON", 6],
    [TEXT.replace('"split": 2,', ""), 'it does not say "split": 2', 1],
    [
      TEXT.replace('"split": 2', '"split": 3'),
      "its format is 3, and this version of llm-do reads 2",
      2,
    ],
    [TEXT.replace('"holdout": 0.5', '"holdout": 1'), "its holdout must be a share", 5],
    [TEXT.replace('"reference": 1', '"reference": 0.5'), "its reference must be a number", 6],
    [TEXT.replace('"split": 2', '"split": 2, "looks": []'), 'unknown key "looks"', 1],
    [TEXT.replace('"by":"open"', '"by":"me"'), "by must be one of open, labels, gold, judge", 10],
    [TEXT.replace('"by":"open"', '"by":"open","who":1'), 'unknown key "who" in opened', 10],
    [TEXT.replace('"n":5,"agreed":5', '"n":5,"agreed":6'), "agreed must be at most n", 9],
    [TEXT.replace('"upTo":4', '"upTo":"4"'), "upTo must be a whole number of at least 0", 10],
    [TEXT.replace(/,"chain":"[0-9a-f]+"/, ""), "it has no chain", 8],
    [TEXT.replace('"origin":"traffic"', '"origin":"gold"'), "inputs[0].origin must be one of", 8],
  ])("%# is refused with its line", (text, reason, line) => {
    const error = problemWith(text);
    expect(error.reason).toContain(reason);
    expect(error).toMatchObject({ code: "file", what: FILE, place: { file: FILE, line } });
  });

  test("of the first method is refused with the command that makes the new one", () => {
    const error = problemWith('{\n  "split": 1,\n  "worker": "slug",\n  "looks": []\n}\n');
    expect(error.reason).toBe("it was made by the first method, whose looks do not carry over");
    expect(error.tries).toEqual(["delete it; llm-do compare WORKER TOOL begins the new one"]);
    expect(error.place?.line).toBe(2);
  });
});
