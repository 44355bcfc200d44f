import { expect, test } from "vitest";
import { msText, usdText } from "./quantities.ts";

test.each([
  [1204.5, "$1,204.50"],
  [0.5, "$0.50"],
  [0.00138, "$0.0014"],
  [0, "$0.00"],
  [-3.2, "-$3.20"],
  [undefined, "an unknown price"],
])("money %j is %s", (usd, text) => {
  expect(usdText(usd)).toBe(text);
});

test.each([
  [1249.6, "1,250 ms"],
  [12.345, "12.3 ms"],
  [0.12, "0.12 ms"],
])("milliseconds %j are %s", (ms, text) => {
  expect(msText(ms)).toBe(text);
});
