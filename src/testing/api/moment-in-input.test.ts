import fc from "fast-check";
import { expect, test } from "vitest";
import { momentIn } from "./moment-in-input.ts";

const fromMs = Date.UTC(2026, 10, 30, 9, 5, 7, 31);
const span = { fromMs, toMs: fromMs + 20_000 };

/** How code writes a moment into an input. */
const WAYS: readonly [string, (at: Date) => unknown][] = [
  ["milliseconds", (at) => at.getTime()],
  ["milliseconds in a text", (at) => `at ${at.getTime()}.`],
  ["seconds", (at) => Math.floor(at.getTime() / 1000)],
  ["seconds with a fraction", (at) => at.getTime() / 1000],
  ["an ISO text", (at) => `Now: ${at.toISOString()}`],
  ["an ISO text without a fraction", (at) => at.toISOString().replace(/\.\d+/, "")],
  ["an ISO text to the minute", (at) => at.toISOString().replace(/:\d\d\.\d+/, "")],
  ["toString", (at) => String(at)],
  ["toUTCString", (at) => at.toUTCString()],
  ["deep inside", (at) => ({ a: ["b", { at: at.toISOString() }] })],
];

test.each(WAYS)("a moment of this process is found: %s", (_way, written) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (later) => {
      const input = JSON.parse(JSON.stringify(written(new Date(fromMs + later))));
      expect(momentIn(input, span)).toBeDefined();
    }),
  );
});

test.each(WAYS)("another moment is left alone: %s", (_way, written) => {
  const far = fc.oneof(
    fc.integer({ min: Date.UTC(2001, 9, 9), max: fromMs - 120_000 }),
    fc.integer({ min: fromMs + 120_000, max: Date.UTC(2100, 0, 1) }),
  );
  fc.assert(
    fc.property(far, (at) => {
      const input = JSON.parse(JSON.stringify(written(new Date(at))));
      expect(momentIn(input, span)).toBeUndefined();
    }),
  );
});

test.each([
  "2026-11-30",
  "Mon Nov 30 2026",
  "9:05",
  1764493507.5e3 + 0.5e13,
  "x".repeat(13),
  true,
  null,
])("%j is no moment that only this run has", (input) => {
  expect(momentIn(input, span)).toBeUndefined();
});
