import { CASSETTE_MODES } from "../../cassette/state/session-state.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { nearest } from "../../words/nearest.ts";

/** Says what is wrong with a value, as the end of "NAME must be ..."; undefined where it is fine. */
type Check = (value: unknown, name: string) => Problem | undefined;

interface Problem {
  readonly reason: string;
  readonly tries?: readonly string[];
}

const text = kind("a text", (value) => typeof value === "string");
const code = kind("a function", (value) => typeof value === "function");
const object = kind("an object", (value) => typeof value === "object" && value !== null);
const anything: Check = () => undefined;
const amount = kind(
  "a number from 0 on, and finite",
  (value) => typeof value === "number" && value >= 0 && Number.isFinite(value),
);
const count = kind(
  "a whole number from 0 on",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** The keys of `limits`, with what each may be. */
const LIMITS = keys({
  maxDepth: count,
  maxCalls: count,
  maxTokens: count,
  maxUsd: amount,
  timeoutMs: amount,
});

const CASSETTE = keys({ path: text, mode: oneOf(CASSETTE_MODES) });

const answers = every(oneOf(["allow", "deny"]));

const approvals: Check = (value, name) => {
  if (typeof value === "function") return undefined;
  if (typeof value === "object") return answers(value, name);
  return oneOf(["approve-all", "reject-all", "headless"])(value, name);
};

const OPTIONS = {
  cassette: CASSETTE,
  script: either("a list of answers, a script or a path", [text, object]),
  transport: object,
  live: listOf(text),
  doubles: every(either("a function or a tool", [code, object])),
  workspace: text,
  workFolder: text,
  approvals,
  model: text,
  tools: oneOf(["live", "recorded"]),
  limits: LIMITS,
  signal: object,
  onEvent: code,
  host: object,
};

const { script: _script, transport: _transport, live: _live, ...ofTools } = OPTIONS;

const path: Check = (value, name) => {
  if (value instanceof URL) {
    return value.protocol === "file:" ? undefined : mustBe(name, "a file: URL", value.href);
  }
  if (typeof value !== "string") return mustBe(name, "a path or a URL", value);
  if (!/^file:/i.test(value)) return undefined;
  const reason = `${name} is the text of a URL, which is no path: ${value}`;
  return { reason, tries: [`pass new URL(${JSON.stringify(value)})`] };
};

const RUN_TEST = { ...OPTIONS, files: listOf(path, 1), entry: text, input: anything };

/** What functions of a test take, by their names. */
const TAKEN = {
  runTest: keys(RUN_TEST),
  llm: keys({ ...RUN_TEST, cassette: either("an object, or none", [CASSETTE, oneOf(["none"])]) }),
  runTool: keys({ ...ofTools, name: text }),
};

/**
 * Checks what a test passes: whatever nobody reads would be ignored, and the test would pass for
 * another reason than it says.
 *
 * @throws LlmDoError `usage` for an unknown key, with the nearest one, and for a value of another kind
 */
export function checkOptions(options: unknown, of: keyof typeof TAKEN): void {
  const problem = TAKEN[of](options, "");
  if (!problem) return;
  const { reason, tries = [] } = problem;
  throw new LlmDoError({ code: "usage", verb: "call", what: of, reason, tries });
}

/** A map of known keys; those that are undefined are left out. */
function keys(known: Readonly<Record<string, Check>>): Check {
  return (value, name) => {
    if (typeof value !== "object" || value === null) return mustBe(name, "an object", value);
    for (const [key, field] of Object.entries(value)) {
      const full = name === "" ? key : `${name}.${key}`;
      const check = Object.hasOwn(known, key) ? known[key] : undefined;
      if (!check) return unknownKey(full, key, Object.keys(known));
      const problem = field === undefined ? undefined : check(field, full);
      if (problem) return problem;
    }
    return undefined;
  };
}

function unknownKey(full: string, key: string, known: readonly string[]): Problem {
  const near = nearest(key, known);
  return {
    reason: `it knows no "${full}" (known: ${known.toSorted().join(", ")})`,
    tries: near === undefined ? [] : [`write "${near}"`],
  };
}

/** A map of any keys. */
function every(check: Check): Check {
  return (value, name) => {
    if (typeof value !== "object" || value === null) return mustBe(name, "an object", value);
    for (const [key, field] of Object.entries(value)) {
      const problem = field === undefined ? undefined : check(field, `${name}.${key}`);
      if (problem) return problem;
    }
    return undefined;
  };
}

function listOf(check: Check, least = 0): Check {
  return (value, name) => {
    if (!Array.isArray(value)) return mustBe(name, "a list", value);
    if (value.length < least) return { reason: `${name} must not be empty` };
    for (const [index, item] of value.entries()) {
      const problem = check(item, `${name}[${index}]`);
      if (problem) return problem;
    }
    return undefined;
  };
}

/** What one of several checks lets pass; else what the last that fits its kind has to say. */
function either(expects: string, checks: readonly Check[]): Check {
  return (value, name) => {
    const problems = checks.map((check) => check(value, name));
    if (problems.includes(undefined)) return undefined;
    const isObject = typeof value === "object" && value !== null;
    return (isObject ? problems[0] : undefined) ?? mustBe(name, expects, value);
  };
}

function oneOf(words: readonly string[]): Check {
  return (value, name) => {
    if (words.includes(value as string)) return undefined;
    const near = typeof value === "string" ? nearest(value, words) : undefined;
    const { reason } = mustBe(name, `one of ${words.join(", ")}`, value);
    return { reason, tries: near === undefined ? [] : [`write "${near}"`] };
  };
}

function kind(expects: string, fits: (value: unknown) => boolean): Check {
  return (value, name) => (fits(value) ? undefined : mustBe(name, expects, value));
}

function mustBe(name: string, expects: string, value: unknown): Problem {
  const shown = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  return { reason: `${name === "" ? "what it takes" : name} must be ${expects}, and is ${shown}` };
}

function kindOf(value: unknown): string {
  if (typeof value === "number" || value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
