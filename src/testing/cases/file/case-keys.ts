import type { EffectAnswer } from "../../../cassette/state/stand-ins.ts";
import { EXIT, type ExitCode } from "../../../errors/codes.ts";
import { about, byKind, converted, listOf, recordOf } from "../../../format/combine.ts";
import { defaulted, mapOf, required } from "../../../format/map.ts";
import {
  type Field,
  type Format,
  fieldError,
  type ValueOf,
  wrongValue,
} from "../../../format/reader.ts";
import {
  anyJson,
  filledText,
  flag,
  numberFrom,
  oneOf,
  positiveNumber,
  scalar,
  text,
  textLike,
  wholeNumber,
  writtenText,
} from "../../../format/scalars.ts";
import type { Json } from "../../../model/json.ts";
import { limits } from "../../../worker/limits.ts";
import { lenientScalar } from "../../../yaml/tree.ts";
import { JUDGE } from "./judge-expectation.ts";
import type {
  AcceptedMutation,
  CallExpectation,
  CaseApprovals,
  CaseEffect,
  FileExpectation,
} from "./test-case.ts";
import { partialMatcher, valueMatcher } from "./value-matcher.ts";

const names = listOf(filledText, { expects: "a list of function names", least: 1 });
const count = wholeNumber({ least: 0 });

const TIMES = mapOf({
  least: about("how often at least", defaulted(count, 0)),
  most: about("how often at most", count),
});

const times = byKind<CallExpectation["times"]>("a number of times, or a map of least and most", {
  scalar: converted(count, (exact) => ({ least: exact, most: exact })),
  map: converted(TIMES, ({ least, most = Number.POSITIVE_INFINITY }) => ({ least, most })),
});

/** The keys of a call that is expected. */
export const CALL = mapOf({
  function: about(
    "the function that is called",
    required(filledText, "write the name of the function: - function: NAME"),
  ),
  input: about("what some of the input's fields are; `equals` compares all", partialMatcher),
  output: about("what the caller was told", valueMatcher),
  times: about("how often", defaulted(times, { least: 1 })),
});

/** A file is there or not, or holds something; the two words stand without quotes. */
const fileExpectation: Format<FileExpectation> = converted(
  { ...valueMatcher, expects: "present, absent, or what its text must be", read: (field) => field },
  readFile,
);

const exitCodes: readonly number[] = Object.values(EXIT);

const exitCode: Format<ExitCode> = scalar(
  `one of the exit codes ${exitCodes.join(", ")}`,
  { enum: [...exitCodes] },
  ({ value }) => Object.values(EXIT).find((code) => code === value),
);

const ERROR = mapOf({
  code: about("the error's code", filledText),
  message: about("the whole report that a person would see", valueMatcher),
});

const error = byKind<ValueOf<typeof ERROR>>(
  "text that the error holds, or a map of code and message",
  {
    scalar: converted(filledText, (part) => ({ message: { kind: "contains", parts: [part] } })),
    map: ERROR,
  },
);

const USAGE = mapOf({
  max_tokens: about("input and output together", count),
  max_usd: positiveNumber,
  max_requests: about("exchanges with models", count),
  max_calls: about("calls of functions", count),
});

/** The keys of `expect`. */
export const EXPECT = mapOf({
  output: about("what the run answers", valueMatcher),
  snapshot: about("compares the output with vitest's snapshot beside the file", flag),
  calls: about(
    "calls that are made: `function`, and how often with what",
    listOf(CALL, { expects: "a list of calls" }),
  ),
  order: about("these are called in this order; others may come between", names),
  never: about("these are not called", names),
  files: about(
    "what stands in the work folder afterwards",
    recordOf(fileExpectation, { expects: "a map of paths", readsNull: true }),
  ),
  usage: about("at most `max_tokens`, `max_usd`, `max_requests`, `max_calls`", USAGE),
  exit_code: about("what the command line would end with", exitCode),
  error: about("how the run ends instead", error),
  judge: about("a worker that scores the answer, see Judges", JUDGE),
});

const ACCEPTED_MUTATION = mapOf({
  id: about(
    "as `llm-do test --mutate` prints it",
    required(
      // It may look like a number.
      converted(writtenText, (id) => id.trim(), "the id of a mutation"),
      "write the id that llm-do test --mutate prints",
    ),
  ),
  reason: about(
    "why nothing follows from it",
    required(
      textLike("a reason", /\S/),
      "say why nothing follows from it: reason: the wording does not matter here",
    ),
  ),
});

const MUTATIONS = mapOf({
  accept: about(
    "mutations that survive for a reason",
    converted(
      listOf(ACCEPTED_MUTATION, { expects: "a list of accepted mutations", least: 1 }),
      distinct,
    ),
  ),
});

const EFFECT_MAP = mapOf({
  output: about("what the tool gives", anyJson),
  error: about("what the tool fails with", filledText),
});

const AN_EFFECT = "live, { output: ... } or { error: ... }";

const effectMap: Format<EffectAnswer> = {
  ...converted(EFFECT_MAP, effectOf),
  schema: (shared) => ({
    ...EFFECT_MAP.schema(shared),
    oneOf: [{ required: ["output"] }, { required: ["error"] }],
  }),
};

const effect = byKind<EffectAnswer>(AN_EFFECT, {
  scalar: scalar(AN_EFFECT, { const: "live" }, ({ value }) =>
    value === "live" ? { kind: "live" } : undefined,
  ),
  map: effectMap,
});

const approvals = byKind<CaseApprovals>(
  "recorded, approve-all, reject-all, or a map of functions to allow or deny",
  {
    scalar: converted(oneOf(["recorded", "approve-all", "reject-all"]), (policy) =>
      policy === "recorded" ? { kind: "recorded" } : { kind: "policy", policy },
    ),
    map: converted(
      recordOf(oneOf(["allow", "deny"]), { expects: "a map of functions", readsNull: true }),
      (rules) => ({ kind: "rules", rules }),
    ),
  },
);

/** Keys that stand in a case, or above all cases as their default. */
const SHARED = {
  worker: about(
    "the worker file. Default: the one that is named like the file of cases",
    filledText,
  ),
  files: about(
    "all files of the project, where it is more than one worker",
    listOf(filledText, { expects: "a list of worker and code files", least: 1 }),
  ),
  entry: about(
    "the function that the run starts with. Default: as on the command line",
    filledText,
  ),
  workspace: about(
    "a folder; the run works in a copy of it. Without one it works in the project's own folder",
    filledText,
  ),
  approvals: about(
    "who answers what no rule answers. Default: `recorded`, what was decided when the cassette was made",
    approvals,
  ),
  model: about("the entry's model, in place of its own", filledText),
  limits: about("as in front matter", limits),
  script: about(
    "a script that answers in the models' place when the case is recorded, which its cassette then says",
    filledText,
  ),
  tools: about(
    "`recorded` answers local effects from the cassette too; `live` runs even external ones",
    oneOf(["live", "recorded"]),
  ),
  effects: about(
    "what stands for effects of these functions while the case is recorded",
    converted(
      recordOf(effect, { expects: "a map of functions", readsNull: true }),
      placedEffects,
      "a map of functions to live, { output: ... } or { error: ... }",
    ),
  ),
  timeout_seconds: about("how long one run may take. Default: 30", positiveNumber),
  samples: about(
    "how many runs are made of the case, where it is about a distribution",
    wholeNumber({ least: 1 }),
  ),
  min_pass: about("the share of these runs that must pass. Default: 1", numberFrom(0, 1)),
};

/** The keys of one case. */
export const CASE = mapOf({
  name: about(
    "what it shows; no two cases of a file have the same",
    required(filledText, "name it by what it shows: name: greets by name"),
  ),
  ...SHARED,
  input: about("what the entry is called with: a text, or what its input schema takes", anyJson),
  attachments: about(
    "files to attach to a text, relative to the folder that the run works in",
    listOf(filledText, { expects: "a list of paths", least: 1 }),
  ),
  cassette: about(
    "its recordings, shared with no other case. Default: `cassettes/FILE/NAME.yaml` beside. `none`: the case asks no model",
    filledText,
  ),
  mutations: about(
    "`accept`: a list of `{ id, reason }`, mutations that survive for a reason",
    MUTATIONS,
  ),
  expect: about("what must come of it; without it, only that the run ends well", EXPECT),
});

/** The keys of a file of cases. */
export const CASE_FILE = mapOf({
  $schema: text,
  ...SHARED,
  cases: required(
    listOf(CASE, { expects: "a list of cases", least: 1 }),
    "write a list: cases: [{ name: says hello, input: Hello., expect: { output: Hi. } }]",
  ),
});

function readFile(field: Field): FileExpectation {
  const { tree } = field;
  const said = tree.kind === "scalar" && tree.plain ? lenientScalar(tree) : undefined;
  if (said === true || said === "present") return { kind: "present" };
  if (said === false || said === "absent") return { kind: "absent" };
  return { kind: "present", content: valueMatcher.read(field) };
}

function effectOf({ output = null, error }: { output?: Json; error?: string }, field: Field) {
  // Null is an output, too.
  const hasOutput = field.tree.kind === "map" && field.tree.entries.has("output");
  if (hasOutput === (error !== undefined)) throw wrongValue(field, AN_EFFECT);
  const answer: EffectAnswer =
    error === undefined ? { kind: "output", output } : { kind: "error", error };
  return answer;
}

function placedEffects(
  answers: ReadonlyMap<string, EffectAnswer>,
  { tree }: Field,
): ReadonlyMap<string, CaseEffect> {
  const placeOf = (name: string) =>
    (tree.kind === "map" ? tree.entries.get(name)?.keyPlace : undefined) ?? tree.place;
  return new Map([...answers].map(([name, answer]) => [name, { answer, place: placeOf(name) }]));
}

function distinct(
  accepted: readonly AcceptedMutation[],
  field: Field,
): readonly AcceptedMutation[] {
  const ids = accepted.map((one) => one.id);
  const twice = ids.find((one, index) => ids.indexOf(one) !== index);
  if (twice !== undefined) throw fieldError(field, `holds ${twice} twice`, ["keep one of the two"]);
  return accepted;
}
