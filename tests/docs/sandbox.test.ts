import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { fieldAt } from "../../src/format/reader.ts";
import {
  CREDENTIAL_PATHS,
  SANDBOX,
  SANDBOX_KEYS,
} from "../../src/toolsets/sandbox/sandbox-config.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import { repository } from "../support/cli.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow } from "../support/reference-table.ts";

const page = readFileSync(resolve(repository, "docs/toolsets/sandbox.md"), "utf8");

describe("docs/toolsets/sandbox.md", () => {
  test("lists the keys that the code takes, and all that is said of them", () => {
    expect(rowsBelow(page, "A map allows more, or less:")).toEqual(rowsOf(SANDBOX_KEYS));
  });

  test("lists what is hidden", () => {
    const section = page.slice(page.indexOf("## Credentials that are hidden"));
    const table = section.slice(0, section.indexOf("Everything else"));
    const listed = [...table.matchAll(/`([^`]+)`/g)].map(([, path]) => path);
    expect(listed.toSorted()).toEqual([...CREDENTIAL_PATHS].toSorted());
  });

  test("its example is a configuration", () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const { toolsets } = parseWorker(`---\n${yaml}---\nbody\n`, "m.worker");
    expect(toolsets.map(({ written }) => SANDBOX.read(fieldAt(written, ["sandbox"])))).toEqual([
      { network: [], writable: [], readOnly: [], unreadable: [] },
      { network: ["api.example.com"], writable: [], readOnly: [], unreadable: [] },
    ]);
  });
});
