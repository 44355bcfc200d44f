import { describe, expect, test } from "vitest";
import { frontMatterPlace } from "./front-matter-place.ts";

const TEXT = `---
model: test
settings:
  top_p: 1
server_side_tools:
  - tool_type: web_search
  - { tool_type: web_fetch }
---
Do it.
`;

const at = (line: number, column: number) => ({ file: "a.worker", line, column });

describe("the place of a path in front matter", () => {
  test.each([
    ["a key", ["model"], at(2, 1)],
    ["a key inside a map", ["settings", "top_p"], at(4, 3)],
    ["an item of a list", ["server_side_tools", 1], at(7, 5)],
    ["a key that is not written: the map's", ["settings", "seed"], at(3, 1)],
    ["an item that is not there: the list's", ["server_side_tools", 7], at(5, 1)],
    ["a step into a scalar: the scalar's", ["model", "name"], at(2, 1)],
    ["nothing at all: the file's start", ["limits", "max_usd"], at(1, 1)],
  ])("%s", (_what, path, place) => {
    expect(frontMatterPlace(TEXT, "a.worker", path)).toEqual(place);
  });
});
