import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MADE_UP_TEXTS } from "../../../../tests/support/made-up-texts.ts";
import { seededRandom } from "../../../../tests/support/seeded-random.ts";
import { formatTemplates, readTemplates } from "../../../functions/templates/template-file.ts";
import { templateList } from "../../../functions/templates/template-list.ts";
import type { Json } from "../../../model/json.ts";
import { minedFile, templatesOf } from "./templates-of.ts";

const asInputs = (texts: Iterable<string>) => [...texts].map((input) => ({ input }));

/** As many as asked for, and a fixed half of them to mine from. */
function halves<Item>(items: readonly Item[], seed = 5): readonly [Item[], Item[]] {
  const random = seededRandom(seed);
  const [learned, rest]: [Item[], Item[]] = [[], []];
  for (const item of items) (random() < 0.5 ? learned : rest).push(item);
  return [learned, rest];
}

function unseenIn(texts: readonly string[], seed?: number) {
  const [learned, rest] = halves([...new Set(texts)], seed);
  const mined = templatesOf(asInputs(learned));
  const unseen = rest.filter((input) => mined.templateOf({ input }) === undefined).length;
  return { real: unseen / rest.length, expected: mined.unseen.share };
}

const MAILS: readonly { date: string }[] = readFileSync(
  new URL("../../../../examples/hardening/data/mails.jsonl", import.meta.url),
  "utf8",
)
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));
const DATES = MAILS.map(({ date }) => date);

/** Those of the package, with their repeats: it draws from them by chance. */
const USER_AGENT_ROWS: readonly { userAgent: string }[] = JSON.parse(
  readFileSync(new URL("user-agents.json", import.meta.resolve("user-agents")), "utf8"),
);
const USER_AGENTS = USER_AGENT_ROWS.map(({ userAgent }) => userAgent);

describe("templates that are mined", () => {
  test.each<[Json[], Json[]]>([
    [["2 Aug 2026", "14 Sep 2026"], ["{*9 3} {~Aa} 2026"]],
    [
      ["GET /a", "GET /b", "GET /a/b"],
      ["GET /{~a}", "GET /a/b"],
    ],
    [
      [
        { a: 1, b: null },
        { b: null, a: 22 },
      ],
      [{ a: ["whole"], b: ["null"] }],
    ],
    [
      [[1, 2, 3], [], [true, -1.5]],
      [
        ["list", "0"],
        ["list", "2-3", ["-decimal"], ["flag"]],
        ["list", "2-3", ["whole"]],
      ],
    ],
    [["{a}", "{b}"], ["{{{~a}}}"]],
    [
      ["one\t two", "one \n two"],
      ["one two", "one\ntwo"],
    ],
    [["----- 1", "--- 2"], ["--- {~9}"]],
  ])("of %j are %j", (values, templates) => {
    const mined = templatesOf(values).list.map(({ template }) => template);
    expect(new Set(mined)).toEqual(new Set(templates));
  });

  test("say which values they take: words, shapes, or characters", () => {
    const methods = Array.from(
      { length: 60 },
      (_, n) =>
        `${n % 2 ? "GET" : "POST"} v${n % 7} ${(n * 7919 + 13).toString(16)}${n % 3 ? "f" : "77"}`,
    );
    const [{ template } = { template: "" }] = templatesOf(methods).list;
    expect(template).toBe("{GET|POST} {v0|v1|v2|v3|v4|v5|v6} {*9a 7}");
  });

  test("keep kinds of lines apart that have the same punctuation", () => {
    const lines = Array.from({ length: 40 }, (_, n) =>
      n % 2 ? `Failed login for user${n} today` : `Opened door of room${n} today`,
    );
    const { list, templateOf } = templatesOf(lines);
    expect(list.map(({ template }) => template)).toEqual([
      "Failed login for {~a9|a99} today",
      "Opened door of {~a9|a99} today",
    ]);
    expect(templateOf("Opened login of room7 today")).toBeUndefined();
  });

  test("are the same whatever the order, and each input has its own", () => {
    const chunk = fc.constantFrom(
      "a",
      "B1",
      "7",
      "2026-08-03",
      "GET",
      "x@y.z",
      "日本",
      "{",
      "|",
      "\u0000",
      "~",
      "*",
    );
    const texts = fc.array(chunk, { maxLength: 6 }).map((parts) => parts.join(" "));
    const value = fc.oneof(
      texts,
      fc.record({ a: texts, b: fc.array(texts, { maxLength: 3 }) }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.array(value as fc.Arbitrary<Json>, { minLength: 1, maxLength: 40 }),
        fc.nat(),
        (values, seed) => {
          const mined = templatesOf(values);
          const random = seededRandom(seed);
          const shuffled = [...values, ...values.slice(0, 3)].sort(() => random() - 0.5);
          expect(templatesOf(shuffled).list).toEqual(mined.list);
          const file = minedFile(
            "w",
            values.map((input) => ({ input, outputs: [] })),
          );
          const read = templateList(readTemplates(formatTemplates(file), "f").inputs, "f");
          for (const each of values) {
            expect(mined.templateOf(each)).toBeTypeOf("string");
            expect(read.templateOf(each)).toBe(mined.templateOf(each));
          }
        },
      ),
    );
  });
});

describe("texts of which people would make code", () => {
  test.each([
    ["user agents", USER_AGENTS, 20, 80],
    ["URLs of a shop and its API", MADE_UP_TEXTS.urls(1000), 5, 40],
    ["log lines of several formats", MADE_UP_TEXTS.logLines(1000), 5, 40],
    ["invoice lines", MADE_UP_TEXTS.invoiceLines(300), 3, 20],
    ["Date headers", DATES, 2, 20],
  ])("%s have dozens of templates at most", (_name, texts, least, most) => {
    const { list } = templatesOf(asInputs(texts));
    expect(list.length).toBeGreaterThanOrEqual(least);
    expect(list.length).toBeLessThanOrEqual(most);
  });

  test.each([
    ["user agents", USER_AGENTS, 0.08],
    ["URLs", MADE_UP_TEXTS.urls(1000), 0.03],
    ["log lines", MADE_UP_TEXTS.logLines(1000), 0.04],
    ["invoice lines", MADE_UP_TEXTS.invoiceLines(300), 0.04],
    ["Date headers", DATES, 0.12],
  ])("%s of one half mostly match templates of the other", (_name, texts, most) => {
    for (const seed of [1, 2, 3]) expect(unseenIn(texts, seed).real).toBeLessThan(most);
  });

  test("and prose has as many as there are texts", () => {
    const texts = MADE_UP_TEXTS.prose(600);
    const mined = templatesOf(asInputs(texts));
    expect(mined.list.length).toBeGreaterThan(590);
    expect(mined.unseen.share).toBeGreaterThan(0.98);
    expect(unseenIn(texts).real).toBeGreaterThan(0.98);
  });
});

describe("the share of inputs that no template will match", () => {
  test("is estimated by those that would match none without themselves", () => {
    const lines = ["a 1", "a 2", "a 3", "b-c", "On 7!"];
    expect(templatesOf(lines).unseen).toEqual({ share: 0.4, seenOnce: 2, n: 5 });
    expect(templatesOf([]).unseen).toEqual({ share: 1, seenOnce: 0, n: 0 });
    expect(templatesOf(["a", "a", "a"]).unseen).toEqual({ share: 1, seenOnce: 1, n: 1 });
  });

  test("is about the share that is really new (seeded)", () => {
    const sets = [USER_AGENTS, DATES, MADE_UP_TEXTS.urls(400), MADE_UP_TEXTS.logLines(400)];
    for (const texts of sets) {
      const rounds = [1, 2, 3, 4].map((seed) => unseenIn(texts, seed));
      const mean = (side: "real" | "expected") =>
        rounds.reduce((sum, each) => sum + each[side], 0) / 4;
      expect(Math.abs(mean("real") - mean("expected"))).toBeLessThan(0.05);
    }
  });
});

/** Milliseconds of processor time, which other processes do not lengthen much. */
function cpuMs(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

describe("speed", () => {
  test("of mining grows with the number of inputs, and matching takes microseconds", () => {
    const inputs = asInputs([
      ...MADE_UP_TEXTS.urls(2000, 7),
      ...MADE_UP_TEXTS.logLines(2000, 8),
      ...MADE_UP_TEXTS.invoiceLines(1000, 9),
    ]);
    // 50,000 inputs take about 2 s on a machine with nothing else to do.
    let mined = templatesOf([]);
    expect(
      cpuMs(() => {
        mined = templatesOf(inputs);
      }),
    ).toBeLessThan(3000);
    const matching = cpuMs(() => {
      for (const input of inputs) mined.templateOf(input);
    });
    expect((matching / inputs.length) * 1000).toBeLessThan(300);
  });

  test.each([
    ["words joined over and over", "a-".repeat(50_000)],
    ["signs in front of numbers", "+-1".repeat(50_000)],
    ["white space", " ".repeat(100_000)],
    ["one letter", "a".repeat(100_000)],
    ["digits with commas", "1,".repeat(50_000)],
    ["one sign", "-".repeat(100_000)],
    ["braces", "{{~".repeat(30_000)],
  ])("of matching grows with the length of the text: %s", (_name, text) => {
    const { templateOf } = templatesOf(["a-b 1", "a-c 22", `${text} x`, `${text} y`]);
    const matching = cpuMs(() => {
      templateOf(`${text}!`);
      templateOf(`${text} z`);
    });
    expect(matching).toBeLessThan(1000);
  });
});
