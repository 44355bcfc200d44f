import fc from "fast-check";
import { expect, test } from "vitest";
import { cutOutputs } from "./cut-outputs.ts";

const MARK = /\n?\[(\d+) more bytes were cut off\]$/;

function captured(content: string | Uint8Array, keptBytes = Number.POSITIVE_INFINITY) {
  const bytes = Buffer.from(content as string); // both kinds are taken
  return { head: bytes.subarray(0, keptBytes), totalBytes: bytes.length };
}

test("what fits is passed on as it is", () => {
  const cut = cutOutputs({ stdout: captured("a\n"), stderr: captured("\ufeffé") }, 7);
  expect(cut).toEqual({ stdout: "a\n", stderr: "\ufeffé", isCut: false });
});

test("a long output is cut at a character and says how much is missing", () => {
  const cut = cutOutputs({ stdout: captured("aé日😀b"), stderr: captured("") }, 8);
  expect(cut).toEqual({ stdout: "aé日\n[5 more bytes were cut off]", stderr: "", isCut: true });
});

test("what was read and not kept counts as cut off", () => {
  const cut = cutOutputs({ stdout: captured("abcdef", 4), stderr: captured("") }, 4);
  expect(cut.stdout).toBe("abcd\n[2 more bytes were cut off]");
});

test("what was kept may end within a character", () => {
  for (const keptBytes of [1, 2, 3, 4]) {
    const cut = cutOutputs({ stdout: captured("a😀b", keptBytes), stderr: captured("") }, 9);
    expect(cut.stdout).toBe("a\n[5 more bytes were cut off]");
  }
});

test("neither output pushes the other out", () => {
  const long = captured("x".repeat(100));
  const short = captured("y".repeat(3));
  expect(cutOutputs({ stdout: long, stderr: short }, 10)).toMatchObject({ stderr: "yyy" });
  expect(cutOutputs({ stdout: short, stderr: long }, 10)).toMatchObject({ stdout: "yyy" });
  const both = cutOutputs({ stdout: long, stderr: long }, 10);
  expect(both.stdout.replace(MARK, "")).toBe("xxxxx");
  expect(both.stderr.replace(MARK, "")).toBe("xxxxx");
});

test("both together never exceed the limit, and nothing is lost that would fit", () => {
  const bytes = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(bytes, bytes, fc.nat({ max: 80 }), (stdout, stderr, maxBytes) => {
      const given = { stdout: captured(stdout, maxBytes), stderr: captured(stderr, maxBytes) };
      const cut = cutOutputs(given, maxBytes);
      const texts = [cut.stdout.replace(MARK, ""), cut.stderr.replace(MARK, "")];
      const wholes = [stdout, stderr].map((whole) => decode(whole));
      texts.forEach((text, index) => {
        const whole = wholes[index] ?? "";
        if (MARK.test(cut[index === 0 ? "stdout" : "stderr"])) expect(cut.isCut).toBe(true);
        else expect(text).toBe(whole);
      });
      expect(Buffer.byteLength(texts.join(""))).toBeLessThanOrEqual(maxBytes);
      const doFit = Buffer.byteLength(wholes.join("")) <= maxBytes;
      expect(cut.isCut).toBe(!doFit);
    }),
    { numRuns: 2_000 },
  );
});

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
