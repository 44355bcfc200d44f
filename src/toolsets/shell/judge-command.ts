import type { ShellConfig, ShellRule } from "./shell-config.ts";
import { splitCommand } from "./split-command.ts";

/** What the configuration says of a command. */
export type Verdict =
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
  const rule = config.rules.find((candidate) => matches(candidate, split.words));
  const needsApproval = rule ? asks(rule, split.words) : config.fallback?.approvalRequired;
  if (needsApproval === undefined) return denied(noRule(program, config));
  return { kind: needsApproval ? "ask" : "allow", program, arguments: rest };
}

function matches(rule: ShellRule, words: readonly string[]): boolean {
  if (rule.exact && words.length !== rule.words.length) return false;
  return rule.words.every((word, index) => words[index] === word);
}

function asks(rule: ShellRule, words: readonly string[]): boolean {
  if (rule.approvalRequired) return true;
  return rule.approvalRequiredIfArgs.some((arg) =>
    words.some((word) => word === arg || word.startsWith(`${arg}=`)),
  );
}

function denied(reason: string): Verdict {
  return { kind: "deny", reason: `the command is blocked: ${reason}` };
}

function noRule(program: string, { rules }: ShellConfig): string {
  const patterns = rules.map(({ words }) => words.join(" ")).join(", ");
  const allowed = patterns === "" ? "no command has one" : `those that have one: ${patterns}`;
  return `there is no rule for ${JSON.stringify(program)} and no default; ${allowed}`;
}
