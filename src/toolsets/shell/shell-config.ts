import { LlmDoError } from "../../errors/llm-do-error.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import {
  EXPECTED_VARIABLES,
  type ProgramVariables,
  readProgramVariables,
} from "../program-variables.ts";
import { readSandbox, SANDBOX, type SandboxConfig } from "../sandbox/sandbox-config.ts";
import { splitCommand } from "./split-command.ts";

/** Which commands may run, and which of them a person must agree to. */
export interface ShellConfig {
  readonly rules: readonly ShellRule[];
  /** For commands that no rule matches; where it is undefined they are blocked. */
  readonly fallback: { readonly approvalRequired: boolean } | undefined;
  /** What programs get beside the small environment. */
  readonly env: ProgramVariables;
  /** The wall around all of them; undefined where there is none. */
  readonly sandbox?: SandboxConfig | undefined;
}

export interface ShellRule {
  /** The words that a command must begin with. */
  readonly words: readonly string[];
  /** Whether they are all the words that a command may have. */
  readonly exact: boolean;
  readonly approvalRequired: boolean;
  /** Words anywhere in a command that make it need an approval all the same. */
  readonly approvalRequiredIfArgs: readonly string[];
}

/** The keys of a configuration and of its parts, each with what it must be. */
export const SHELL_KEYS = {
  rules: "a list of rules",
  default: "a map",
  env: EXPECTED_VARIABLES,
  sandbox: SANDBOX,
} as const;
export const RULE_KEYS = {
  pattern: "the first words of a command",
  exact: "true or false",
  approval_required: "true or false",
  approval_required_if_args: "a text or a list of texts",
} as const;
export const DEFAULT_KEYS = { approval_required: RULE_KEYS.approval_required } as const;

type Keys = Readonly<Record<string, string>>;

/**
 * Reads what a worker's file says below `shell`.
 *
 * @throws LlmDoError `configuration` for an unknown key, with the nearest known one, a value of the
 * wrong kind, and a pattern that no command can match
 */
export function readShellConfig(config: JsonObject): ShellConfig {
  const { rules = [], default: fallback, env, sandbox } = knownFields(config, SHELL_KEYS, "");
  if (!Array.isArray(rules)) throw wrongValue("rules", SHELL_KEYS.rules);
  const variables = readProgramVariables(env);
  if (variables === undefined) throw wrongValue("env", SHELL_KEYS.env);
  return {
    rules: rules.map((rule: Json, index) => readRule(rule, `rules[${index}]`)),
    fallback: fallback === undefined ? undefined : readDefault(fallback),
    env: variables,
    sandbox: readSandbox(sandbox, "shell"),
  };
}

function readRule(rule: Json, path: string): ShellRule {
  const fields = knownFields(rule, RULE_KEYS, path);
  return {
    words: readPattern(fields.pattern, `${path}.pattern`),
    exact: readExact(fields.exact, path),
    approvalRequired: readApproval(fields.approval_required, path),
    approvalRequiredIfArgs: readArgs(fields.approval_required_if_args, path),
  };
}

function readDefault(fallback: Json): { readonly approvalRequired: boolean } {
  const fields = knownFields(fallback, DEFAULT_KEYS, "default");
  return { approvalRequired: readApproval(fields.approval_required, "default") };
}

function readPattern(pattern: Json | undefined, path: string): readonly string[] {
  if (typeof pattern !== "string") throw wrongValue(path, RULE_KEYS.pattern);
  const split = splitCommand(pattern);
  if (split.kind === "words") return split.words;
  const reason = `${JSON.stringify(pattern)} in "${path}" matches no command: ${split.reason}`;
  throw configError(reason, [
    "write the first words of the commands that are meant, such as: git log",
    'for every other command use "default"',
  ]);
}

function readExact(value: Json | undefined, path: string): boolean {
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  throw wrongValue(`${path}.exact`, RULE_KEYS.exact);
}

function readApproval(value: Json | undefined, path: string): boolean {
  if (value === undefined) return true;
  if (typeof value === "boolean") return value;
  throw wrongValue(`${path}.approval_required`, RULE_KEYS.approval_required);
}

function readArgs(value: Json | undefined, path: string): readonly string[] {
  if (value === undefined) return [];
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === "string" && item !== "")) {
    return list.map(String);
  }
  throw wrongValue(`${path}.approval_required_if_args`, RULE_KEYS.approval_required_if_args);
}

/** The fields that are there; null counts as absent, as in the rest of a worker's file. */
function knownFields<Known extends Keys>(
  value: Json,
  known: Known,
  path: string,
): Partial<Record<keyof Known, Json>> {
  if (!isJsonObject(value)) throw wrongValue(path, "a map");
  const fields: Partial<Record<string, Json>> = {};
  for (const [key, field] of Object.entries(value)) {
    if (!Object.hasOwn(known, key)) throw unknownKey(key, known, path);
    if (field !== null) fields[key] = field;
  }
  return fields as Partial<Record<keyof Known, Json>>; // no other key was let through
}

function unknownKey(key: string, known: Keys, path: string): LlmDoError {
  const names = Object.keys(known);
  const near = nearest(key, names);
  const where = path === "" ? "" : ` in "${path}"`;
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return configError(`unknown key ${JSON.stringify(key)}${where}${meant}`, [
    near === undefined ? `use one of: ${names.join(", ")}` : `write "${near}"`,
  ]);
}

function wrongValue(path: string, expects: string): LlmDoError {
  return configError(`"${path}" must be ${expects}`, []);
}

function configError(reason: string, tries: readonly string[]): LlmDoError {
  return new LlmDoError({ code: "configuration", verb: "configure", what: "shell", reason, tries });
}
