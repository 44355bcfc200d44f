import { relative } from "node:path";
import { wrongFlag } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { typedName } from "../settings/flag-name.ts";
import type { AddedCase } from "./add-case.ts";
import type { AddRequest } from "./case-fields.ts";

/** The flags of `llm-do test` that make a case of a run. */
export interface AddFlags {
  readonly add?: string;
  readonly name?: string;
  readonly to?: string;
  readonly workspace?: string;
  readonly tools?: string;
}

/** Flags that say something of the case that is added. */
const OF_THE_CASE = ["name", "to", "workspace"] as const;

/**
 * What the flags say of a case to add; undefined where they are about running tests.
 *
 * @param words what is on the command line beside our own flags
 * @throws LlmDoError `usage` for flags that do not go together
 */
export function addRequestOf(flags: AddFlags, words: readonly string[]): AddRequest | undefined {
  const { add: run, name, to, workspace, tools } = flags;
  if (run === undefined) {
    const alone = OF_THE_CASE.find((flag) => flags[flag] !== undefined);
    if (alone === undefined) return undefined;
    throw wrongFlag(`--${alone}`, "it is about a case that is added, and none is", [
      "add --add last",
    ]);
  }
  const tests =
    words[0] ??
    Object.keys(flags)
      .filter((flag) => !isOfAdding(flag))
      .map((flag) => `--${typedName(flag)}`)[0];
  if (tests !== undefined) {
    throw wrongFlag(tests, "--add runs no other tests", ["run them by a command of their own"]);
  }
  if (tools !== undefined && tools !== "recorded") {
    const reason = "a case that is added is replayed, and its tools do not run for that";
    throw wrongFlag(`--tools ${tools}`, reason, ["write --tools recorded, or leave it out"]);
  }
  if (name !== undefined && name.trim() !== "") return { run, name, to, workspace, tools };
  const command = `llm-do test --add ${shellQuote(run)} --name "says what it shows"`;
  throw wrongFlag("--add", "the case needs a name", [command]);
}

function isOfAdding(flag: string): boolean {
  return flag === "add" || flag === "tools" || OF_THE_CASE.some((name) => name === flag);
}

/** What is said of a case that was added. */
export function addedText(
  { name }: AddRequest,
  { path, cassette, remark }: AddedCase,
  { cwd }: Host,
): string {
  const file = relative(cwd, path);
  return `added "${name}" to ${file}; its recording is ${relative(cwd, cassette)}
it passes in replay. Edit what it expects, then: llm-do test ${shellQuote(file)}
${remark === undefined ? "" : `${remark}\n`}`;
}
