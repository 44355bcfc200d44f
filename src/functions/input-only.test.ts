import { expect, test } from "vitest";
import { INPUT_ONLY } from "./input-only.ts";

const { call, functions, now, random } = INPUT_ONLY;

test.each([
  ['ctx.call("other")', () => call("other")],
  ["ctx.functions.other", () => functions.other?.()],
  ["ctx.now()", async () => now()],
  ["ctx.random()", async () => random()],
])("%s is refused", async (what, ask) => {
  await expect(ask).rejects.toThrow(
    `${what} is not there for code that stands in for a prompt: only its input is`,
  );
});

test("a refusal that nobody waits for ends no process", async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  try {
    void call("other");
    void functions.other?.();
    await new Promise((done) => setTimeout(done, 5));
  } finally {
    process.off("unhandledRejection", listener);
  }
  expect(unhandled).toEqual([]);
});

test("it can be awaited as any object can", async () => {
  expect(await functions).toBe(functions);
});
