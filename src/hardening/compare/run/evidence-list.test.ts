import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withInputs } from "../../../certificate/ledger-changes.ts";
import { formatSplitLedger, parseSplitLedger } from "../../../certificate/ledger-text.ts";
import { LedgerView } from "../../../certificate/ledger-view.ts";
import { newLedger } from "../../../certificate/split-ledger.ts";
import type { Json } from "../../../model/json.ts";
import { type DistinctInput, splitInput } from "../../recordings/distinct-inputs.ts";
import type { CallOrigin, RecordedCall } from "../../recordings/recorded-call.ts";
import {
  answerHash,
  evidenceList,
  newInputs,
  referenceAnswer,
  withNewInputs,
} from "./evidence-list.ts";

const PART = { prompt: "a".repeat(64), model: "b".repeat(64) };
const LEDGER = newLedger({ worker: "slug", folder: "." });

const answers = fc.array(
  fc.constantFrom("a", "b", "c").map((output) => ({ output })),
  { maxLength: 9 },
);

describe("the reference answer", () => {
  test.each<[readonly Json[], number, Json | undefined]>([
    [["a"], 1, "a"],
    [["a", "b"], 2, "a"],
    [["a", "b", "b"], 3, "b"],
    [["a", "b", "b"], 1, "a"],
    [["a", "b"], 3, undefined],
    [["a", "b", "c"], 3, "a"],
    [["b", "a", "a", "b"], 4, "b"],
    [[3, { a: 1, b: 2 }, { b: 2, a: 1 }], 3, { a: 1, b: 2 }],
    // Two texts, whatever a comparator says later.
    [["x", "y ", "y"], 3, "x"],
  ])("of %j by %d samples is %j", (outputs, samples, reference) => {
    const calls = outputs.map((output) => ({ output }));
    expect(referenceAnswer(calls, samples)).toEqual(reference);
  });

  test("is the first of the most frequent answers among the first samples", () => {
    fc.assert(
      fc.property(answers, fc.integer({ min: 1, max: 5 }), (calls, samples) => {
        const reference = referenceAnswer(calls, samples);
        if (calls.length < samples) {
          expect(reference).toBeUndefined();
          return;
        }
        const first = calls.slice(0, samples).map(({ output }) => output);
        const countOf = (answer: string) => first.filter((each) => each === answer).length;
        const most = Math.max(...first.map(countOf));
        expect(reference).toBe(first.find((each) => countOf(each) === most));
      }),
    );
  });

  test("is never changed by later answers", () => {
    fc.assert(
      fc.property(answers, answers, fc.integer({ min: 1, max: 5 }), (calls, later, samples) => {
        fc.pre(calls.length >= samples);
        expect(referenceAnswer([...calls, ...later], samples)).toEqual(
          referenceAnswer(calls, samples),
        );
      }),
    );
  });

  test("is not replaced by another answer once it is no longer on record", () => {
    const listed = newInputs([inputOf("x", ["traffic"])], LEDGER, PART);
    const ledger = withInputs(LEDGER, { at: "2026-01-01T00:00:00.000Z", ...PART, inputs: listed });
    const recordedOf = (output: Json) =>
      evidenceList([inputOf("x", ["traffic"], output)], ledger, PART).recorded;
    expect(listed.map(({ answer }) => answer)).toEqual([answerHash({ a: 1, b: 2 })]);
    expect(recordedOf({ b: 2, a: 1 }).get(0)?.reference).toEqual({ b: 2, a: 1 });
    expect(recordedOf("y").size).toBe(0);
  });
});

describe("a new input", () => {
  const origins = fc.array(fc.constantFrom<CallOrigin>("traffic", "shadow", "check", "imported"), {
    minLength: 1,
    maxLength: 4,
  });

  test("is imported if any of its calls is, and then never held out", () => {
    fc.assert(
      fc.property(fc.string(), origins, (text, given) => {
        const [listed] = newInputs([inputOf(text, given)], LEDGER, PART);
        const isImported = given.includes("imported");
        expect(listed?.origin).toBe(isImported ? "imported" : given[0]);
        const drawn = splitInput({ input: text }, LEDGER.holdout).side;
        expect(listed?.side).toBe(isImported ? "train" : drawn);
      }),
    );
  });
});

describe("a model that another one follows behind the same name", () => {
  const OF = { ...PART, at: "2026-01-01T00:00:00.000Z" };
  const answeredBy = (by: string | undefined, texts: readonly string[]) =>
    texts.map((text): DistinctInput => {
      const { calls, ...input } = inputOf(text, ["traffic"]);
      return { ...input, calls: [by === undefined ? calls[0] : { ...calls[0], answeredBy: by }] };
    });
  const texts = (from: number) => Array.from({ length: 20 }, (_, at) => `text ${from + at}`);
  const cutsOf = (ledger: typeof LEDGER) => ledger.events.filter(({ kind }) => kind === "cut");
  const held = (ledger: typeof LEDGER) =>
    new LedgerView(ledger)
      .listed(PART)
      .flatMap(({ side, position }) => (side === "holdout" ? [position] : []));

  test("sets aside what was listed before, once", () => {
    const old = withNewInputs(LEDGER, OF, answeredBy("m-1", texts(0)));
    expect(held(old).length).toBeGreaterThan(0);
    const both = [...answeredBy("m-1", texts(0)), ...answeredBy("m-2", texts(20))];
    const now = withNewInputs(old, OF, both);
    expect(cutsOf(now)).toMatchObject([
      { why: "model", detail: "m-1 answered before, and m-2 does now" },
    ]);
    expect(held(now).length).toBeGreaterThan(0);
    expect(held(now).every((position) => position >= 20)).toBe(true);
    const later = withNewInputs(now, OF, [...both, ...answeredBy("m-2", texts(40))]);
    expect(cutsOf(later)).toHaveLength(1);
    expect(parseSplitLedger(formatSplitLedger(later), "split.lock.json")).toEqual(later);
  });

  test("is found among recordings that are listed at once, and not where it is unknown", () => {
    const atOnce = [...answeredBy("m-1", texts(0)), ...answeredBy("m-2", texts(20))];
    expect(cutsOf(withNewInputs(LEDGER, OF, atOnce))).toHaveLength(1);
    const unknown = [...answeredBy(undefined, texts(0)), ...answeredBy("m-2", texts(20))];
    expect(cutsOf(withNewInputs(LEDGER, OF, unknown))).toHaveLength(0);
  });
});

function inputOf(
  text: string,
  origins: readonly CallOrigin[],
  output: Json = { a: 1, b: 2 },
): DistinctInput {
  const input = { input: text };
  const [first, ...others] = origins.map(
    (origin): RecordedCall => ({ ...CALL, input, output, origin }),
  );
  if (!first) throw new Error("no call");
  return { ...splitInput(input, LEDGER.holdout), input, template: "", calls: [first, ...others] };
}

const CALL: Omit<RecordedCall, "input" | "output" | "origin"> = {
  callId: "slug",
  cassette: "all.yaml",
  line: 1,
  model: "test:m",
  source: "live",
  exchanges: 1,
  usage: { inputTokens: 1, outputTokens: 1 },
  usd: undefined,
  totalMs: 1,
};
