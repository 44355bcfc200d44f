import { describe, expect, test } from "vitest";
import { z } from "zod";
import { tool, toolset } from "../../src/index.ts";
import { runTool, toolsetOf } from "../../src/testing/index.ts";

const searching = (limit: number, at: string) =>
  toolset({
    search: tool({
      description: "Search.",
      input: z.object({ q: z.string() }),
      effect: "pure",
      run: ({ q }) => [...Array<string>(limit).fill(q), at],
    }),
  });

const checked = toolset(z.strictObject({ limit: z.number().default(1) }), ({ limit }, { cwd }) =>
  searching(limit, cwd),
);

describe("the toolset of a factory", () => {
  test("is made of a configuration with the schema's defaults, in a place that the test says", async () => {
    const { search } = toolsetOf(checked, {}, { cwd: "/p" }).tools;
    expect((await runTool(search, { q: "a" })).output).toEqual(["a", "/p"]);
    const twice = toolsetOf(checked, { limit: 2 }, { cwd: "/p" }).tools.search;
    expect((await runTool(twice, { q: "a" })).output).toEqual(["a", "a", "/p"]);
  });

  test("gets a place that fits together", () => {
    const places: unknown[] = [];
    const factory = toolset((config, place) => {
      places.push(config, place);
      return toolset({});
    });
    toolsetOf(factory, { any: 1 }, { cwd: "/p", workerName: "w" });
    expect(places).toEqual([
      { any: 1 },
      { cwd: "/p", workerName: "w", workerPath: "/p/w.worker", workerDir: "/p" },
    ]);
  });

  test("is not made of a configuration that its schema refuses, with the nearest key", () => {
    expect(() => toolsetOf(checked, { limt: 2 })).toThrow(/limt/);
    try {
      toolsetOf(checked, { limt: 2 });
    } catch (error) {
      expect(error).toMatchObject({ code: "project", tries: ['write "limit"'] });
    }
  });

  test("is checked as a project checks it", () => {
    const badName = toolset(() => toolset({ "no name": searching(1, "").tools.search }));
    expect(() => toolsetOf(badName)).toThrow('"no name" cannot be the name of a tool');
    const nothing = toolset(() => ({ tools: {} }));
    expect(() => toolsetOf(nothing)).toThrow("not a toolset");
  });

  test("has a place without keys that nobody reads", () => {
    expect(() => toolsetOf(checked, {}, { workerdir: "/p" } as object)).toThrow(
      'unknown key "workerdir"',
    );
    expect(() => toolsetOf(checked, {}, { cwd: 3 } as object)).toThrow("cwd must be a text");
  });

  test("needs a factory", () => {
    const group = searching(1, "");
    expect(() => toolsetOf(group as never)).toThrow("use its tools as they are");
  });
});
