import { resolve } from "node:path";
import { wrongFlag } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { caseChoice } from "../batch/case-choice.ts";
import { typedName } from "../settings/flag-name.ts";

/** How a comparison is written to standard output. */
export const AGAINST_FORMATS = ["text", "markdown", "json"] as const;

type AgainstFormat = (typeof AGAINST_FORMATS)[number];

/** The flags of `llm-do test` that compare with a revision. */
export interface AgainstFlags {
  readonly against?: string;
  readonly format?: AgainstFormat;
}

/** What a command line asks to compare. */
export interface AgainstWords {
  readonly revision: string;
  readonly words: readonly string[];
  readonly name: RegExp | undefined;
  readonly format: AgainstFormat;
  /** Absolute path of the page to write. */
  readonly report: string | undefined;
  readonly allowUnused: boolean;
}

/** What a command line with `--against` may have beside it. */
const TAKES = "FILTER, -t, --format, --report and --allow-unused";

/** Flags that go together with `--against`. */
const TOGETHER = ["against", "format", "report", "allowUnused", "json"];

/**
 * What the flags say of a comparison; undefined where they ask for none.
 *
 * @param words what is on the command line beside our own flags
 * @throws LlmDoError `usage` for flags that do not go together
 */
export function againstWordsOf(
  flags: AgainstFlags & { readonly [flag: string]: unknown },
  words: readonly string[],
  { cwd }: Pick<Host, "cwd">,
): AgainstWords | undefined {
  const { against: revision, format, report, allowUnused } = flags;
  if (revision === undefined) {
    if (format === undefined) return undefined;
    throw wrongFlag("--format", "it is about a comparison", ["add --against main"]);
  }
  const other = Object.keys(flags).find((flag) => !TOGETHER.includes(flag));
  if (other !== undefined) {
    const reason = "--against only replays what is on record, on both sides";
    throw wrongFlag(`--${typedName(other)}`, reason, ["run it by a command of its own"]);
  }
  const { filters, pattern } = caseChoice(words, "--against", TAKES);
  return {
    revision,
    words: filters,
    name: pattern === undefined ? undefined : new RegExp(pattern),
    format: format ?? (flags["json"] === true ? "json" : "text"),
    report: typeof report === "string" ? resolve(cwd, report) : undefined,
    allowUnused: allowUnused === true,
  };
}
