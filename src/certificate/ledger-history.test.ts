import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, lookedAt, madeUpLedger, PART, SUBJECT, sha } from "../../tests/support/ledgers.ts";
import { withCut, withInputs, withLook, withOpened } from "./ledger-changes.ts";
import type { LedgerInput, Origin, Side } from "./ledger-events.ts";
import { answersHash, LedgerView } from "./ledger-view.ts";
import { newLedger, type SplitLedger } from "./split-ledger.ts";

type Step =
  | { readonly kind: "record"; readonly part: number; readonly inputs: readonly LedgerInput[] }
  | { readonly kind: "look"; readonly tool: number; readonly part: number }
  | { readonly kind: "open"; readonly part: number; readonly count: number }
  | { readonly kind: "cut" };

const PARTS = [PART, { ...PART, prompt: sha("other prompt") }] as const;

const part = fc.nat({ max: 1 });

const inputs = fc
  .record({
    number: fc.nat({ max: 40 }),
    origin: fc.constantFrom<Origin[]>("traffic", "traffic", "shadow", "check", "imported"),
  })
  .map(({ number, origin }): LedgerInput => {
    const side: Side = number % 3 === 0 || origin === "imported" ? "train" : "holdout";
    return { key: sha(`input ${number}`), side, origin, answer: sha(`answer ${number}`) };
  });

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("record" as const),
        part,
        inputs: fc.array(inputs, { minLength: 1, maxLength: 6 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("look" as const), tool: fc.nat({ max: 4 }), part }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("open" as const),
        part,
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const) }) },
  ),
  { maxLength: 30 },
);

/** Tools that answer alike at first and differ later. */
function toolAnswers(tool: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_each, index) => (index < tool * 3 ? "right" : "wrong"));
}

interface ModelEntry {
  readonly key: string;
  readonly drawn: Side;
  isTrain: boolean;
  /** Versions for which it goes on counting although it is train. */
  countsFor: readonly number[];
}

interface ModelVersion {
  readonly number: number;
  readonly part: number;
  readonly epoch: number;
  answers: readonly string[];
}

/** The rules once more, slow and obvious: it keeps whole answers and marks entries as it goes. */
class Model {
  readonly parts: readonly ModelEntry[][] = [[], []];
  readonly versions: ModelVersion[] = [];
  readonly shown = new Set<string>();
  epoch = 0;
  cutAt: readonly number[] = [0, 0];

  record(number: number, added: readonly LedgerInput[]): void {
    const entries = this.parts[number] ?? [];
    for (const { key, side } of added) {
      if (entries.some((entry) => entry.key === key)) continue;
      if (side === "train") this.show(key);
      entries.push({ key, drawn: side, isTrain: this.shown.has(key), countsFor: [] });
    }
  }

  show(key: string): void {
    if (this.shown.has(key)) return;
    this.shown.add(key);
    for (const [number, entries] of this.parts.entries()) {
      const at = entries.findIndex((entry) => entry.key === key);
      const entry = entries[at];
      if (!entry || entry.isTrain) continue;
      entry.isTrain = true;
      entry.countsFor = this.versions
        .filter((one) => one.part === number && one.epoch === this.epoch && one.answers.length > at)
        .map((one) => one.number);
    }
  }

  matches(number: number, answers: readonly string[]): readonly ModelVersion[] {
    return this.versions.filter(
      (one) =>
        one.part === number &&
        one.epoch === this.epoch &&
        one.answers.every((answer, index) => answer === answers[index]),
    );
  }

  look(number: number, answers: readonly string[]): ModelVersion {
    const [known] = this.matches(number, answers);
    const version = known ?? {
      number: this.versions.length + 1,
      part: number,
      epoch: this.epoch,
      answers,
    };
    if (!known) this.versions.push(version);
    version.answers = answers;
    return version;
  }

  counted(number: number, version: number | undefined): readonly number[] {
    return (this.parts[number] ?? []).flatMap((entry, at) => {
      if (entry.drawn === "train" || at < (this.cutAt[number] ?? 0)) return [];
      const counts = !entry.isTrain || entry.countsFor.some((one) => one === version);
      return counts ? [at] : [];
    });
  }

  closed(number: number): readonly number[] {
    return (this.parts[number] ?? []).flatMap((entry, at) => (entry.isTrain ? [] : [at]));
  }

  open(number: number, count: number): void {
    for (const at of this.closed(number).slice(0, count)) {
      this.show(this.parts[number]?.[at]?.key ?? "");
    }
  }

  cut(): void {
    for (const entries of this.parts) for (const { key } of entries) this.show(key);
    this.epoch++;
    this.cutAt = this.parts.map((entries) => entries.length);
  }
}

interface Played {
  ledger: SplitLedger;
  readonly model: Model;
}

/** Takes a step on both sides. */
function take(step: Step, played: Played): void {
  const { model } = played;
  switch (step.kind) {
    case "record": {
      const { part: number, inputs: added } = step;
      const part = PARTS[number] ?? PART;
      played.ledger = withInputs(played.ledger, { at: AT, ...part, inputs: added });
      model.record(number, added);
      break;
    }
    case "look": {
      const subject = { ...SUBJECT, ...PARTS[step.part] };
      const view = new LedgerView(played.ledger);
      const answers = toolAnswers(step.tool, view.length(subject));
      expect(model.matches(step.part, answers).length).toBeLessThanOrEqual(1);
      const match = view.match("agreement", subject, answersHash(answers));
      const counted = view.counted(match);
      const looked = model.look(step.part, answers);
      expect(match.version).toBe(looked.number);
      expect(counted).toEqual(model.counted(step.part, match.known && match.version));
      const tally = { n: counted.length, agreed: counted.length };
      const look = { at: AT, answersTo: answersHash(answers), tally };
      played.ledger = withLook(played.ledger, match, look);
      break;
    }
    case "open": {
      const front = { count: step.count };
      const part = PARTS[step.part] ?? PART;
      played.ledger = withOpened(played.ledger, { at: AT, ...part, by: "open", front });
      model.open(step.part, step.count);
      break;
    }
    case "cut":
      played.ledger = withCut(played.ledger, { at: AT, why: "model", detail: "" });
      model.cut();
      break;
  }
}

function play(taken: readonly Step[], after: (played: Played, step: Step) => void = () => {}) {
  const ledger = newLedger({ worker: "slug", folder: "hardening/slug" });
  const played: Played = { ledger, model: new Model() };
  for (const step of taken) {
    take(step, played);
    after(played, step);
  }
  return played;
}

/** What counts for each tool of each part, with its version, within what that had answered. */
function countsOf(ledger: SplitLedger): ReadonlyMap<string, ReadonlySet<number>> {
  const view = new LedgerView(ledger);
  const counts = new Map<string, ReadonlySet<number>>();
  for (const [number, part] of PARTS.entries()) {
    for (let tool = 0; tool <= 4; tool++) {
      const answers = answersHash(toolAnswers(tool, view.length(part)));
      const match = view.match("agreement", { ...SUBJECT, ...part }, answers);
      const answered = match.known?.m ?? 0;
      const counted = view.counted(match).filter((position) => position < answered);
      if (match.known) counts.set(`${number} ${match.version}`, new Set(counted));
    }
  }
  return counts;
}

describe("any history of a ledger", () => {
  test("comes to what the rules say", () => {
    fc.assert(
      fc.property(steps, (taken) => {
        play(taken, ({ ledger, model }) => {
          const view = new LedgerView(ledger);
          for (const [number, part] of PARTS.entries()) {
            expect(view.nextClosed(part, Infinity)).toEqual(model.closed(number));
            const sides = (model.parts[number] ?? []).map((entry) => entry.isTrain);
            expect(view.listed(part).map(({ side }) => side === "train")).toEqual(sides);
          }
          expect(view.versions("agreement")).toBe(model.versions.length);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("never takes from a version what counted for it, unless by a cut", () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let before: ReturnType<typeof countsOf> = new Map();
        play(taken, ({ ledger }, { kind }) => {
          const now = countsOf(ledger);
          // A look may go on as a version that another tool was, and then it is that tool no more.
          for (const [version, counted] of before) {
            const still = now.get(version);
            if (kind !== "cut" && still)
              expect([...counted].filter((one) => !still.has(one))).toEqual([]);
            else if (kind === "open") expect.unreachable("opening lost a version");
          }
          before = now;
        });
      }),
      { numRuns: 200 },
    );
  });

  test("never counts what was opened for a later version", () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const { ledger } = play(taken);
        const view = new LedgerView(ledger);
        for (const part of PARTS) {
          const subject = { ...SUBJECT, ...part, comparator: sha("a new one") };
          const answers = answersHash(toolAnswers(0, view.length(part)));
          const counted = view.counted(view.match("agreement", subject, answers));
          const closed = new Set(view.nextClosed(part, Infinity));
          expect(counted.filter((one) => !closed.has(one))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("keeps the numbers that it gave, whoever looks in between", () => {
    const look = fc.nat({ max: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 20 }), fc.array(look), (count, order) => {
        let ledger = madeUpLedger(count);
        const given = new Map<number, number>();
        for (const tool of order) {
          const looked = lookedAt(ledger, answersHash(toolAnswers(tool, count)));
          expect(looked.match.version).toBe(given.get(tool) ?? given.size + 1);
          given.set(tool, looked.match.version);
          ledger = looked.ledger;
        }
      }),
    );
  });
});
