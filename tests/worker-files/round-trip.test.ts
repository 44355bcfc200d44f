import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import type { Json } from "../../src/model/json.ts";
import { SERVER_TOOL_TYPES } from "../../src/model/request.ts";
import { parseSet } from "../../src/worker/overrides.ts";
import { parseWorker } from "../../src/worker/parse-worker.ts";
import type { WorkerDefinition } from "../../src/worker/worker-definition.ts";

const FILE = "generated.worker";

/** A definition without places: what a file says, apart from where it says it. */
type Said = Omit<
  WorkerDefinition,
  "places" | "toolsets" | "inputSchema" | "outputSchema" | "file"
> & {
  readonly toolsets: readonly Omit<WorkerDefinition["toolsets"][number], "place" | "written">[];
  readonly inputSchema: { readonly kind: "inline"; readonly schema: object } | undefined;
  readonly outputSchema: { readonly kind: "reference"; readonly reference: string } | undefined;
};

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const filled = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "");
const count = fc.integer({ min: 1, max: 1_000_000 });
const optional = { requiredKeys: [] };

/** A toolset's configuration: any JSON object. */
const config = fc
  .dictionary(filled, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)))
  .filter(hasNoMergeKey);

/** `yaml` writes the key `<<` without quotes, and so as one that merges. */
function hasNoMergeKey(value: unknown): boolean {
  return !JSON.stringify(value).includes('"<<":');
}

/** JavaScript objects, of which the files below are made, put keys like "7" first. */
const reference = filled.filter((text) => !/^\d+$/.test(text));

const toolset = fc.record({
  reference,
  config,
  approvals: fc
    .dictionary(filled, fc.record({ preApproved: fc.boolean(), blocked: fc.boolean() }), {
      maxKeys: 3,
    })
    .filter(hasNoMergeKey),
});

const domains = fc.array(filled, { minLength: 1, maxLength: 3 });
const serverTool = fc.record(
  { type: fc.constantFrom(...SERVER_TOOL_TYPES), maxUses: count, allowedDomains: domains },
  { requiredKeys: ["type"] },
);

const settings = fc.record(
  {
    temperature: fc.double({ min: 0, max: 2, noNaN: true }).map(withoutMinusZero),
    maxTokens: count,
    topP: fc.double({ min: 0, max: 1, noNaN: true }).map(withoutMinusZero),
    topK: count,
    stopSequences: fc.array(filled, { maxLength: 3 }),
    seed: fc.integer(),
    presencePenalty: fc.integer({ min: -2, max: 2 }),
    frequencyPenalty: fc.integer({ min: -2, max: 2 }),
    parallelToolCalls: fc.boolean(),
    thinking: fc.oneof(
      fc.constantFrom("off" as const, "low" as const, "medium" as const, "high" as const),
      fc.record({ budgetTokens: count }),
    ),
  },
  optional,
);

const limits = fc.record(
  { maxDepth: count, maxCalls: count, maxTokens: count, maxUsd: count, timeoutMs: count },
  optional,
);

const said: fc.Arbitrary<Said> = fc.record({
  name,
  description: fc.option(fc.string(), { nil: undefined }),
  instructions: filled.map((text) => text.replaceAll("\r", "").trim()).filter(Boolean),
  entry: fc.boolean(),
  model: fc.option(filled, { nil: undefined }),
  compatibleModels: fc.constant(undefined),
  toolsets: fc.uniqueArray(toolset, { maxLength: 4, selector: ({ reference }) => reference }),
  serverTools: fc.array(serverTool, { maxLength: 3 }),
  settings,
  inputSchema: fc.option(
    fc.record({
      kind: fc.constant("inline" as const),
      schema: config.filter((schema) => schema.type === undefined),
    }),
    { nil: undefined },
  ),
  outputSchema: fc.option(
    fc.record({
      kind: fc.constant("reference" as const),
      reference: fc.constantFrom("schemas.ts#Output", "my-package#a_b", "../x/y.ts#$z"),
    }),
    { nil: undefined },
  ),
  limits,
});

describe("a worker definition", () => {
  test("printed as a .worker file reads back as it was", () => {
    fc.assert(
      fc.property(said, (worker) => {
        expect(withoutPlaces(parseWorker(print(worker), FILE))).toEqual(plain(worker));
      }),
    );
  });

  test("given by --set reads as the same worker as one given by the file", () => {
    fc.assert(
      fc.property(said, (worker) => {
        const overrides = Object.entries(frontMatter(worker))
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => parseSet(`${key}=${JSON.stringify(value)}`));
        const read = parseWorker(`---\n---\n${worker.instructions}`, FILE, overrides);
        expect(withoutPlaces(read)).toEqual(plain(worker));
      }),
    );
  });
});

describe("any text", () => {
  const line = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "---",
      "...",
      "--- ",
      "name: main",
      "toolsets:",
      "  shell: &a { rules: [*a] }",
      "<<: *a",
      "settings: { thinking: on }",
      "? [x]",
      "! x",
      "%YAML 1.1",
      "- |",
      "\t- x",
      "__proto__: 1",
    ),
  );
  const text = fc
    .tuple(fc.boolean(), fc.array(line), fc.constantFrom("\n", "\r\n", "\r"))
    .map(([fenced, lines, end]) => (fenced ? ["---", ...lines, "---", "body"] : lines).join(end));

  test("is a worker or a reported error", () => {
    fc.assert(
      fc.property(text, (content) => {
        try {
          expect(parseWorker(content, FILE).instructions).not.toBe("");
        } catch (error) {
          if (!isLlmDoError(error)) throw error;
          expect(error.code).toBe("worker");
          expect(error.message).not.toContain("\n");
          expect(error.place?.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** The front matter that says a definition. */
function frontMatter(worker: Said): Record<string, Json | undefined> {
  const { thinking, ...settings } = worker.settings;
  const { timeoutMs, ...limits } = worker.limits;
  const thinks = typeof thinking === "object" ? snakeKeys(thinking) : (thinking as Json);
  const front = {
    name: worker.name,
    description: worker.description,
    entry: worker.entry,
    model: worker.model,
    toolsets: Object.fromEntries(worker.toolsets.map(printToolset)),
    server_side_tools: worker.serverTools.map(({ type, ...rest }) => ({
      tool_type: type,
      ...snakeKeys(rest),
    })),
    settings: { ...snakeKeys(settings), ...(thinking === undefined ? {} : { thinking: thinks }) },
    input_schema: worker.inputSchema?.schema,
    output_schema: worker.outputSchema?.reference,
    limits: {
      ...snakeKeys(limits),
      ...(timeoutMs === undefined ? {} : { timeout_seconds: timeoutMs / 1000 }),
    },
  };
  return front as Record<string, Json | undefined>; // made of JSON above
}

function print(worker: Said): string {
  // YAML 1.1 quotes texts like "yes", as whoever means a text has to; quoted keys never merge.
  const yaml = stringify(frontMatter(worker), {
    schema: "yaml-1.1",
    defaultKeyType: "QUOTE_DOUBLE",
  });
  return `---\n${yaml}---\n${worker.instructions}\n`;
}

function printToolset({
  reference,
  config,
  approvals,
}: Said["toolsets"][number]): [string, object] {
  const rules = Object.entries(approvals).map(
    ([tool, approval]) => [tool, snakeKeys(approval)] as const,
  );
  return [reference, { ...config, _approval_config: Object.fromEntries(rules) }];
}

function snakeKeys(fields: object): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

function withoutPlaces(worker: WorkerDefinition): unknown {
  const { places: _places, file: _file, ...rest } = worker;
  return JSON.parse(
    JSON.stringify(rest, (key, value) =>
      key === "place" || key === "written" ? undefined : value,
    ),
  );
}

function plain(worker: Said): unknown {
  return JSON.parse(JSON.stringify(worker));
}

function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}
