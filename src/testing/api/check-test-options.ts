import { CASSETTE_MODES } from "../../cassette/state/session-state.ts";
import { isTool } from "../../functions/tool.ts";
import {
  aFunction,
  anObject,
  anyValue,
  aText,
  checkOptions,
  either,
  type OptionCheck,
  type OptionChecks,
  objectWith,
  oneOf,
} from "../../project/run/check-options.ts";
import { filesCheck, hostCheck, pathsCheck, RUN_KEYS } from "../../project/run/request-keys.ts";
import type { TestOptions } from "./test-options.ts";

/** An object whose keys are names, which somebody else knows. */
function mapOfNames(expects: string, each: OptionCheck): OptionCheck {
  const keys = (map: object) =>
    Object.fromEntries(Object.keys(map).map((name): [string, OptionCheck] => [name, each]));
  return { ...anObject, expects, keys };
}

const aPath = RUN_KEYS.script;
const cassette = objectWith({ path: aPath, mode: oneOf(CASSETTE_MODES) });
const answers = mapOfNames("a map of functions to allow or deny", oneOf(["allow", "deny"]));
const aTool: OptionCheck = { expects: "a tool", fits: isTool };

/** What is common to all that a test runs. */
const TOOL_OPTIONS = {
  cassette,
  doubles: mapOfNames("a map of functions", either(aFunction, aTool)),
  workspace: aPath,
  workFolder: aPath,
  model: RUN_KEYS.model,
  approvals: either(RUN_KEYS.approvals, answers),
  tools: RUN_KEYS.tools,
  limits: RUN_KEYS.limits,
  signal: RUN_KEYS.signal,
  onEvent: RUN_KEYS.onEvent,
  host: hostCheck,
} satisfies Record<Exclude<keyof TestOptions, "script" | "transport" | "live">, OptionCheck>;

const aList: OptionCheck = { expects: "a list of answers", fits: Array.isArray };

const RUN_TEST = {
  ...TOOL_OPTIONS,
  // What is wrong with an answer is told with its place when the script is read.
  script: either(either(aList, RUN_KEYS.transport), RUN_KEYS.script),
  transport: RUN_KEYS.transport,
  live: pathsCheck,
  files: {
    ...filesCheck,
    expects: `${filesCheck.expects}, at least one`,
    fits: (value: unknown) => filesCheck.fits(value) && Array.isArray(value) && value.length > 0,
  },
  entry: aText,
  input: anyValue,
};

/** What functions of a test take, by their names. */
const TAKEN = {
  runTest: RUN_TEST satisfies Record<keyof TestOptions, OptionCheck>,
  llm: { ...RUN_TEST, cassette: either(cassette, oneOf(["none"])) },
  runTool: { ...TOOL_OPTIONS, name: aText },
} as Readonly<Record<"runTest" | "llm" | "runTool", OptionChecks>>;

/**
 * Checks what a test passes: whatever nobody reads would be ignored, and the test would pass for
 * another reason than it says.
 *
 * @throws LlmDoError `usage` for an unknown key, with the nearest one, and for a value of another kind
 */
export function checkTestOptions(options: unknown, of: keyof typeof TAKEN): void {
  const needs = of === "runTool" ? [] : ["files"];
  checkOptions(options, TAKEN[of], { verb: "call", what: of, needs });
}
