import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { ATTRIBUTES } from "../../src/telemetry/attributes.ts";
import { repository } from "../support/cli.ts";
import { rowsBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/telemetry.md"), "utf8");

test("docs/telemetry.md has every attribute, and the version of the conventions", () => {
  const rows = Object.values(ATTRIBUTES).map(({ name, on, meaning, ...more }) => [
    `\`${name}\``,
    on,
    "isContent" in more ? `${meaning} (content)` : meaning,
  ]);
  expect(rowsBelow(page, "## Attributes")).toEqual(rows);
  const source = readFileSync(resolve(repository, "src/telemetry/attributes.ts"), "utf8");
  const [commit = "none"] = /\b[\da-f]{40}\b/.exec(source) ?? [];
  expect(page).toContain(`\`${commit}\``);
});
