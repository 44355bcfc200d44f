import { converted, listOf } from "../format/combine.ts";
import { mapOf, required, rootMap } from "../format/map.ts";
import { type Format, fieldError } from "../format/reader.ts";
import { filledText, textLike, wholeNumber } from "../format/scalars.ts";
import type { Tally } from "../statistics/clopper-pearson.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";

/** One look at the holdout: somebody has learned how a tool fares on it. */
export interface Look extends Tally {
  /**
   * What was looked at, as a hash over the tool, the comparator and the held-out recordings. Looking
   * at the same once more tells nothing new.
   */
  readonly subject: string;
}

/** Who has looked at a worker's holdout, in the order of the looks. Kept as `split.lock.json`. */
export interface SplitLedger {
  readonly worker: string;
  readonly looks: readonly Look[];
}

/** The name of its file, beside the reports. */
export const LEDGER_FILE = "split.lock.json";

/** Of the file and of the rule by which `splitInput` splits. */
const FORMAT = 1;

const CORRUPT = ["restore it from version control: without its looks a claim is too bold"];

const subject = textLike("a hash in hexadecimal", /^[0-9a-f]{16,64}$/);

const LOOK = mapOf(
  {
    subject: required(subject, "say what was looked at"),
    n: required(wholeNumber({ least: 0 }), "say at how many"),
    agreed: required(wholeNumber({ least: 0 }), "say how many agreed"),
  },
  { expects: "a look" },
);

const look: Format<Look> = converted(LOOK, (said, field) => {
  if (said.agreed <= said.n) return said;
  throw fieldError(field, "has more agreements than inputs", CORRUPT);
});

const LEDGER = mapOf({
  split: required(wholeNumber(), `add "split": ${FORMAT}`),
  worker: required(filledText, "say which worker it is about"),
  looks: required(listOf(look, { expects: "a list of looks" }), CORRUPT.join()),
});

/** The ledger of a holdout that nobody has looked at. */
export function newLedger(worker: string): SplitLedger {
  return { worker, looks: [] };
}

/** The ledger after a look. */
export function withLook(ledger: SplitLedger, { subject, n, agreed }: Look): SplitLedger {
  return { ...ledger, looks: [...ledger.looks, { subject, n, agreed }] };
}

/**
 * How many looks count, the K of `alpha/K`: each is on record, and those at the same subject count
 * once.
 */
export function looksThatCount({ looks }: SplitLedger): number {
  return new Set(looks.map(({ subject }) => subject)).size;
}

/** The text of the ledger's file. */
export function formatSplitLedger({ worker, looks }: SplitLedger): string {
  return `${JSON.stringify({ split: FORMAT, worker, looks }, null, 2)}\n`;
}

/**
 * Reads the text of a `split.lock.json`.
 *
 * @param file the path that errors name
 * @throws LlmDoError `file` with line and column where it is no ledger, or of another format
 */
export function parseSplitLedger(text: string, file: string): SplitLedger {
  const source: YamlSource = { file, code: "file", verb: "read", noun: "the split's ledger" };
  const tree = rootMap(parseYamlTree(text, source), source, `"split": ${FORMAT}`);
  const field = { source, path: [], tree };
  const { split, worker, looks } = LEDGER.read(field);
  if (split === FORMAT) return { worker, looks };
  const place = tree.entries.get("split")?.value ?? tree;
  throw fieldError({ source, path: ["split"], tree: place }, `must be ${FORMAT}, not ${split}`, [
    "use the version of llm-do that wrote it",
  ]);
}
