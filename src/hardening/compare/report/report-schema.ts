import type { Json, JsonObject, JsonSchema } from "../../../model/json.ts";
import { RIGHTS } from "../labels/adjudication.ts";
import { FALLBACKS, FAULTS } from "../run/outcome.ts";

const count = { type: "integer", minimum: 0 };
const share = { type: "number", minimum: 0, maximum: 1 };
const amount = { type: "number", minimum: 0 };
const text = { type: "string" };
const hash = { type: "string", pattern: "^[0-9a-f]{64}$" };

/** A map whose keys are all known; those behind the second argument may be missing. */
function map(needed: JsonObject, optional: JsonObject = {}, description?: string): JsonObject {
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties: { ...needed, ...optional },
    required: Object.keys(needed),
    additionalProperties: false,
  };
}

function described(schema: JsonObject, description: string): JsonObject {
  return { ...schema, description };
}

function listOf(items: JsonObject): JsonObject {
  return { type: "array", items };
}

function oneOf(values: readonly Json[]): JsonObject {
  return { enum: values };
}

const tally = { n: count, agreed: count };
const bounds = { lower: share, upper: share };
const spent = map(
  {
    calls: count,
    exchanges: count,
    inputTokens: count,
    outputTokens: count,
    tokens: count,
    totalMs: amount,
  },
  { usd: described(amount, "US dollars; absent when the price is unknown") },
);
const right = {
  disagreements: count,
  judged: count,
  wins: described(count, "the tool is right and the prompt is not"),
  losses: count,
  ties: count,
  p: described(share, "the exact sign test"),
};
const why = (reasons: readonly string[]) =>
  listOf(map({ why: oneOf(reasons), count, example: text }));

const AGREEMENT = map(
  {
    ...tally,
    ...bounds,
    claim: share,
    verdict: oneOf(["supported", "refuted", "inconclusive"]),
  },
  {
    needed: described(count, "further distinct held-out inputs; where inconclusive"),
    neededAtNextLook: described(count, "the same at the next look"),
  },
  "figure A: distinct held-out inputs, with exact one-sided bounds",
);

const SOURCES = map(
  {
    cassettes: count,
    calls: count,
    scripted: described(count, "calls that a script answered in the model's place"),
    distinct: count,
    train: count,
    holdout: count,
    leftOut: map({
      stale: count,
      otherModel: count,
      withAttachments: count,
      unfinished: count,
      damaged: count,
    }),
  },
  { notInBoth: count },
);

const NOISE = map(
  {
    n: count,
    promptAgreed: count,
    toolAgreed: count,
    rerunOnly: count,
    toolOnly: count,
    least: { type: "number", minimum: -1, maximum: 1 },
    holds: { type: "boolean" },
    needed: count,
  },
  {},
  "figure B: the tool beside a rerun of the prompt, on held-out inputs",
);

const GENERATED = map(
  {
    generated: count,
    violations: count,
    outside: count,
    seed: count,
    statement: text,
  },
  { counterexample: map({ input: {}, why: text, path: text }) },
  "figure D",
);

const GOLD = map(
  {
    file: text,
    holdout: map({ ...tally, ...bounds }),
    train: map(tally),
    fellBack: count,
    prompt: map(tally),
  },
  {},
  "labels that somebody wrote down; no model's answers",
);

/** The JSON Schema of `compare.json`. */
export const COMPARE_SCHEMA: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "What llm-do compare found",
  ...map(
    {
      compare: { const: 1 },
      statement: text,
      worker: map({ name: text, file: text }, { model: text }),
      tool: described(text, "file.ts#tool, or the file of another worker"),
      kind: oneOf(["tool", "worker"]),
      comparator: described({}, "what counts as agreement"),
      agreement: AGREEMENT,
      alpha: share,
      looks: { type: "integer", minimum: 1 },
      train: map(tally),
      traffic: described(map(tally), "by held-out calls; no interval belongs to it"),
      sources: SOURCES,
      fallback: map({
        expected: described(map({ share, seenOnce: count, n: count }), "figure E"),
        holdout: count,
        reasons: why(FALLBACKS),
      }),
      faults: why(FAULTS),
      savings: map(
        { spent, saved: spent, scripted: count },
        { promptMs: amount, toolMs: amount },
        "figure F",
      ),
      disagreements: map({ holdout: count, train: count }),
      hashes: map(
        { prompt: hash, model: hash, tool: hash, comparator: hash, recordings: hash },
        { domain: hash },
      ),
      madeAt: text,
      exitCode: oneOf([0, 1, 6]),
    },
    {
      domain: text,
      noise: NOISE,
      selfAgreement: map({ ...tally, ...bounds }),
      adjudication: described(map(right), "figure C, by a person"),
      judge: described(
        map({ ...right, file: text, advisory: { const: true }, agreesWithPerson: map(tally) }),
        `figure C, by a worker that says one of ${RIGHTS.join(", ")}; advisory`,
      ),
      generated: GENERATED,
      gold: GOLD,
    },
  ),
};
