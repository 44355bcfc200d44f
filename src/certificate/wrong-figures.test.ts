import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { certified } from "../../tests/support/certificates.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import { pairedVerdict } from "../statistics/paired.ts";
import { reachesClaim } from "../statistics/time-uniform.ts";
import { versionRisk } from "../statistics/version-risk.ts";
import { type Certificate, checksumOf } from "./certificate.ts";
import { parseCertificate } from "./read-certificate.ts";
import { wrongFigures } from "./wrong-figures.ts";

/** Counts that support their claim. */
const agreements = fc
  .record({
    n: fc.integer({ min: 80, max: 2_000 }),
    disagreed: fc.nat({ max: 5 }),
    claim: fc.constantFrom(0.9, 0.95, 0.98),
    version: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ n, disagreed, ...rest }) => ({ n, agreed: n - disagreed, ...rest }))
  .filter(({ claim, version, ...tally }) => reachesClaim(claim, tally, versionRisk(version)));

const byTemplates = agreements.map((made) => ({
  ...made,
  n: made.n + 10,
  agreed: made.agreed,
  templates: { n: made.n, agreed: made.agreed },
}));

const pairs = fc
  .record({
    n: fc.integer({ min: 500, max: 2_000 }),
    better: fc.nat({ max: 20 }),
    worse: fc.nat({ max: 3 }),
    version: fc.integer({ min: 1, max: 5 }),
  })
  .filter(({ version, ...counts }) => {
    return pairedVerdict(counts, { margin: 0.01, alpha: versionRisk(version) }) === "no-worse";
  })
  .map(({ version, ...paired }) => ({ n: paired.n, agreed: paired.n - 40, version, paired }));

const made = fc.oneof(agreements, byTemplates, pairs).map(certified);

const by = fc.double({ min: 1e-3, max: 1, noNaN: true });

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
      fc.property(made, (certificate) => {
        expect(refusal(certificate)).toBe("");
      }),
    );
  });

  test("do not when anything that it says is changed", () => {
    fc.assert(
      fc.property(made, fc.nat(), by, (certificate, pick, change) => {
        const all = leaves(certificate);
        const [path, value] = all[pick % all.length] as Leaf; // there are some
        const edited = withLeaf(certificate, path, otherThan(value, change));
        expect(refusal(edited), path.join(".")).toContain("Failed to read");
      }),
      { numRuns: 500 },
    );
  });

  test("do not when what follows from counts is changed, whatever the checksum says", () => {
    const computed = [
      ...["agreement.n", "agreement.lower", "agreement.upper", "agreement.templates.lower"],
      ...["fallback.n", "fallback.upper", "single.n", "single.upper", "version", "alpha"],
      ...["paired.n", "paired.loss"],
    ];
    fc.assert(
      fc.property(made, fc.nat(), by, (certificate, pick, change) => {
        const all = leaves(certificate).filter(
          ([path, value]) => computed.includes(path.join(".")) && value !== 0,
        );
        const [path, value] = all[pick % all.length] as Leaf; // there are some
        const edited = withLeaf(certificate, path, otherThan(value, change));
        const signed = { ...edited, checksum: checksumOf(edited) };
        expect(wrongFigures(signed), path.join(".")).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("are told with what they say and what they should say", () => {
    const { agreement, ...rest } = certified({ n: 40, agreed: 40, claim: 0.9 });
    const edited: Certificate = { ...rest, agreement: { ...agreement, agreed: 20, lower: 0.99 } };
    expect(refusal(edited).replace(/0\.(\d{3})\d+/g, "0.$1")).toBe(
      [
        'Failed to read "c.json": its figures do not add up: agreement.lower says 0.99, and should say 0.050',
        "  at c.json:49:14",
        "  agreement.upper says 1, and should say 0.949",
        "  agreement.verdict says supported, and should say nothing: it is not supported",
        "Try: restore it from version control",
        "Try: make it anew: llm-do compare slug.worker slug.ts#slug",
      ].join("\n"),
    );
  });

  test("that support nothing are refused, by inputs, by templates and by pairs", () => {
    for (const counts of [
      { n: 210, agreed: 210 },
      { n: 1_000, agreed: 1_000, templates: { n: 210, agreed: 210 } },
      { n: 1_000, agreed: 900, paired: { n: 528, better: 0, worse: 0 } },
    ]) {
      expect(refusal(certified(counts))).toMatch(/agreement.verdict says|paired says/);
    }
    for (const counts of [
      { n: 211, agreed: 211 },
      { n: 1_000, agreed: 900, templates: { n: 211, agreed: 211 } },
      { n: 1_000, agreed: 900, paired: { n: 529, better: 0, worse: 0 } },
    ]) {
      expect(refusal(certified(counts))).toBe("");
    }
  });

  test.each<[string, Partial<Certificate["agreement"]> & { version?: number; claim?: number }]>([
    ["more agreements than inputs", { n: 3, agreed: 4 }],
    ["a claim that nothing shows", { claim: 1 }],
    ["no version", { version: 0 }],
    ["more inputs than there were", { n: 9e15, agreed: 9e15 }],
    ["a claim out of reach", { claim: 1 - 1e-16 }],
    ["templates as the unit and no counts of them", { unit: "template" }],
  ])("with %s are refused at once", (_what, { version = 1, claim = 0.98, ...agreement }) => {
    const certificate = certified({ n: 300, agreed: 300 });
    const changed = { ...certificate.agreement, ...agreement };
    const edited = { ...certificate, version, claim, agreement: changed } as Certificate;
    const began = performance.now();
    expect(refusal(edited)).toContain("its figures do not add up");
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
