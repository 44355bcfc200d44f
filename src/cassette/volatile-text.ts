/** A kind of text that differs in every run by itself, and a pattern that finds it. */
export interface VolatileKind {
  /** As in "differs by a date only". */
  readonly name: string;
  /** As it may stand in a project's rules. */
  readonly pattern: string;
}

/** From the most to the least specific: what one has found is not looked at by the next. */
const KINDS: readonly VolatileKind[] = [
  {
    name: "a timestamp",
    pattern: String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?`,
  },
  { name: "a date", pattern: String.raw`\d{4}-\d\d-\d\d` },
  {
    name: "a date",
    pattern: String.raw`(?:\d{1,2}\.? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,4}(?:, \d{4})?`,
  },
  { name: "a date", pattern: String.raw`\d{1,2}[./]\d{1,2}[./]\d{4}` },
  { name: "a time", pattern: String.raw`\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?` },
  { name: "a temporary path", pattern: String.raw`(?:/private)?/(?:tmp|var/folders)/[\w./+-]+` },
  { name: "a random number", pattern: String.raw`(?<![\d.])0\.\d{8,}` },
  {
    name: "an id",
    pattern: "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
  },
  { name: "an id", pattern: "[0-9a-fA-F]{16,}" },
  { name: "a timestamp", pattern: String.raw`\d{10,}` },
];

const PLACEHOLDER = "\u0000";

/** The kind that is all in which two texts differ; undefined when they differ in more. */
export function volatileDifference(recorded: string, asked: string): VolatileKind | undefined {
  let [left, right] = [recorded, asked];
  let last: VolatileKind | undefined;
  for (const kind of KINDS) {
    if (left === right) break;
    const pattern = new RegExp(kind.pattern, "g");
    const before = left;
    left = left.replace(pattern, PLACEHOLDER);
    right = right.replace(pattern, PLACEHOLDER);
    if (left !== before) last = kind;
  }
  return left === right ? last : undefined;
}
