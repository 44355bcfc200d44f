import { expect, test } from "vitest";
import { lazily } from "./lazily.ts";

test("loads when it is first asked, and once", async () => {
  let count = 0;
  const load = lazily(async () => ++count);
  expect(count).toBe(0);
  expect(await Promise.all([load(), load()])).toEqual([1, 1]);
  expect(await load()).toBe(1);
});
