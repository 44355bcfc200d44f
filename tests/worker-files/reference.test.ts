import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { MapFormat, Shape } from "../../src/format/map.ts";
import { FRONT_MATTER, SERVER_TOOL } from "../../src/worker/front-matter-keys.ts";
import { LIMITS } from "../../src/worker/limits.ts";
import { parseSet } from "../../src/worker/overrides.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import { SETTINGS } from "../../src/worker/settings.ts";
import { APPROVAL } from "../../src/worker/toolset-reference.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow } from "../support/reference-table.ts";

const REFERENCE = readFileSync(new URL("../../docs/worker-files.md", import.meta.url), "utf8");

const TABLES: readonly (readonly [heading: string, format: MapFormat<Shape>])[] = [
  ["## Front matter", FRONT_MATTER],
  ["### `toolsets`", APPROVAL],
  ["### `server_side_tools`", SERVER_TOOL],
  ["### `settings`", SETTINGS],
  ["### `limits`", LIMITS],
];

describe("the reference of .worker files", () => {
  test.each(TABLES)("%s has the rows that the code has", (heading, format) => {
    expect(rowsBelow(REFERENCE, heading)).toEqual(rowsOf(format));
  });

  test("its first example is a worker", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(REFERENCE)?.[1] ?? "";
    const worker = parseWorker(example, "organizer.worker");
    expect(worker.toolsets.map(({ reference }) => reference)).toEqual(["shell", "file_tools"]);
  });

  test("its examples of --set fit together on one worker", () => {
    const flags = [...REFERENCE.matchAll(/^--set '?(.*?)'?$/gm)].map(([, flag]) =>
      parseSet(flag ?? ""),
    );
    const text = "---\nmodel: test\nserver_side_tools: [{ tool_type: web_search }]\n---\nbody\n";
    const worker = parseWorker(text, "m.worker", flags);
    expect(flags).toHaveLength(5);
    expect(worker).toMatchObject({
      model: undefined,
      settings: { temperature: 0.2 },
      serverTools: [{ type: "web_search", maxUses: 2 }],
    });
  });

  test("each key that it calls an error of the Python llm-do is one, with advice", () => {
    const list = /are errors that say what to write instead: (.*)\./.exec(REFERENCE)?.[1] ?? "";
    const retired = [...list.matchAll(/`(\w+)`/g)].map(([, key]) => key);
    expect(retired.length).toBeGreaterThan(10);
    for (const key of retired) {
      expect(reportOf(`---\n${key}: x\n---\nbody\n`)).toMatch(
        new RegExp(`"${key}" of the Python llm-do is not supported\\n  at m.worker:2:1\\nTry: .+`),
      );
    }
  });
});

function reportOf(text: string): string {
  try {
    parseWorker(text, "m.worker");
  } catch (error) {
    if (isLlmDoError(error)) return error.report();
    throw error;
  }
  throw new Error("it was taken");
}
