import { expect, test } from "vitest";
import { ownFolder } from "./own-frames.ts";

test.each([
  ["file:///work/llm-do/src/errors/own-frames.ts", "file:///work/llm-do/src/"],
  [
    "file:///app/node_modules/llm-do/dist/chunks/base-aB_-1.js",
    "file:///app/node_modules/llm-do/dist/",
  ],
  // Bundled into a program: its folder, and that above it, are the user's.
  ["file:///app/server.mjs", "file:///app/server.mjs"],
  ["file:///app/dist/server.js", "file:///app/dist/server.js"],
  ["file:///app/dist/chunk-7YVXGVL2.js", "file:///app/dist/chunk-7YVXGVL2.js"],
])("from %s, what is ours is %s", (url, own) => {
  expect(ownFolder(url).href).toBe(own);
});
