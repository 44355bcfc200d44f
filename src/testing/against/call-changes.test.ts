import fc from "fast-check";
import { expect, test } from "vitest";
import { callChanges } from "./call-changes.ts";
import type { SideCall } from "./case-side.ts";

function call(name: string, input: string): SideCall {
  return { function: name, input, key: input };
}

test("a call with another input is changed, others came or went", () => {
  const before = [call("find", "1"), call("refund", "20"), call("mail", "a")];
  const after = [call("find", "1"), call("refund", "25"), call("log", "b")];
  expect(callChanges([before], [after])).toEqual([
    { kind: "removed", function: "mail", input: "a" },
    { kind: "changed", function: "refund", before: "20", after: "25" },
    { kind: "added", function: "log", input: "b" },
  ]);
});

test("with samples, how often a function is called in a run", () => {
  const before = [[call("find", "1")], [call("find", "2"), call("find", "3")], []];
  const after = [[call("mail", "1")], [call("find", "2")]];
  expect(callChanges(before, after)).toEqual([
    { kind: "rate", function: "find", before: 1, after: 0.5 },
    { kind: "rate", function: "mail", before: 0, after: 0.5 },
  ]);
});

const calls = fc.array(
  fc
    .tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"))
    .map(([name, input]) => call(name, input)),
  { maxLength: 12 },
);

test("the same calls in another order, as of parallel calls, are no change", () => {
  fc.assert(
    fc.property(calls, fc.infiniteStream(fc.nat()), (all, keys) => {
      const order = all.map((each) => ({ each, key: keys.next().value }));
      const shuffled = order
        .toSorted((left, right) => left.key - right.key)
        .map(({ each }) => each);
      expect(callChanges([all], [shuffled])).toEqual([]);
    }),
  );
});

test("what came and went adds up to the difference in calls", () => {
  fc.assert(
    fc.property(calls, calls, (before, after) => {
      const changes = callChanges([before], [after]);
      const count = (kind: string) => changes.filter((change) => change.kind === kind).length;
      expect(count("added") - count("removed")).toBe(after.length - before.length);
    }),
  );
});
