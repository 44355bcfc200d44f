import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charactersFrom } from "../../../tests/support/made-up-credentials.ts";
import { isPlaceholder, isStrong } from "./guessable.ts";

describe("a value of a variable counts", () => {
  test.each([
    "correct-horse",
    "correct horse battery staple",
    "correcthorsebatterystaple",
    "Tr0ub4dor&3",
    "x7Kp2mQ9",
    "5f0c9a1e7b3d4c21",
    "Regenschirm-Fahrradklingel",
    "hunter2-sunshine",
  ])("%s", (value) => {
    expect(isStrong(value)).toBe(true);
  });

  test("when it is random", () => {
    const seed = fc.integer({ min: 1 });
    const isCounted = (from: number) => isStrong(charactersFrom(from)(12));
    fc.assert(fc.property(seed, isCounted));
  });
});

describe("a value of a variable does not count", () => {
  test.each([
    "postgres",
    "postgresql",
    "changeme",
    "password",
    "password123",
    "P4ssw0rd!",
    "admin123",
    "localhost",
    "development",
    "postgres-development",
    "my-secret-password",
    "supersecretpassword",
    "secret-token",
    "test-key",
    "sunshine",
    "12345678",
    "1234567890",
    "xxxxxxxxxxxxxxxx",
    "abcabcabcabc",
    "disabled",
    "short",
    "",
  ])("%s", (value) => {
    expect(isStrong(value)).toBe(false);
  });
});

test("a placeholder is told from random characters of every alphabet", () => {
  const alphabets = ["0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", undefined];
  for (const alphabet of alphabets) {
    const random = (from: number) => charactersFrom(from)(32, alphabet);
    fc.assert(
      fc.property(fc.integer({ min: 1 }), (from) => {
        expect(isPlaceholder(random(from))).toBe(false);
      }),
    );
  }
  for (const body of ["your-key-goes-here", "x".repeat(40), "1234567890abcdef1234567890abcdef"]) {
    expect(isPlaceholder(body)).toBe(true);
  }
});
