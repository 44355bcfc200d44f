import { describe, expect, test } from "vitest";
import { certified } from "../../tests/support/certificates.ts";
import { sha } from "../../tests/support/ledgers.ts";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import {
  type Certificate,
  certificateFile,
  checksumOf,
  formatCertificate,
  makeCertificate,
  toleratedBy,
} from "./certificate.ts";
import { parseCertificate } from "./read-certificate.ts";

const AGREEMENT = certified({ n: 300, agreed: 300 });
const NO_WORSE = certified({ n: 600, agreed: 580, paired: { n: 600, better: 5, worse: 0 } });

function problemWith(text: string) {
  try {
    parseCertificate(text, "c.json");
  } catch (error) {
    if (isLlmDoError(error)) return error;
  }
  return expect.unreachable("it was read");
}

describe("a certificate", () => {
  test.each([
    AGREEMENT,
    NO_WORSE,
    makeCertificate({
      ...AGREEMENT,
      domain: "hardening/slug/templates.json",
      hashes: { ...AGREEMENT.hashes, domain: sha("templates") },
    }),
    makeCertificate({ ...NO_WORSE, since: "2026-01-01", fresh: true, candidate: "worker" }),
    certified({ n: 400, agreed: 390, templates: { n: 300, agreed: 300 } }),
  ] satisfies Certificate[])("is read as it was written, %#", (certificate) => {
    expect(parseCertificate(formatCertificate(certificate), "c.json")).toEqual(certificate);
    expect(makeCertificate(certificate)).toEqual(certificate);
  });

  test("has a checksum that a formatter does not change", () => {
    const reversed = Object.fromEntries(Object.entries(AGREEMENT).reverse());
    expect(checksumOf(reversed)).toBe(AGREEMENT.checksum);
    expect(checksumOf({ ...AGREEMENT, tool: "other.ts#slug" })).not.toBe(AGREEMENT.checksum);
  });

  test("that lacks something or belongs to the other kind is refused with the place", () => {
    const { hashes: _hashes, ...rest } = AGREEMENT;
    expect(problemWith(JSON.stringify(rest)).reason).toContain("has no hashes");
    for (const [kind, key] of [
      [AGREEMENT, "claim"],
      [NO_WORSE, "margin"],
      [NO_WORSE, "paired"],
    ] as const) {
      const { [key as never]: _gone, ...without } = { ...kind } as Record<string, unknown>;
      expect(problemWith(JSON.stringify(without)).reason).toContain(`has no ${key}`);
    }
    const both = { ...NO_WORSE, ...AGREEMENT };
    expect(problemWith(JSON.stringify(both)).reason).toContain("has a margin that its kind");
    const cut = problemWith(JSON.stringify(AGREEMENT, null, 2).slice(0, 80));
    expect([cut.code, cut.place?.file]).toEqual(["file", "c.json"]);
  });

  test("of the first method is refused with the command that makes it anew", () => {
    const first = {
      certificate: 1,
      worker: { name: "rater", file: "mail/rater.worker" },
      tool: "mail/rater.ts#rater",
      looks: 2,
      exitCode: 0,
    };
    const { reason, tries } = problemWith(JSON.stringify(first));
    expect(reason).toContain("was made by the first method, which certified too much");
    expect(tries).toEqual(["make it anew: llm-do compare mail/rater.worker mail/rater.ts#rater"]);
    expect(problemWith('{ "certificate": 1 }').tries).toEqual([
      "make it anew: llm-do compare WORKER TOOL",
    ]);
    expect(problemWith('{ "certificate": 3 }').reason).toContain("has format 3");
  });

  test("tolerates what its claim leaves open, and what single answers differ by", () => {
    expect(toleratedBy(AGREEMENT)).toBeCloseTo(0.02);
    const noisy = { n: 400, disagreed: 12, upper: 0.0731 };
    expect(toleratedBy({ ...AGREEMENT, single: noisy })).toBe(0.0731);
    expect(toleratedBy(NO_WORSE)).toBe(NO_WORSE.single.upper);
  });
});

describe("the file of a certificate", () => {
  const made = { kind: "agreement", claim: 0.98, tool: "slug.ts#slug" } as const;
  const noWorse = { kind: "no-worse", tool: "slug.ts#slug" } as const;

  test.each([
    [made, undefined, "certificate.json"],
    [noWorse, undefined, "certificate.json"],
    [made, made, "certificate.json"],
    [noWorse, noWorse, "certificate.json"],
    [{ ...made, claim: 0.95 }, made, "certificate-0.95.json"],
    [noWorse, made, "certificate-no-worse.json"],
    [made, noWorse, "certificate-0.98.json"],
    [{ ...made, tool: "slug.ts#other" }, made, "certificate-other.json"],
    [{ ...made, tool: "mail/cheap er.worker" }, made, "certificate-cheap_er.worker.json"],
    [{ ...made, tool: "slug.ts#a.b", claim: 0.9 }, made, "certificate-0.9-a.b.json"],
  ])("%j beside %j is %s", (one, existing, file) => {
    expect(certificateFile(one, existing)).toBe(file);
  });
});
