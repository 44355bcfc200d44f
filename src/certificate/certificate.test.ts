import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { Json } from "../model/json.ts";
import { promptHash } from "../project/lock/fingerprints.ts";
import { type Certificate, makeCertificate, modelHash, recordingsHash } from "./certificate.ts";
import { parseCertificate } from "./read-certificate.ts";

const HASHES = {
  prompt: promptHash({ system: "You rate.", tools: [], serverTools: [], settings: {} }),
  model: modelHash("test:m"),
  tool: "a".repeat(64),
  comparator: "b".repeat(64),
  recordings: recordingsHash([{ key: "k", output: "o" }]),
};

const CERTIFICATE = makeCertificate({
  worker: { name: "rater", file: "rater.worker" },
  tool: "rater.ts#rater",
  hashes: HASHES,
  agreement: {
    n: 6,
    agreed: 6,
    lower: 0.05 ** (1 / 6),
    upper: 1,
    claim: 0.98,
    verdict: "inconclusive",
    needed: 143,
  },
  alpha: 0.05,
  looks: 1,
  noise: { n: 3, promptAgreed: 2, rerunOnly: 0, toolOnly: 1 },
  madeAt: "2026-01-01T00:00:00.000Z",
  exitCode: 6,
});

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
    CERTIFICATE,
    {
      ...CERTIFICATE,
      domain: "rater.domain.ts#domain",
      hashes: { ...HASHES, domain: "c".repeat(64) },
    },
    { ...CERTIFICATE, strict: { mutationScore: 0.9 } },
  ] satisfies Certificate[])("is read as it was written, %#", (parts) => {
    const certificate = makeCertificate(parts);
    const text = JSON.stringify(certificate, null, 2);
    expect(parseCertificate(text, "c.json")).toEqual(certificate);
  });

  test("that lacks something or is of another format is refused with the place", () => {
    const { hashes: _hashes, ...rest } = CERTIFICATE;
    expect(problemWith(JSON.stringify(rest)).reason).toContain("has no hashes");
    expect(problemWith(JSON.stringify({ ...CERTIFICATE, certificate: 2 })).reason).toContain(
      "has format 2",
    );
    const cut = problemWith(JSON.stringify(CERTIFICATE, null, 2).slice(0, 80));
    expect([cut.code, cut.place?.file]).toEqual(["file", "c.json"]);
  });
});

describe("the hash of recordings", () => {
  const pair = fc.record({ key: fc.string(), output: fc.jsonValue() });

  test("is the same in any order and however often a pair is there", () => {
    fc.assert(
      fc.property(fc.array(pair), fc.infiniteStream(fc.nat()), (pairs, picks) => {
        const recorded = pairs.map(({ key, output }) => ({ key, output: output as Json }));
        const more = recorded.flatMap((one) =>
          Number(picks.next().value) % 2 ? [one, one] : [one],
        );
        expect(recordingsHash(more.reverse())).toBe(recordingsHash(recorded));
      }),
    );
  });

  test("changes with an output", () => {
    const [one, other] = ["o", "p"].map((output) => recordingsHash([{ key: "k", output }]));
    expect(one).not.toBe(other);
  });
});
