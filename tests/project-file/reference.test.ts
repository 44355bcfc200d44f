import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rewritesOf } from "../../src/cassette/rules/rules.ts";
import type { MapFormat, Shape } from "../../src/format/map.ts";
import { RULE, secretSettings } from "../../src/project/config/config-patterns.ts";
import { PROJECT_CONFIG, parseProjectConfig } from "../../src/project/config/project-config.ts";
import { SERVER } from "../../src/providers/table/server-reader.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow } from "../support/reference-table.ts";

const REFERENCE = readFileSync(new URL("../../docs/project-file.md", import.meta.url), "utf8");

const TABLES: readonly (readonly [heading: string, format: MapFormat<Shape>])[] = [
  ["# `llm-do.yaml`", PROJECT_CONFIG],
  ["## Rules", RULE],
  ["## Secrets", secretSettings],
  ["## Servers", SERVER],
];

describe("the reference of llm-do.yaml", () => {
  test.each(TABLES)("%s has the rows that the code has", (heading, format) => {
    expect(rowsBelow(REFERENCE, heading)).toEqual(rowsOf(format));
  });

  test("its example is a project file that does what it is about", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(REFERENCE)?.[1] ?? "";
    const { rules, providers } = parseProjectConfig(example, "llm-do.yaml");
    expect(Object.keys(providers)).toEqual(["local", "acme", "openai"]);
    const allow = rules.allow?.map(({ source, flags }) => `/${source}/${flags}`);
    expect(allow).toEqual(["/AKIAQ3EXAMPLEONLYTEST/gu", "/ghp_test\\w+/gu"]);
    const said = "user-123456 (ann@example.com) wrote /tmp/x-1/a.txt at 2026-01-01T10:00:00.5Z";
    expect(rewritesOf(rules).request?.(said)).toBe(
      "<redacted> (<mail>) wrote <folder>/a.txt at <volatile>",
    );
  });

  test("its example of a flag within a pattern is one", () => {
    const { rules } = parseProjectConfig("redact: ['(?i:bearer) \\w+']", "llm-do.yaml");
    expect(rewritesOf(rules).request?.("Bearer abc")).toBe("<redacted>");
    expect(REFERENCE).toContain("`(?i:bearer) \\w+`");
  });
});
