import type { Json, JsonSchema } from "../../../model/json.ts";
import { CASES_ENDING } from "./case-name.ts";
import { LABELS } from "./judge-expectation.ts";

const text = { type: "string" } as const;
const count = { type: "integer", minimum: 0 } as const;
const positive = { type: "integer", minimum: 1 } as const;
const share = { type: "number", minimum: 0, maximum: 1 } as const;
const texts = { type: "array", items: text, minItems: 1 } as const;

function map(properties: Record<string, Json>, more: Record<string, Json> = {}): JsonSchema {
  return { type: "object", properties, additionalProperties: false, ...more };
}

function described(description: string, schema: JsonSchema): JsonSchema {
  return { description, ...schema };
}

const value: JsonSchema = {
  description:
    "A value that must be equal, or a map of equals, contains, matches, schema, jsonpath, fields, not.",
};

const times: JsonSchema = { anyOf: [count, map({ least: count, most: count })] };

const call = map(
  {
    function: text,
    input: described("What some of the input's fields are; equals compares all.", value),
    output: value,
    times: described("How often; default: at least once.", times),
  },
  { required: ["function"] },
);

const expectations = map({
  output: described("What the run must answer.", value),
  snapshot: described("Whether the output must be as the snapshot beside the file.", {
    type: "boolean",
  }),
  calls: described("Calls that must be made.", { type: "array", items: call }),
  order: described("Functions that must be called in this order.", texts),
  never: described("Functions that must not be called.", texts),
  files: described(
    "What must stand below the work folder afterwards: present, absent, a text or a matcher.",
    {
      type: "object",
    },
  ),
  usage: map({
    max_tokens: count,
    max_usd: { type: "number", exclusiveMinimum: 0 },
    max_requests: count,
    max_calls: count,
  }),
  exit_code: described("What the command line would end with.", {
    enum: [0, 1, 2, 3, 4, 5, 6, 130],
  }),
  error: described("Text that the error holds, or its code and message.", {
    anyOf: [text, map({ code: text, message: value })],
  }),
  judge: described("A worker that scores the answer; advisory until it is calibrated.", {
    ...map(
      {
        worker: described("The judge's .worker file.", text),
        files: described("Further files of its project.", texts),
        least: described("The least score that passes; default: 0.5.", share),
        criteria: described("What a good answer is like.", text),
        expected: described("An answer that is known to be good.", {}),
        label: described("What a person says of the answer.", { enum: [...LABELS] }),
      },
      { required: ["worker"] },
    ),
  }),
});

const limits = map({
  max_depth: positive,
  max_calls: positive,
  max_tokens: positive,
  max_usd: { type: "number", exclusiveMinimum: 0 },
  timeout_seconds: { type: "number", exclusiveMinimum: 0 },
});

const shared: Record<string, Json> = {
  worker: described("The worker file; default: the one of the file's name.", text),
  files: described("Worker and code files, where the case needs more than one.", texts),
  entry: described("The function that the run starts with.", text),
  workspace: described("A folder; the run works in a copy of it.", text),
  approvals: described("Who answers a call that no rule answers.", {
    anyOf: [
      { enum: ["recorded", "approve-all", "reject-all"] },
      { type: "object", additionalProperties: { enum: ["allow", "deny"] } },
    ],
  }),
  model: described("In place of the entry's own.", text),
  limits,
  script: described("Answers in the models' place when the case is recorded.", text),
  tools: described("live runs every tool, recorded answers local and external ones.", {
    enum: ["live", "recorded"],
  }),
  effects: described("What stands for effects while the case is recorded, by function.", {
    type: "object",
    additionalProperties: {
      anyOf: [
        { enum: ["live"] },
        map({ output: {} }, { required: ["output"] }),
        map({ error: text }, { required: ["error"] }),
      ],
    },
  }),
  timeout_seconds: described("How long one run may take.", { type: "number", exclusiveMinimum: 0 }),
  samples: described("How often the case is run, where it is about a distribution.", positive),
  min_pass: described("The share of the runs that must pass.", {
    type: "number",
    minimum: 0,
    maximum: 1,
  }),
};

const accepted = described(
  "A change that nobody has to notice.",
  map(
    {
      id: described("As llm-do test --mutate prints it.", text),
      reason: described("Why nothing follows from it.", text),
    },
    { required: ["id", "reason"] },
  ),
);

const oneCase = map(
  {
    name: text,
    ...shared,
    input: described("Text, or what the entry's input schema takes.", {}),
    attachments: described("Paths of files to attach.", texts),
    cassette: described(
      "Default: cassettes/FILE/NAME.yaml beside; none: the case asks no model.",
      text,
    ),
    mutations: described("What is said of llm-do test --mutate.", {
      ...map({ accept: { type: "array", minItems: 1, items: accepted } }),
    }),
    expect: expectations,
  },
  { required: ["name"] },
);

/** The JSON Schema of a file of cases, for editors; what is read is checked by its readers. */
export const CASES_SCHEMA: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: `llm-do cases (*${CASES_ENDING})`,
  ...map(
    { $schema: text, ...shared, cases: { type: "array", items: oneCase, minItems: 1 } },
    { required: ["cases"] },
  ),
};
