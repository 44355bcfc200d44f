import type { Admission } from "../../approval/approval-request.ts";
import type { JsonObject } from "../../model/json.ts";
import type { ShellConfig, ShellRule } from "./shell-config.ts";
import { splitCommand } from "./split-command.ts";

/** What the configuration says of a command. */
type Verdict =
  | {
      readonly kind: "allow" | "ask";
      readonly program: string;
      readonly arguments: readonly string[];
    }
  | { readonly kind: "deny"; readonly reason: string };

/** Decides by the first rule that matches a command, else by the default, else denies. */
export function judgeCommand(command: string, config: ShellConfig): Verdict {
  const split = splitCommand(command);
  if (split.kind === "refused") return denied(split.reason);
  const [program, ...rest] = split.words;
  const rule = config.rules?.find((candidate) => matches(candidate, split.words));
  const needsApproval = rule ? asks(rule, split.words) : config.default?.approval_required;
  if (needsApproval === undefined) return denied(noRule(program, config));
  return { kind: needsApproval ? "ask" : "allow", program, arguments: rest };
}

function matches(rule: ShellRule, words: readonly string[]): boolean {
  if (rule.exact && words.length !== rule.pattern.length) return false;
  return rule.pattern.every((word, index) => words[index] === word);
}

function asks(rule: ShellRule, words: readonly string[]): boolean {
  const { approval_required: always, approval_required_if_args: args = [] } = rule;
  if (always) return true;
  return args.some((arg) => words.some((word) => word === arg || word.startsWith(`${arg}=`)));
}

function denied(reason: string): Verdict {
  return { kind: "deny", reason: `the command is blocked: ${reason}` };
}

function noRule(program: string, { rules = [] }: ShellConfig): string {
  const patterns = rules.map((rule) => rule.pattern.join(" ")).join(", ");
  const allowed = patterns === "" ? "no command has one" : `those that have one: ${patterns}`;
  return `there is no rule for ${JSON.stringify(program)} and no default; ${allowed}`;
}

/** The rules that would admit a command: one for it alone, and one for what begins with its words. */
export function admissionsOf(command: string): readonly [Admission, Admission] {
  const pattern = patternOf(command);
  return [
    { config: ruleOf({ pattern, exact: true }), admits: "this command and no other" },
    { config: ruleOf({ pattern }), admits: "every command that begins with these words" },
  ];
}

function ruleOf(fields: JsonObject): JsonObject {
  return { rules: [{ ...fields, approval_required: false }] };
}

/** A pattern is split as a command is. What stands around it may be quoted: `echo a\ `. */
function patternOf(command: string): string {
  const trimmed = command.trim();
  const isSame = JSON.stringify(splitCommand(trimmed)) === JSON.stringify(splitCommand(command));
  return isSame ? trimmed : command;
}
