import type { Json, JsonObject, JsonSchema } from "../../../model/json.ts";
import { FALLBACKS, FAULTS } from "../trial/outcome.ts";
import { REPORT_VERDICTS } from "./compare-report.ts";

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

function arrayOf(items: JsonObject): JsonObject {
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
const figure = { type: "number" };
const saved = { exchanges: figure, tokens: figure, ms: figure };
const side = oneOf(["train", "holdout"]);
const positive = { type: "integer", minimum: 1 };
const why = (reasons: readonly string[]) =>
  arrayOf(map({ why: oneOf(reasons), count, example: text }));
const needed = described(
  { anyOf: [count, { type: "null" }] },
  "about as likely as not to suffice at the rate seen; null where no number will do",
);

const TEMPLATES = map(
  { ...tally, effective: amount },
  { worst: map({ ...tally, template: text }) },
  "a template agrees if all its inputs do; effective: as if so many were of equal size",
);

const LOOK = {
  description: "figure A: how often the candidate agrees on the holdout",
  anyOf: [
    map({ hidden: { const: true }, version: positive, alpha: share }, { needed }),
    map(
      {
        hidden: { const: false },
        version: positive,
        alpha: described(share, "the risk of this version, however often it looks"),
        ...tally,
        lower: described(share, "of the unit, as upper is"),
        upper: share,
        unit: oneOf(["input", "template"]),
        fallback: map({ n: count, fellBack: count, ...bounds }),
      },
      { needed, last: map(tally), templates: TEMPLATES },
    ),
  ],
};

const PAIRED = map(
  { version: positive, alpha: share, hidden: { type: "boolean" } },
  {
    n: described(count, "held-out inputs gone through"),
    better: described(count, "only the tool is right"),
    worse: described(count, "only the prompt is right"),
    labels: count,
    loss: described(figure, "the tool loses at most this share; below 0 it is better"),
    stoppedBy: oneOf(["verdict", "label", "answer", "end"]),
  },
  "figure C: the paired test of no worse than the prompt",
);

const SOURCES = map({
  cassettes: count,
  calls: count,
  scripted: described(count, "calls that a script answered in the model's place"),
  fallbacks: described(count, "calls that code left to the prompt, which are no evidence"),
  distinct: count,
  listed: count,
  train: count,
  closed: described(count, "held out and never shown"),
  gone: count,
  waiting: count,
  unanswered: count,
  origins: map({ traffic: count, shadow: count, check: count, imported: count }),
  leftOut: map({
    stale: count,
    otherModel: count,
    withAttachments: count,
    unfinished: count,
    damaged: count,
  }),
});

const NOISE = map(
  {
    n: count,
    promptAgreed: count,
    toolAgreed: count,
    rerunOnly: count,
    toolOnly: count,
    verdict: oneOf(["no-worse", "worse", "open"]),
    loss: figure,
    alpha: share,
    side,
  },
  {},
  "figure B: the candidate beside a rerun of the prompt",
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

const gold = map({ n: count, tool: count, prompt: count });

/** The JSON Schema of `compare.json`. */
export const COMPARE_SCHEMA: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "What llm-do compare found",
  ...map(
    {
      compare: { const: 2 },
      headline: text,
      statement: text,
      kind: oneOf(["agreement", "no-worse"]),
      verdict: oneOf(REPORT_VERDICTS),
      worker: map({ name: text, file: text }, { model: text }),
      tool: described(text, "file.ts#tool, or the file of another worker"),
      candidate: oneOf(["tool", "worker"]),
      comparator: described({}, "what counts as agreement"),
      ledger: map(
        { isNew: { type: "boolean" }, holdout: share, reference: positive, head: hash },
        { setAside: map({ at: text, why: text }) },
      ),
      sources: SOURCES,
      train: map({ ...tally, fellBack: count, earlier: count }),
      traffic: described(map({ ...tally, side }), "by calls; no interval belongs to it"),
      fallbacks: why(FALLBACKS),
      faults: why(FAULTS),
      savings: map(
        {
          spent,
          scripted: count,
          answered: share,
          checks: share,
          perCall: map(saved, { usd: figure }),
        },
        {
          monthly: map({ calls: count, ...saved }, { usd: figure }),
          promptMs: amount,
          candidateMs: amount,
        },
        "figure F",
      ),
      disagreements: described(count, "train disagreements, as in disagreements.jsonl"),
      hashes: map({ prompt: hash, model: hash, tool: hash, comparator: hash }, { domain: hash }),
      madeAt: text,
      exitCode: oneOf([0, 1, 6]),
    },
    {
      claim: share,
      margin: share,
      domain: text,
      look: LOOK,
      paired: PAIRED,
      opened: described(map({ inputs: count, disagreements: count }), "what --open showed"),
      noise: NOISE,
      selfAgreement: map(tally),
      generated: GENERATED,
      gold: described(
        map({ file: text, labels: count, train: gold, through: gold }),
        "labels that somebody wrote down; they are not a model's answers",
      ),
      judge: map({
        file: text,
        calibrated: { type: "boolean" },
        agreesWithPerson: map(tally),
        verdict: oneOf(["no-worse", "worse", "open"]),
        n: count,
        better: count,
        worse: count,
        labels: count,
      }),
    },
  ),
};
