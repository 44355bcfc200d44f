import fc from "fast-check";
import { expect, test } from "vitest";
import { answerHash, listedAnswer, referenceAnswer } from "./reference-answer.ts";

const answers = fc.array(
  fc.constantFrom("a", "b", "c").map((output) => ({ output })),
  {
    maxLength: 9,
  },
);

test("the reference is the first of the most frequent answers among the first samples", () => {
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
      expect(reference?.output).toBe(first.find((each) => countOf(each) === most));
    }),
  );
});

test("later answers never change the reference", () => {
  fc.assert(
    fc.property(answers, answers, fc.integer({ min: 1, max: 5 }), (calls, later, samples) => {
      fc.pre(calls.length >= samples);
      expect(referenceAnswer([...calls, ...later], samples)).toEqual(
        referenceAnswer(calls, samples),
      );
    }),
  );
});

test("an answer that is no longer on record is not replaced by another one", () => {
  const calls = [{ output: { a: 1, b: 2 } }, { output: "x" }];
  expect(listedAnswer(calls, answerHash({ b: 2, a: 1 }))).toEqual({ a: 1, b: 2 });
  expect(listedAnswer(calls, answerHash("y"))).toBeUndefined();
});
