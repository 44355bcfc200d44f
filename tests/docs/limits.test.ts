import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { MOST_CASSETTE_BYTES } from "../../src/cassette/file/format.ts";
import { MOST_LEVELS } from "../../src/cassette/file/yaml/json-line.ts";
import { MAX_ANSWER_CHARACTERS } from "../../src/model/answer.ts";
import { PRICE_TABLE, PRICES_READ_ON } from "../../src/model/price-table.ts";
import { MAX_RESPONSE_BYTES } from "../../src/providers/wire/client/read-response.ts";
import { DEFAULT_MAX_DEPTH } from "../../src/runtime/state/budget.ts";
import { MAX_TOLD_CHARACTERS } from "../../src/runtime/state/told-to-model.ts";
import { LAST_WAIT_MS } from "../../src/runtime/state/under-way.ts";
import { MAX_PAUSES, MAX_REPAIRS } from "../../src/runtime/worker/worker-loop.ts";
import {
  DEFAULT_TIMEOUT_SECONDS,
  MAX_TIMEOUT_SECONDS,
  MAX_TOLD_BYTES,
} from "../../src/toolsets/shell/make-shell.ts";
import { LIMITS } from "../../src/worker/limits.ts";
import { MOST_YAML_BYTES, NODES_OF_AN_ENTRY } from "../../src/yaml/size-bound.ts";
import { MAX_DEPTH } from "../../src/yaml/tree.ts";
import { MAX_VALUES } from "../../src/yaml/yaml-source.ts";
import { repository } from "../support/cli.ts";
import { commandLine } from "../support/command-line.ts";
import { tableBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/limits.md"), "utf8");

describe("docs/limits.md", () => {
  test("has every limit, by its flag and its key", () => {
    const { options } = commandLine;
    const flags = options
      .map(({ long }) => long)
      .filter((long) => /^--(?:max-|timeout)/.test(long ?? ""));
    const rows = Object.keys(LIMITS.keys).map((key, index) => [flags[index], `\`${key}\``]);
    const shown = tableBelow(page, "# Limits");
    expect(shown).toEqual(rows);
    expect(flags).toHaveLength(rows.length);
    expect(page).toContain(`the entry has none. ${DEFAULT_MAX_DEPTH} unless it is said`);
    expect(page).toContain(`would be lost, for up to ${LAST_WAIT_MS / 1000} seconds`);
  });

  test("says of all prices where they are from and when they stood there", () => {
    const rows = PRICE_TABLE.map(({ providers, source: { url, asOf } }) => {
      const cells = [providers.map((name) => `\`${name}\``).join(", "), url, asOf];
      return cells.join(" | ");
    });
    const written = page.replace(/ +/g, " ");
    for (const row of rows) expect(written).toContain(`| ${row} |`);
    expect(tableBelow(page, "## Prices")).toHaveLength(rows.length);
    expect(page).toContain(`looked up on ${PRICES_READ_ON}.`);
  });

  test("says what is bounded by itself, and where", () => {
    expect(tableBelow(page, "## What is bounded without being asked")).toEqual([
      ["a result or error that a model is told", `${grouped(MAX_TOLD_CHARACTERS)} characters`],
      ["one answer of a model", `${grouped(MAX_ANSWER_CHARACTERS)} characters`],
      ["one response of a server", `${grouped(MAX_RESPONSE_BYTES)} bytes`],
      ["turns that a provider pauses in a row", `${MAX_PAUSES}`],
      ["answers that do not fit a schema", `${MAX_REPAIRS} is asked for again`],
      [
        "a program of shell",
        `${DEFAULT_TIMEOUT_SECONDS} seconds, up to ${MAX_TIMEOUT_SECONDS} if the model asks`,
      ],
      ["the two outputs of shell", `${MAX_TOLD_BYTES / 1024} KB`],
      [
        "a file in YAML that people write",
        `${MOST_YAML_BYTES / 1024 ** 2} MB, and the values below`,
      ],
      ["values of a script, of cases, of labels", "100,000"],
      ["values of any other file", `${grouped(MAX_VALUES)}, aliases counted`],
      ["levels of such a file", String(MAX_DEPTH)],
      ["a cassette", `${MOST_CASSETTE_BYTES / 1024 ** 2} MB`],
      ["levels of a recorded value", grouped(MOST_LEVELS)],
      ["an entry that a person has edited", `32 MB, and ${grouped(NODES_OF_AN_ENTRY)} values`],
    ]);
  });
});

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
