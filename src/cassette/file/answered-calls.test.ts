import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answered, NOT_DRAWN, SHADOWED } from "../gates.ts";
import { answeredCall, answeredFields, originOf } from "./gate-entries.ts";

const call = { answered: "namer", call: "main/namer", mode: "code", input: { input: "Ada" } };

const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
const flag = fc.constantFrom<[] | [true]>([], [true]);

/** Fields that are there or not: undefined is not written. */
function optional<Name extends string>(name: Name) {
  return flag.map(([is]) => (is ? { [name]: is } : {}) as { [key in Name]?: true });
}

const tried = fc.oneof(
  fc.record({ output: json }),
  fc.tuple(fc.string(), optional("isLate")).map(([reason, late]) => ({ reason, ...late })),
);

const anyAnswer: fc.Arbitrary<Answered> = fc.oneof(
  fc
    .tuple(json, optional("isChecked"))
    .map(([output, checked]) => ({ by: "code" as const, output, ...checked })),
  fc
    .tuple(fc.string(), optional("isLate"), optional("isAlarmed"), fc.option(tried))
    .map(([reason, late, alarmed, one]) => ({
      ...{ by: "prompt" as const, reason, ...late, ...alarmed },
      ...(one ? { tried: one } : {}),
    })),
);

test("who answered is read as it was written", () => {
  fc.assert(
    fc.property(anyAnswer, (answered) => {
      expect(answeredCall({ ...call, ...answeredFields(answered) })?.answered).toEqual(answered);
    }),
  );
});

describe("the origin of a recorded call of a prompt", () => {
  test.each<[string, Answered | undefined, string]>([
    ["no code stands beside it", undefined, "traffic"],
    ["code was tried", { by: "prompt", reason: SHADOWED, tried: { output: "a" } }, "shadow"],
    ["code gave no answer", { by: "prompt", reason: SHADOWED, tried: { reason: "b" } }, "shadow"],
    ["code answered", { by: "code", output: "a", isChecked: true }, "check"],
    ["the call was not drawn", { by: "prompt", reason: NOT_DRAWN }, "traffic"],
    ["an alarm was raised", { by: "prompt", reason: "its alarm", isAlarmed: true }, "traffic"],
    ["the guard refused", { by: "prompt", reason: "the input is outside" }, "fallback"],
    ["code was late", { by: "prompt", reason: "its code was late", isLate: true }, "fallback"],
  ])("where %s", (_what, answered, origin) => {
    expect(originOf(answered && { answered })).toBe(origin);
  });
});

describe("entries of recordings that an older version made", () => {
  test("say hardened where code answers as a rule", () => {
    const fields = { ...call, mode: "hardened", by: "code", output: "Ada" };
    expect(answeredCall(fields)).toMatchObject({ mode: "code", answered: { by: "code" } });
  });

  test("of a shadow are of code that answered, or could not", () => {
    const compared = answeredCall({ ...call, mode: "shadow", by: "code", output: "Ada" });
    const fellBack = answeredCall({ ...call, mode: "shadow", by: "prompt", reason: "two names" });
    expect([compared, fellBack].map(originOf)).toEqual(["check", "fallback"]);
  });
});
