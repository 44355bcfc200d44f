import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import type { WorkerDefinition } from "../../src/worker/worker-definition.ts";

const GOOD = new URL("../../fixtures/worker-files/good/", import.meta.url);

const NOT_APPROVED = { preApproved: false, blocked: false };

/** What each file says, the places left out. */
const EXPECTED: Readonly<Record<string, object>> = {
  "every-key.worker": {
    name: "every_key",
    description: "Uses every key: once",
    entry: true,
    model: "anthropic:claude-haiku-4-5",
    instructions: "Weigh the pitch.\n\n---\nA rule in the text is text.",
    toolsets: [
      {
        reference: "file_tools",
        config: {},
        approvals: {
          sanitize_filename: { ...NOT_APPROVED, preApproved: true },
          delete_everything: { ...NOT_APPROVED, blocked: true },
        },
      },
      {
        reference: "shell",
        config: {
          rules: [
            { pattern: "ls", approval_required: false },
            { pattern: "git log", approval_required: false },
          ],
          default: { approval_required: true },
        },
      },
      {
        reference: "filesystem",
        config: { base_path: "./data", read_approval: false, write_approval: true },
      },
      { reference: "analyzer", config: {} },
      { reference: "my-package#searchTools", config: { limit: 5, quoted: "no" } },
    ],
    serverTools: [
      { type: "web_search", maxUses: 3, allowedDomains: ["example.org"] },
      { type: "code_execution" },
    ],
    inputSchema: { kind: "reference", reference: "schemas.ts#PitchInput" },
    outputSchema: {
      kind: "inline",
      schema: { type: "object", properties: { verdict: { enum: ["yes", "no"] } } },
    },
    settings: {
      temperature: 0.5,
      maxTokens: 2000,
      topP: 0.9,
      topK: 40,
      stopSequences: ["END"],
      seed: -7,
      presencePenalty: 1,
      frequencyPenalty: -1.5,
      parallelToolCalls: false,
      thinking: { budgetTokens: 4000 },
    },
    limits: { maxDepth: 3, maxCalls: 20, maxTokens: 100_000, maxUsd: 0.25, timeoutMs: 1500 },
  },
  "all-defaults.worker": {
    name: "all-defaults",
    description: undefined,
    entry: false,
    model: undefined,
    compatibleModels: undefined,
    instructions: "body",
    file: "all-defaults.worker",
    toolsets: [],
    serverTools: [],
    settings: {},
    inputSchema: undefined,
    outputSchema: undefined,
    limits: {},
  },
  "comments-only.worker": { name: "comments-only", instructions: "body" },
  "compatible-models.worker": {
    model: undefined,
    compatibleModels: ["anthropic:*", "openai:gpt-?"],
  },
  "windows.worker": {
    name: "windows",
    description: "last value",
    instructions: "First line.\nSecond line.",
  },
  "python-map-of-toolsets.worker": {
    name: "python_map",
    model: undefined,
    toolsets: [
      { reference: "notes_writer", config: {} },
      { reference: "filesystem", config: {} },
      {
        reference: "shell",
        config: {
          rules: [
            { pattern: "wc", approval_required: false },
            { pattern: "mv", approval_required: true },
          ],
        },
      },
    ],
  },
  "python-list-of-toolsets.worker": {
    entry: true,
    toolsets: [
      { reference: "file_tools", config: {} },
      { reference: "summarizer", config: {} },
    ],
    serverTools: [{ type: "web_fetch" }],
  },
  "python-empty-toolsets.worker": {
    toolsets: [],
    serverTools: [{ type: "web_search", maxUses: 3 }],
  },
  "aliases.worker": {
    toolsets: [
      { reference: "reader", config: { read_approval: true, base_path: "./in" } },
      { reference: "writer", config: { read_approval: true, base_path: "./out" } },
    ],
  },
};

describe("a good .worker file", () => {
  test.each(Object.entries(EXPECTED))("%s says what it is read to", (file, expected) => {
    expect(read(file)).toMatchObject(expected);
  });

  test("every file of the folder is read", () => {
    expect(readdirSync(GOOD).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test("toolsets know their line", () => {
    const lines = read("every-key.worker").toolsets.map(({ place }) => place.line);
    expect(lines).toEqual([7, 11, 16, 17, 18]);
  });

  test("line ends and a byte order mark do not change what a worker says", () => {
    const text = readFileSync(new URL("every-key.worker", GOOD), "utf8");
    const unix = parseWorker(text, "every-key.worker");
    const windows = parseWorker(`\uFEFF${text.replaceAll("\n", "\r\n")}`, "every-key.worker");
    expect(windows).toEqual(unix);
  });
});

function read(file: string): WorkerDefinition {
  return parseWorker(readFileSync(new URL(file, GOOD), "utf8"), file);
}
