import "llm-do/vitest";
import { runTool, toolsetOf } from "llm-do/testing";
import { expect, test } from "vitest";
import { lookup, orders, searchTools } from "../src/index.ts";

test("finds an order, with the defaults of its schemas", async () => {
  const { output } = await runTool(lookup, { id: "a" });
  const cents: number | undefined = output?.cents;
  expect(cents).toBe(0);
  expect(await runTool(orders.tools.lookup, { id: "b", verbose: true })).toHaveOutput({
    id: "b",
    cents: 5,
    note: "paid",
  });
});

test("takes nothing else", async () => {
  // @ts-expect-error: the key is misspelt
  const run = await runTool(lookup, { idd: "a" });
  expect(run).toHaveFailed({ code: "call", message: "id: " });
  // @ts-expect-error: cents is a number
  const wrong: string | undefined = (await runTool(lookup, { id: "a" })).output?.cents;
  expect(wrong).toBe(0);
});

test("a factory makes what a worker configures", async () => {
  const { search } = toolsetOf(searchTools, { limit: 2 }, { cwd: "/shop" }).tools;
  expect(search.description).toBe("Search in /shop.");
  const { output } = await runTool(search, { q: "hello" });
  const words: readonly string[] | undefined = output;
  expect(words).toEqual(["hello", "hello"]);
  expect(() => toolsetOf(searchTools, { limt: 2 })).toThrow("limt");
});

test.for([
  ["hello", undefined],
  ["hi", "approval-needed"],
] as const)("a search for %s is approved by its own rule", async ([q, code]) => {
  const { search } = toolsetOf(searchTools).tools;
  const { error } = await runTool(search, { q }, { approvals: "headless" });
  expect(error?.code).toBe(code);
});
