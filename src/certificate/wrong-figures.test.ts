import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { type Certificate, checksumOf, makeCertificate } from "./certificate.ts";
import { parseCertificate } from "./read-certificate.ts";
import { newLedger, type SplitLedger, withLook } from "./split-ledger.ts";
import { judge, VERDICT_EXIT } from "./verdict.ts";
import { wrongByLedger, wrongFigures } from "./wrong-figures.ts";

const hash = "a".repeat(64);
const hashes = { prompt: hash, model: hash, tool: hash, comparator: hash, recordings: hash };

interface Counts {
  readonly n: number;
  readonly agreed: number;
  readonly claim?: number;
  readonly looks?: number;
}

function certified({ n, agreed, claim = 0.98, looks = 1 }: Counts): Certificate {
  const verdict = judge({ n, agreed }, { claim, looks });
  const { lower, upper } = verdict;
  return makeCertificate({
    worker: { name: "rater", file: "rater.worker" },
    tool: "rater.ts#rater",
    hashes,
    agreement: {
      n,
      agreed,
      lower,
      upper,
      claim,
      verdict: verdict.verdict,
      ...(verdict.verdict === "inconclusive" ? { needed: verdict.needed } : {}),
    },
    alpha: 0.05,
    looks,
    noise: { n: 4, promptAgreed: 3, rerunOnly: 1, toolOnly: 1 },
    madeAt: "2026-01-01T00:00:00.000Z",
    exitCode: VERDICT_EXIT[verdict.verdict],
    strict: { mutationScore: 0.5 },
  });
}

const counts = fc.integer({ min: 1, max: 300 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    agreed: fc.oneof(fc.integer({ min: 0, max: n }), fc.constant(n)),
    claim: fc.constantFrom(0.5, 0.9, 0.98),
    looks: fc.integer({ min: 1, max: 5 }),
  }),
);

type Leaf = readonly [path: readonly string[], value: unknown];

function leaves(value: object, path: readonly string[] = []): readonly Leaf[] {
  return Object.entries(value).flatMap(([key, one]: [string, unknown]): readonly Leaf[] =>
    typeof one === "object" && one !== null
      ? leaves(one, [...path, key])
      : [[[...path, key], one] as const],
  );
}

function withLeaf(certificate: Certificate, path: readonly string[], value: unknown): Certificate {
  const copy = structuredClone(certificate);
  let at = copy as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>; // its own path
  at[path.at(-1) ?? ""] = value;
  return copy;
}

/** Another value of the same kind. */
function otherThan(value: unknown, by: number): unknown {
  if (typeof value === "number")
    return Number.isInteger(value) ? value + Math.ceil(by * 9) : value * (1 - by / 2);
  return `${value}x`;
}

function refusal(certificate: Certificate): string {
  try {
    parseCertificate(JSON.stringify(certificate, null, 2), "c.json");
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
  return "";
}

describe("a certificate's figures", () => {
  test("add up as they were made", () => {
    fc.assert(
      fc.property(counts, (made) => {
        expect(refusal(certified(made))).toBe("");
      }),
    );
  });

  test("do not when anything that it says is changed", () => {
    const by = fc.double({ min: 1e-3, max: 1, noNaN: true });
    fc.assert(
      fc.property(counts, fc.nat(), by, (made, pick, change) => {
        const certificate = certified(made);
        const all = leaves(certificate);
        const [path, value] = all[pick % all.length] as Leaf; // there are some
        const edited = withLeaf(certificate, path, otherThan(value, change));
        expect(refusal(edited), path.join(".")).toContain("Failed to read");
      }),
      { numRuns: 500 },
    );
  });

  test("do not when what was counted or follows from it is changed, whatever the checksum says", () => {
    const fields = ["n", "agreed", "lower", "upper"] as const;
    const field = fc.constantFrom(
      ...fields.map((name) => ["agreement", name]),
      ["looks"],
      ["alpha"],
      ["exitCode"],
    );
    const by = fc.double({ min: 1e-3, max: 1, noNaN: true });
    fc.assert(
      fc.property(counts, field, by, (made, path, change) => {
        const certificate = certified(made);
        const [, value] = leaves(certificate).find(([one]) => one.join() === path.join()) as Leaf;
        fc.pre(value !== 0 || path[1] !== "lower");
        const edited = withLeaf(certificate, path, otherThan(value, change));
        const signed = { ...edited, checksum: checksumOf(edited) };
        expect(wrongFigures(signed).map((wrong) => wrong.field)).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("are told with what they say and what they should say", () => {
    const { agreement, ...rest } = certified({ n: 14, agreed: 14, claim: 0.8 });
    const edited = { ...rest, agreement: { ...agreement, agreed: 5, lower: 0.99 } };
    expect(refusal(edited)).toBe(
      [
        `Failed to read "c.json": its figures do not add up: agreement.lower says 0.99, and should say 0.15271762238466313`,
        "  at c.json:32:14",
        "  agreement.upper says 1, and should say 0.6095851324700832",
        "  agreement.verdict says supported, and should say refuted",
        "  exitCode says 0, and should say 1",
        "Try: restore it from version control",
        "Try: make it anew with llm-do compare",
      ].join("\n"),
    );
  });

  test.each<[string, Partial<Certificate["agreement"]> & { looks?: number }]>([
    ["more agreements than inputs", { n: 3, agreed: 4 }],
    ["a claim that nothing shows", { claim: 1 }],
    ["no look", { looks: 0 }],
    ["more inputs than anybody records", { n: 9e15, agreed: 9e15 }],
    ["a claim out of reach", { claim: 1 - 1e-16 }],
  ])("with %s are refused at once", (_what, { looks = 1, ...agreement }) => {
    const made = certified({ n: 30, agreed: 29 });
    const edited = { ...made, looks, agreement: { ...made.agreement, ...agreement } };
    const began = performance.now();
    expect(refusal(edited)).toContain("its figures do not add up");
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("the ledger beside a certificate", () => {
  const looked = fc.array(
    fc.record({ subject: fc.constantFrom("1", "2", "3"), n: fc.integer({ min: 1, max: 50 }) }),
    { minLength: 1, maxLength: 8 },
  );

  test("knows each look that a certificate was made of, also when others have followed", () => {
    fc.assert(
      fc.property(looked, (looks) => {
        let ledger = newLedger("rater");
        const made: Certificate[] = [];
        for (const { subject, n } of looks) {
          ledger = withLook(ledger, { subject: subject.repeat(16), n, agreed: n });
          const count = new Set(ledger.looks.map((look) => look.subject)).size;
          made.push(certified({ n, agreed: n, looks: count }));
        }
        for (const certificate of made) expect(wrongByLedger(certificate, ledger)).toEqual([]);
      }),
    );
  });

  const ledger: SplitLedger = {
    worker: "rater",
    looks: [
      { subject: "1".repeat(16), n: 14, agreed: 5 },
      { subject: "2".repeat(16), n: 14, agreed: 12 },
    ],
  };

  test.each<[string, Counts, string, string]>([
    ["counts that nobody has seen", { n: 14, agreed: 14, looks: 2 }, "agreement", "12 of 14"],
    ["fewer looks than there were", { n: 14, agreed: 12, looks: 1 }, "looks", "2"],
  ])("refuses %s, although they add up", (_what, made, field, should) => {
    const certificate = certified(made);
    expect(wrongFigures(certificate)).toEqual([]);
    const wrong = wrongByLedger(certificate, ledger);
    expect(wrong).toMatchObject([{ field, should: `${should}, by the ledger beside it` }]);
  });

  test("refuses a look at something else, where it is known what was looked at", () => {
    const certificate = certified({ n: 14, agreed: 12, looks: 2 });
    expect(wrongByLedger(certificate, ledger, "2".repeat(16))).toEqual([]);
    expect(wrongByLedger(certificate, ledger, "1".repeat(16))).toHaveLength(1);
    expect(wrongByLedger(certificate, ledger, "3".repeat(16))).toMatchObject([
      { should: "a look that the ledger beside it knows; it knows none" },
    ]);
  });

  test("refuses the certificate of another worker", () => {
    const certificate = certified({ n: 14, agreed: 12, looks: 2 });
    expect(wrongByLedger(certificate, { ...ledger, worker: "other" })).toMatchObject([
      { field: "worker.name" },
    ]);
  });
});
