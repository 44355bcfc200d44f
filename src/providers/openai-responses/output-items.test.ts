import { expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { finalItems } from "./output-items.ts";

test("the response's own items stand before the stream's, unless they lack what seals them", () => {
  const item = (id: string, encrypted_content?: string): JsonObject =>
    encrypted_content === undefined ? { id } : { id, encrypted_content };
  const streamed = new Map([
    [2, item("c")],
    [0, item("a", "early")],
    [1, item("b", "sealed")],
  ]);
  const output = [item("a", "final"), item("b")];
  expect(finalItems({ output }, streamed)).toEqual([
    [0, item("a", "final")],
    [1, item("b", "sealed")],
    [2, item("c")],
  ]);
  expect(finalItems({ output: [] }, streamed).map(([, { id }]) => id)).toEqual(["a", "b", "c"]);
});
