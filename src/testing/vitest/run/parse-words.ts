import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import { nearest } from "../../../words/nearest.ts";
import { typedName } from "../../settings/flag-name.ts";

type VitestNode = typeof import("vitest/node");

/** What vitest makes of a command line. */
type ParsedWords = ReturnType<VitestNode["parseCLI"]>;

interface WordsParsing {
  readonly vitest: Pick<VitestNode, "createCLI" | "parseCLI">;
  /** Flags that are not vitest's, for whoever misspelt one of them. */
  readonly ownFlags: readonly string[];
}

/**
 * Reads words as on vitest's own command line.
 *
 * @throws LlmDoError `usage` for a flag that there is not, or a value that a flag does not take
 */
export function parseWords(
  words: readonly string[],
  { vitest, ownFlags }: WordsParsing,
): ParsedWords {
  try {
    // To build vitest's command line takes as long as to run a case; each look at it builds one.
    if (words.some((word) => word.startsWith("-"))) checkFlags(words, { vitest, ownFlags });
    const parsed = vitest.parseCLI(["vitest", ...words]);
    checkShard(parsed.options.shard);
    return parsed;
  } catch (cause) {
    throw cause instanceof LlmDoError ? cause : wrongWords(messageOf(cause), [], cause);
  }
}

function checkFlags(words: readonly string[], { vitest, ownFlags }: WordsParsing): void {
  const cli = vitest.createCLI();
  const { options } = cli.parse(["node", "vitest", ...words], { run: false });
  const command = cli.matchedCommand;
  const unknown = Object.keys(options).find(
    (name) => name !== "--" && !command?.hasOption(name) && !cli.globalCommand.hasOption(name),
  );
  if (command && unknown !== undefined) {
    const known = [...command.options, ...cli.globalCommand.options].map(({ name }) => name);
    throw unknownFlag(unknown, [...ownFlags, ...known]);
  }
  command?.checkOptionValue();
}

/** The runner takes `1/3/2` for `1/3`, and an empty word for no shard. */
function checkShard(shard: unknown): void {
  if (shard === undefined) return;
  const [, index = 0, count = 0] = /^(\d+)\/(\d+)$/.exec(String(shard))?.map(Number) ?? [];
  if (index >= 1 && index <= count) return;
  throw wrongWords(
    `--shard must be INDEX/COUNT, from 1/COUNT to COUNT/COUNT, and is ${JSON.stringify(String(shard))}`,
    ["llm-do test --shard 1/3"],
  );
}

function unknownFlag(name: string, known: readonly string[]): LlmDoError {
  const dashes = name.length > 1 ? "--" : "-";
  // Names are in camel case there, and nobody types them so.
  const near = nearest(typedName(name), known.map(typedName));
  const tries = near === undefined ? [] : [`write --${near}`];
  return wrongWords(`there is no flag ${dashes}${typedName(name)}`, tries);
}

function wrongWords(reason: string, tries: readonly string[], cause?: unknown): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: "command line",
    reason,
    tries: [...tries, "llm-do test --help"],
    cause,
  });
}
