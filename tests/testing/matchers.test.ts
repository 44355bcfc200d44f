import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { TestRun } from "../../src/testing/index.ts";
import { registerMatchers } from "../../src/testing/vitest/matchers/matchers.ts";
import { ADDS, addingProject } from "../support/test-project.ts";

registerMatchers();

/** What an assertion that fails says. */
function said(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error("the assertion held");
}

let adds: TestRun;
let limited: TestRun;
let replayed: TestRun;
let partly: TestRun;

beforeAll(async () => {
  using project = addingProject();
  const cassette = { path: "adds.yaml" };
  adds = await project.run({ cassette: { ...cassette, mode: "record" }, script: ADDS });
  replayed = await project.run({ cassette });
  partly = await project.run({ cassette, entry: "add", input: { a: 1 } });
  limited = await project.run({ script: ADDS, limits: { maxCalls: 0 } });
});

describe("toHaveCalled", () => {
  test("counts calls that are such: an input in part, an output whole", () => {
    expect(adds).toHaveCalled("add");
    expect(adds).toHaveCalled("add", { input: { a: 2 }, output: 5, times: 1 });
    expect(adds).toHaveCalled("add", { input: { a: expect.any(Number) }, output: "5" });
    expect(adds).toHaveCalled("add", { input: z.object({ b: z.number() }), output: /^\d$/ });
    expect(adds).toHaveCalled("mail", { times: 0 });
    expect(adds).toHaveCalled("add", { times: { most: 1 } });
    expect(adds).not.toHaveCalled("mail");
    expect(adds).not.toHaveCalled("add", { input: { a: "2" } });
    expect(adds).not.toHaveCalled("add", { output: /6/ });
    expect(adds).not.toHaveCalled("add", { input: undefined });
  });

  test("says what was wanted and which calls there are", () => {
    expect(said(() => expect(adds).toHaveCalled("add", { input: { a: 3 }, times: 2 }))).toBe(
      'expected a call of add with the input {"a":3} 2 times, found 0\n' +
        'calls:\n  add {"a":2,"b":3} by main',
    );
    expect(said(() => expect(adds).not.toHaveCalled("add", { output: /5/ }))).toBe(
      "expected no such calls: a call of add with the output text that matches /5/, found 1\n" +
        'calls:\n  add {"a":2,"b":3} by main',
    );
  });

  test("has an order", () => {
    expect(adds).toHaveCalledInOrder(["add"]);
    expect(adds).not.toHaveCalledInOrder(["add", "mail"]);
    expect(said(() => expect(adds).toHaveCalledInOrder(["mail"]))).toContain(
      "expected a call of mail, in the order mail",
    );
  });
});

describe("toHaveOutput", () => {
  test("takes a value, a pattern, a matcher or a schema", () => {
    expect(adds).toHaveOutput("It is 5.");
    expect(adds).toHaveOutput(/\d/);
    expect(adds).toHaveOutput(expect.stringContaining("5"));
    expect(adds).toHaveOutput(z.string().min(3));
    expect(partly).toHaveOutput(2);
    expect(adds).not.toHaveOutput(z.number());
    expect(adds).not.toHaveOutput("It is 6.");
  });

  test("shows both, for the runner to compare", () => {
    let thrown: unknown;
    try {
      expect(adds).toHaveOutput("It is 6.");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      message: 'the output: expected "It is 6.", found "It is 5."',
      actual: "It is 5.",
      expected: "It is 6.",
    });
    expect(said(() => expect(adds).toHaveOutput(z.number()))).toBe(
      'the output: expected what fits the schema, found "It is 5."',
    );
  });

  test("refuses a schema that answers later", () => {
    const later = z.string().refine(async () => true);
    expect(said(() => expect(adds).toHaveOutput(later))).toContain("asynchronously");
  });
});

describe("a run that ended in an error", () => {
  test("fits nothing before the test expected that, also not that something did not happen", async () => {
    using project = addingProject();
    const run = await project.run({ script: ADDS, limits: { maxCalls: 0 } });
    for (const assertion of [
      () => expect(run).toHaveOutput(/5/),
      () => expect(run).not.toHaveOutput(/5/),
      () => expect(run).not.toHaveCalled("mail"),
      () => expect(run).toHaveUsedAtMost({ calls: 1 }),
    ]) {
      expect(said(assertion)).toMatch(/^the run ended in an error\nFailed to .*limit/s);
    }
    expect(run).toHaveFailed("limit");
    expect(run).not.toHaveCalled("mail");
    expect(run).toHaveUsedAtMost({ requests: 1 });
  });

  test("has a code and a report", () => {
    expect(limited).toHaveFailed();
    expect(limited).toHaveFailed({ code: "limit", message: /max/i });
    expect(limited).not.toHaveFailed("call");
    expect(said(() => expect(limited).toHaveFailed("call"))).toMatch(
      /^expected an error of the code call, got one of the code limit\nFailed to /,
    );
    expect(said(() => expect(adds).toHaveFailed("call"))).toBe(
      'expected the run to end in an error of the code call, and it answered "It is 5."',
    );
  });
});

describe("what a cassette answered", () => {
  test("is counted", () => {
    expect(replayed).toHaveServed({ exchanges: 2, effects: 0 });
    expect(adds).not.toHaveServed({ exchanges: 2 });
    expect(said(() => expect(replayed).toHaveServed({ exchanges: 3 }))).toBe(
      "expected the cassette to answer 3 exchanges, and it answered 2 exchanges, 0 effects, 0 decisions",
    );
  });

  test("is all that it holds, or what was recorded just now", () => {
    expect(replayed).toBeReplayedWhole();
    expect(adds).toBeReplayedWhole();
    expect(partly).not.toBeReplayedWhole();
    expect(said(() => expect(partly).toBeReplayedWhole())).toContain("it proves nothing");
  });

  test("is nothing for a run without one", () => {
    for (const negated of [true, false]) {
      const assertion = () =>
        negated ? expect(limited).not.toBeReplayedWhole() : expect(limited).toBeReplayedWhole();
      expect(said(assertion)).toContain("the run has none");
    }
  });
});

test("what a run used has bounds", () => {
  expect(adds).toHaveUsedAtMost({ requests: 2, calls: 1, tokens: 0 });
  expect(said(() => expect(adds).toHaveUsedAtMost({ requests: 1, calls: 0 }))).toBe(
    "expected at most 1 requests to models; it used 2\nexpected at most 0 calls; it used 1",
  );
});

describe("what is no run, or no word of a matcher,", () => {
  test.each([
    ["a promise", Promise.resolve(), "a promise: await it"],
    ["a text", "It is 5.", "a string"],
    ["nothing", undefined, "undefined"],
  ])("is refused either way: %s", (_what, value: unknown, got) => {
    expect(said(() => expect(value).toHaveOutput("x"))).toContain(`and got ${got}`);
    expect(said(() => expect(value).not.toHaveOutput("x"))).toContain(`and got ${got}`);
  });

  test("is refused with the nearest word", () => {
    const misspelt = JSON.parse('{ "token": 0 }');
    expect(said(() => expect(adds).toHaveUsedAtMost(misspelt))).toBe(
      'toHaveUsedAtMost knows no "token"; did you mean tokens? (known: tokens, usd, requests, calls)',
    );
  });
});

test("matchers stand in other values", () => {
  expect({ runs: [adds] }).toEqual({ runs: [expect.toHaveOutput(/5/)] });
  expect({ runs: [adds] }).not.toEqual({ runs: [expect.toHaveOutput(/6/)] });
});
