import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_TIMEOUT_SECONDS,
  MAX_TIMEOUT_SECONDS,
  MAX_TOLD_BYTES,
  MAX_WRITTEN_BYTES,
} from "../../src/toolsets/shell/make-shell.ts";
import { DEFAULT, RULE, SHELL } from "../../src/toolsets/shell/shell-config.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import { rowsOf } from "../support/described.ts";
import { rowsBelow, tableBelow } from "../support/reference-table.ts";
import { recordingProcesses, runShell, shellOf } from "./shell-gate.ts";

const REFERENCE = readFileSync(new URL("../../docs/toolsets/shell.md", import.meta.url), "utf8");

describe("the reference of shell", () => {
  test.each([
    ["## Configuration", rowsOf(SHELL)],
    ["A rule:", rowsOf(RULE)],
    ["The default:", rowsOf(DEFAULT)],
  ])("%s lists the keys that the code takes, and all that is said of them", (heading, rows) => {
    expect(rowsBelow(REFERENCE, heading)).toEqual(rows);
  });

  test("lists what a model is told", async () => {
    const shell = shellOf({ default: { approval_required: false } }, recordingProcesses());
    const told = await runShell(shell, { command: "x", timeout_seconds: 1 });
    const keys = tableBelow(REFERENCE, "## What the model is told").map(([key]) => key);
    expect(keys).toEqual(Object.keys(told));
  });

  test("its example is a configuration that does what it is about", () => {
    const yaml = /```yaml\n([\s\S]*?)```/.exec(REFERENCE)?.[1] ?? "";
    const worker = parseWorker(`---\n${yaml}---\nbody\n`, "m.worker");
    const shell = shellOf(worker.toolsets[0]?.config ?? {}, recordingProcesses());
    const ruleOf = (command: string) => shell.approval({ command });
    expect(["ls -la", "git log", "find .", "find . -delete", "rm x"].map(ruleOf)).toEqual([
      "allow",
      "allow",
      "allow",
      "ask",
      "ask",
    ]);
  });

  test("names the limits", () => {
    expect(REFERENCE).toContain(`${DEFAULT_TIMEOUT_SECONDS} unless the model asks`);
    expect(REFERENCE).toContain(`More than ${MAX_TIMEOUT_SECONDS} is an input that does not fit`);
    expect(REFERENCE).toContain(`cut at ${MAX_TOLD_BYTES / 1024} KB`);
    expect(REFERENCE).toContain(`more than ${MAX_WRITTEN_BYTES / 1024 / 1024} MB is ended`);
  });
});
