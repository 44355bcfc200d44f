import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testHost } from "../../../tests/support/host.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Json } from "../../model/json.ts";
import { NO_USAGE } from "../../model/usage.ts";
import { checkExpectations } from "../cases/check/check-expectations.ts";
import { parseCases } from "../cases/file/parse-cases.ts";
import { MATCHER } from "../cases/file/value-matcher.ts";
import type { CallRecord, CaseRun } from "../run/case-run.ts";
import { expectedOf } from "./add-case.ts";
import { firstCase } from "./append-case.ts";

/** JSON that looks like matchers, among other JSON. */
const anyJson = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, 7, "", "yes", "a: b\n", "/x/"),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...Object.keys(MATCHER.keys), "name", "note"), tie("value"), {
      maxKeys: 2,
      noNullPrototype: true,
    }) as fc.Arbitrary<Json>,
  ),
})).value;

const aCall = (name: string, input: Json): CallRecord => ({
  id: `main/${name}`,
  caller: "main",
  function: name,
  input,
  sent: input,
  output: "",
  isError: false,
});

function aRun(changes: Partial<CaseRun>): CaseRun {
  return {
    output: undefined,
    error: undefined,
    exitCode: 0,
    calls: [],
    functions: { names: [], isComplete: false },
    events: [],
    summary: undefined,
    usage: NO_USAGE,
    usd: 0,
    requests: 0,
    warnings: [],
    workFolder: "/",
    ...changes,
  };
}

/** What a run does wrong by what another one did, through the text of a file. */
async function failuresOf(run: CaseRun, other = run): Promise<readonly string[]> {
  const text = firstCase({ name: "a", expect: expectedOf(other) }, "# a comment");
  const expected = parseCases(text, "/a.cases.yaml").cases[0]?.expect ?? {};
  return (await checkExpectations(expected, run, testHost())).map(({ kind }) => kind);
}

describe("what is expected of a run that was observed", () => {
  test("is what it did, whatever that was", async () => {
    const anyCalls = fc.array(fc.tuple(fc.constantFrom("a", "b"), anyJson), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyJson, anyCalls, async (output, calls) => {
        const run = aRun({ output, calls: calls.map(([name, input]) => aCall(name, input)) });
        expect(await failuresOf(run)).toEqual([]);
      }),
    );
  });

  test("is not another output, and not another call", async () => {
    const run = aRun({ output: { contains: "x" }, calls: [aCall("a", { equals: 1 })] });
    expect(await failuresOf(aRun({ ...run, output: "x" }), run)).toEqual(["output"]);
    expect(await failuresOf(aRun({ ...run, calls: [] }), run)).toEqual(["calls"]);
    expect(await failuresOf(aRun({ ...run, calls: [aCall("a", 1)] }), run)).toEqual(["calls"]);
    const twice = aRun({ ...run, calls: [...run.calls, ...run.calls] });
    expect(await failuresOf(twice, run)).toEqual(["calls"]);
  });

  test("is the error that ended it", async () => {
    const error = new LlmDoError({ code: "call", verb: "run", what: "main", reason: "enough" });
    const run = aRun({ error, exitCode: error.exitCode });
    expect(await failuresOf(run)).toEqual([]);
    expect(await failuresOf(aRun({ output: "" }), run)).toEqual(["exit-code"]);
  });
});
