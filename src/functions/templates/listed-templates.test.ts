import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { minedFile } from "../../hardening/recordings/templates/templates-of.ts";
import type { Json } from "../../model/json.ts";
import { domain } from "../domain.ts";
import { guardOf, listedTemplates } from "./listed-templates.ts";
import { formatTemplates, readTemplates } from "./template-file.ts";

const mined = (inputs: readonly Json[], answer: (input: Json) => Json = () => "yes") =>
  minedFile(
    "w",
    inputs.map((input) => ({ input, outputs: [answer(input)] })),
  );

const anyInput = fc.record({
  input: fc.oneof(fc.string(), fc.lorem(), fc.string({ unit: "binary" })),
  rest: fc.jsonValue() as fc.Arbitrary<Json>,
});

const DATES = mined(
  [3, 14, 25, 6, 17].map((day) => ({ input: `Mon, ${day} Aug 2026` })),
  () => "2026-08-03",
);

describe("the guard of listed templates", () => {
  test("takes inputs that fit a template, and leaves others to the prompt", () => {
    const { accepts } = listedTemplates(DATES);
    expect(accepts({ input: "Mon, 30 Aug 2026" })).toBe(true);
    expect(accepts({ input: "Mon, 3  Aug 2026" })).toBe(true);
    expect(accepts({ input: "Tue, 3 Aug 2026" })).toBe("no template fits it");
    expect(accepts({ input: "Mon, 3 Aug 2026", more: 1 })).toBe("no template fits it");
    expect(accepts(null)).toBe("no template fits it");
  });

  test("gives no answer of a template that no answer had, where answers have few", () => {
    const guard = domain(listedTemplates(DATES));
    expect(guard.check({}, "2026-08-03")).toBe(true);
    expect(guard.check({}, "3 August")).toBe("no answer had its template");
    const words = ["Robin.", "it is, I say: yes", "(no)", "well; so - what"].map((input) => ({
      input,
    }));
    const open = domain(
      listedTemplates(mined(words, (input) => Object.values(input ?? {})[0] ?? "")),
    );
    expect(open.check({}, "anything")).toBe(true);
  });

  test("lets compare know which templates it lists", () => {
    expect(domain(listedTemplates(DATES)).templates?.size).toBe(1);
    expect(domain({ accepts: () => true }).templates).toBeUndefined();
    expect(domain({ ...listedTemplates(DATES), check: () => true }).templates?.size).toBe(1);
  });

  test("accepts all that it generates", () => {
    fc.assert(
      fc.property(
        fc.array(anyInput, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        (examples, seed) => {
          const guard = listedTemplates(mined(examples));
          for (const value of fc.sample(guard.generate(fc), { seed, numRuns: 5 })) {
            expect(guard.accepts(value)).toBe(true);
          }
        },
      ),
    );
  });

  test("generates other inputs than the examples", () => {
    const dated = mined(
      Array.from({ length: 9 }, (_, n) => ({ input: `Mon, ${n + 10} Aug 20${n + 20}`, n })),
    );
    const made = fc.sample(listedTemplates<{ input: string }>(dated).generate(fc), {
      seed: 1,
      numRuns: 50,
    });
    expect(new Set(made.map(({ input }) => input)).size).toBeGreaterThan(10);
  });

  test("generates what fits the schema, however few do", () => {
    const schema = z.object({ colour: z.enum(["red", "blue"]), n: z.int().min(3).max(4) });
    const { generate } = listedTemplates(
      mined([
        { colour: "red", n: 4 },
        { colour: "blue", n: 3 },
      ]),
      schema,
    );
    for (const value of fc.sample(generate(fc), { seed: 1, numRuns: 100 })) {
      expect(schema.safeParse(value).success).toBe(true);
    }
  });
});

describe("a file of templates", () => {
  test("has one template a line, with its count and an example", () => {
    expect(formatTemplates(DATES)).toBe(`{
  "templates": 2,
  "worker": "w",
  "inputs": [
    {"count":5,"template":{"input":"Mon, {~9|99} Aug 2026"},"example":{"input":"Mon, 14 Aug 2026"}}
  ],
  "answers": [
    {"count":5,"template":"2026-08-03","example":"2026-08-03"}
  ]
}
`);
  });

  test.each([
    ["{", "JSON"],
    ["[]", "it is not a list of templates"],
    ['{"templates":1,"inputs":[]}', "its format is 1, and not 2"],
    ['{"templates":2}', 'it has no "inputs"'],
    ['{"templates":2,"inputs":[{"count":1,"example":""}]}', "inputs[0] has no template"],
    ['{"templates":2,"inputs":[3]}', "inputs[0] is not an object"],
  ])("is refused where it is %s", (text, reason) => {
    expect(() => readTemplates(text, "t.json")).toThrow(reason);
  });

  test.each<[Json, Json]>([
    ["{~Aa}", "a b"],
    ["{~9", "7"],
    ["{}", "7"],
    ["{*9}", "7"],
    ["{(a+)+$}", "aaa"],
    [{ a: "x" }, { b: "x" }],
    [["list", "1", "x"], "x"],
    [["list", "1", "x"], []],
    [["whole"], "7"],
  ])("is refused where the template %j does not fit its example %j", (template, example) => {
    const file = { templates: 2, worker: "w", inputs: [{ count: 1, template, example }] };
    const read = readTemplates(JSON.stringify(file), "t.json");
    expect(() => guardOf(read, "t.json")).toThrow("does not fit its example");
  });

  test("may be widened by hand", () => {
    const text = formatTemplates(DATES).replace("Mon, {~9|99} Aug", "{Mon|Tue}, {~9|99} {~Aa}");
    const guard = guardOf(readTemplates(text, "t.json"), "t.json");
    expect(guard.accepts({ input: "Tue, 4 Sep 2026" })).toBe(true);
    expect(guard.accepts({ input: "Sun, 4 Sep 2026" })).toBe("no template fits it");
  });
});
