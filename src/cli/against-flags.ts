import { resolve } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import type { Host } from "../host/host.ts";

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
    throw wrong("--format", "it is about a comparison", ["add --against main"]);
  }
  const other = Object.keys(flags).find((flag) => !TOGETHER.includes(flag));
  if (other !== undefined) {
    const typed = `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const reason = "--against only replays what is on record, on both sides";
    throw wrong(typed, reason, ["run it by a command of its own"]);
  }
  const { filters, name, isJson } = readWords(words);
  return {
    revision,
    words: filters,
    name,
    format: format ?? (isJson || flags["json"] === true ? "json" : "text"),
    report: typeof report === "string" ? resolve(cwd, report) : undefined,
    allowUnused: allowUnused === true,
  };
}

interface ReadWords {
  readonly filters: readonly string[];
  readonly name: RegExp | undefined;
  readonly isJson: boolean;
}

/** Reads what vitest reads otherwise: filters, and `-t`. */
function readWords(words: readonly string[]): ReadWords {
  const filters: string[] = [];
  let name: RegExp | undefined;
  let isJson = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const [, flag, inline] =
      /^(-t|--testNamePattern|--test-name-pattern)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (flag !== undefined) {
      const pattern = inline ?? words[++at];
      if (pattern === undefined)
        throw wrong(flag, "it needs a pattern", [`${flag} "part of a name"`]);
      name = patternOf(pattern);
    } else if (word === "--json") isJson = true;
    else if (word.startsWith("-") && word !== "--") throw notTogether(word);
    else if (word !== "--") filters.push(word);
  }
  return { filters, name, isJson };
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    const tries = ["put a backslash before characters that are meant as they are"];
    throw wrong(`-t ${pattern}`, messageOf(cause), tries, cause);
  }
}

function notTogether(flag: string): LlmDoError {
  return wrong(flag, "with --against no tests run, and it is about those", [
    "leave it out: --against takes FILTER, -t, --format, --report and --allow-unused",
  ]);
}

function wrong(
  what: string,
  reason: string,
  tries: readonly string[],
  cause?: unknown,
): LlmDoError {
  return new LlmDoError({ code: "usage", verb: "use", what, reason, tries, cause });
}
