import { about, byKind, converted, listOf } from "../../format/combine.ts";
import { defaulted, mapOf, required } from "../../format/map.ts";
import { type Field, type Format, fieldError, type ValueOf } from "../../format/reader.ts";
import { flag, textLike } from "../../format/scalars.ts";
import { ENV } from "../env-config.ts";
import { SANDBOX } from "../sandbox/sandbox-config.ts";
import { splitCommand } from "./split-command.ts";

/** The words that a command must begin with. */
const pattern: Format<readonly string[]> = converted(
  textLike("the first words of a command", /^/),
  wordsOf,
);

function wordsOf(written: string, field: Field): readonly string[] {
  const split = splitCommand(written);
  if (split.kind === "words") return split.words;
  const says = `is ${JSON.stringify(written)}, which matches no command: ${split.reason}`;
  throw fieldError(field, says, [
    "write the first words of the commands that are meant, such as: git log",
    'for every other command use "default"',
  ]);
}

const word = textLike("text that is not empty", /[\s\S]/);

const words: Format<readonly string[]> = byKind("a text or a list of texts", {
  scalar: converted(word, (only): readonly string[] => [only]),
  list: listOf(word, { expects: "a text or a list of texts" }),
});

const approvalRequired = defaulted(about("whether a person is asked first", flag), true);

export const RULE = mapOf({
  pattern: required(
    about(
      "whole words: `git log` matches `git log -3`, neither `git logs` nor `git -c x log`",
      pattern,
    ),
    "add pattern: FIRST WORDS OF A COMMAND",
  ),
  exact: defaulted(
    about("whether the pattern is the whole command: no further words", flag),
    false,
  ),
  approval_required: approvalRequired,
  approval_required_if_args: about(
    "words that make a matching command ask all the same, also as `word=value`",
    words,
  ),
});

export type ShellRule = ValueOf<typeof RULE>;

/** What holds for commands that no rule matches. */
export const DEFAULT = mapOf({ approval_required: approvalRequired });

/** What a worker's file says below `shell`: which commands may run, and which a person must agree to. */
export const SHELL = mapOf({
  rules: about(
    "which commands may run; the first one that matches decides",
    listOf(RULE, { expects: "a list of rules" }),
  ),
  default: about("what holds for the commands without a rule; absent: they are blocked", DEFAULT),
  env: about("variables that programs get beside the small environment", ENV),
  sandbox: about("limits what programs can do, see sandbox; absent: none", SANDBOX),
});

export type ShellConfig = ValueOf<typeof SHELL>;
