import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { MapFormat, Shape } from "../../src/format/map.ts";
import { FUNCTION, LOCK, PINNED_SERVER, PINNED_TOOL } from "../../src/project/lock/lock-file.ts";
import { repository } from "../support/cli.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/hardening/lock-file.md"), "utf8");

test.each([
  ["## Keys of a function", FUNCTION],
  ["## Keys of the file", LOCK],
  ["## Keys of a server", PINNED_SERVER],
  ["## Keys of a tool", PINNED_TOOL],
])(
  "docs/hardening/lock-file.md: %s has the rows that the code has",
  (heading, format: MapFormat<Shape>) => {
    expect(rowsBelow(page, heading)).toEqual(rowsOf(format));
  },
);
