import type { EffectAnswer } from "../../../cassette/state/stand-ins.ts";
import { EXIT, type ExitCode } from "../../../errors/codes.ts";
import { listOf } from "../../../format/combine.ts";
import { entriesOf, mapOf, required } from "../../../format/map.ts";
import {
  childField,
  type Field,
  fieldError,
  type Reader,
  wrongValue,
} from "../../../format/reader.ts";
import {
  anyJson,
  filledText,
  flag,
  numberFrom,
  oneOf,
  positiveNumber,
  text,
  textLike,
  wholeNumber,
  writtenText,
} from "../../../format/scalars.ts";
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
import { partialMatcher, type ValueMatcher, valueMatcher } from "./value-matcher.ts";

const names = listOf(filledText, { expects: "a list of function names", least: 1 });
const times = wholeNumber({ least: 0 });

const CALL = mapOf({
  function: required(filledText, "write the name of the function: - function: NAME"),
  input: partialMatcher,
  output: valueMatcher,
  times: { expects: "a number of times, or a map of least and most", read: readTimes },
});

const TIMES = mapOf({ least: times, most: times });

const ERROR = mapOf({ code: filledText, message: valueMatcher });

const USAGE = mapOf({
  max_tokens: wholeNumber({ least: 0 }),
  max_usd: positiveNumber,
  max_requests: wholeNumber({ least: 0 }),
  max_calls: wholeNumber({ least: 0 }),
});

const exitCodes: readonly number[] = Object.values(EXIT);

/** The keys of `expect`. */
export const EXPECT = mapOf({
  output: valueMatcher,
  snapshot: flag,
  calls: listOf({ expects: CALL.expects, read: readCall }, { expects: "a list of calls" }),
  order: names,
  never: names,
  files: { expects: "a map of paths", read: readFiles },
  usage: USAGE,
  exit_code: { expects: `one of the exit codes ${exitCodes.join(", ")}`, read: readExitCode },
  error: { expects: "text that the error holds, or a map of code and message", read: readError },
  judge: JUDGE,
});

/** An id may look like a number. */
const mutationId = {
  expects: "the id of a mutation",
  read: (field: Field): string => writtenText.read(field).trim(),
};

const ACCEPTED_MUTATION = mapOf({
  id: required(mutationId, "write the id that llm-do test --mutate prints"),
  reason: required(
    textLike("a reason", /\S/),
    "say why nothing follows from it: reason: the wording does not matter here",
  ),
});

const acceptedMutations = listOf(ACCEPTED_MUTATION, {
  expects: "a list of accepted mutations",
  least: 1,
});

const MUTATIONS = mapOf({
  accept: { expects: acceptedMutations.expects, read: readAccepted },
});

/** Keys that stand in a case, or above all cases as their default. */
const SHARED = {
  worker: filledText,
  files: listOf(filledText, { expects: "a list of worker and code files", least: 1 }),
  entry: filledText,
  workspace: filledText,
  approvals: {
    expects: "recorded, approve-all, reject-all, or a map of functions to allow or deny",
    read: readApprovals,
  },
  model: filledText,
  limits,
  script: filledText,
  tools: oneOf(["live", "recorded"]),
  effects: {
    expects: "a map of functions to live, { output: ... } or { error: ... }",
    read: readEffects,
  },
  timeout_seconds: positiveNumber,
  samples: wholeNumber({ least: 1 }),
  min_pass: numberFrom(0, 1),
};

/** The keys of one case. */
export const CASE = mapOf({
  name: required(filledText, "name it by what it shows: name: greets by name"),
  ...SHARED,
  input: anyJson,
  attachments: listOf(filledText, { expects: "a list of paths", least: 1 }),
  cassette: filledText,
  mutations: MUTATIONS,
  expect: EXPECT,
});

/** The keys of a file of cases. */
export const CASE_FILE = mapOf({
  $schema: text,
  ...SHARED,
  cases: listOf(CASE, { expects: "a list of cases", least: 1 }),
});

function readCall(field: Field): CallExpectation {
  const { function: name, times: counted, ...rest } = CALL.read(field);
  return {
    function: name,
    ...rest,
    times: counted ?? { least: 1, most: Number.POSITIVE_INFINITY },
  };
}

function readTimes(field: Field): CallExpectation["times"] {
  if (field.tree.kind !== "map") {
    const exact = times.read(field);
    return { least: exact, most: exact };
  }
  const { least = 0, most = Number.POSITIVE_INFINITY } = TIMES.read(field);
  return { least, most };
}

function readFiles(field: Field): ReadonlyMap<string, FileExpectation> {
  const files = new Map<string, FileExpectation>();
  for (const [path, { value }] of entriesOf(field, "a map of paths")) {
    files.set(path, readFile(childField(field, path, value)));
  }
  return files;
}

function readFile(field: Field): FileExpectation {
  const { tree } = field;
  const said = tree.kind === "scalar" && tree.plain ? lenientScalar(tree) : undefined;
  if (said === true || said === "present") return { kind: "present" };
  if (said === false || said === "absent") return { kind: "absent" };
  return { kind: "present", content: valueMatcher.read(field) };
}

function readExitCode(field: Field): ExitCode {
  const code = wholeNumber({ least: 0 }).read(field);
  if (exitCodes.includes(code)) return code as ExitCode; // it is one of them
  throw wrongValue(field, `one of the exit codes ${exitCodes.join(", ")}`);
}

function readError(field: Field): { code?: string; message?: ValueMatcher } {
  if (field.tree.kind === "map") return ERROR.read(field);
  return { message: { kind: "contains", parts: [filledText.read(field)] } };
}

const EFFECT = mapOf({ output: anyJson, error: filledText });
const anEffect = "live, { output: ... } or { error: ... }";

function readEffects(field: Field): ReadonlyMap<string, CaseEffect> {
  const effects = new Map<string, CaseEffect>();
  for (const [name, { value, keyPlace }] of entriesOf(field, "a map of functions")) {
    const answer = readEffect(childField(field, name, value));
    effects.set(name, { answer, place: keyPlace });
  }
  return effects;
}

function readEffect(field: Field): EffectAnswer {
  if (field.tree.kind === "scalar" && lenientScalar(field.tree) === "live") return { kind: "live" };
  if (field.tree.kind !== "map") throw wrongValue(field, anEffect);
  const { output = null, error } = EFFECT.read(field);
  const hasOutput = field.tree.entries.has("output"); // null is an output, too
  if (hasOutput === (error !== undefined)) throw wrongValue(field, anEffect);
  return error === undefined ? { kind: "output", output } : { kind: "error", error };
}

const policies = oneOf(["recorded", "approve-all", "reject-all"]);
const answers: Reader<"allow" | "deny"> = oneOf(["allow", "deny"]);

function readApprovals(field: Field): CaseApprovals {
  if (field.tree.kind !== "map") {
    const policy = policies.read(field);
    return policy === "recorded" ? { kind: "recorded" } : { kind: "policy", policy };
  }
  const rules = new Map<string, "allow" | "deny">();
  for (const [name, { value }] of entriesOf(field, "a map of functions")) {
    rules.set(name, answers.read(childField(field, name, value)));
  }
  return { kind: "rules", rules };
}

function readAccepted(field: Field): readonly AcceptedMutation[] {
  const accepted = acceptedMutations.read(field);
  const ids = accepted.map((one) => one.id);
  const twice = ids.find((one, index) => ids.indexOf(one) !== index);
  if (twice !== undefined) throw fieldError(field, `holds ${twice} twice`, ["keep one of the two"]);
  return accepted;
}
