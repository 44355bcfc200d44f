/** A tool of a source, before it has the name that models call it by. */
export interface SourcedName {
  /** The source's own name of it. */
  readonly name: string;
  /** What may go before it; undefined where nothing may. */
  readonly prefix: string | undefined;
}

/** How often the sign between prefix and name is written before a name counts as taken for good. */
const MOST_SIGNS = 3;

/**
 * The names that models call tools by: their own, and where another function has that, too, with
 * their prefix: `files_read`. All tools of one name get theirs, so that no order of the sources
 * decides which of them keeps it; where a name with a prefix is taken, the sign is doubled.
 *
 * @param taken names of the worker's other functions
 * @returns in the order of `tools`; undefined for a tool that no such name is left for
 */
export function sourcedNames(
  tools: readonly SourcedName[],
  taken: ReadonlySet<string>,
): readonly (string | undefined)[] {
  const signs = tools.map(() => 0);
  for (;;) {
    const names = tools.map((one, index) => prefixed(one, signs[index] ?? 0));
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    const clashes = names.map((name) => taken.has(name) || (counts.get(name) ?? 0) > 1);
    const next = signs.map((count, index) => {
      const canGrow = tools[index]?.prefix !== undefined && count < MOST_SIGNS;
      return clashes[index] && canGrow ? count + 1 : count;
    });
    if (next.every((count, index) => count === signs[index])) {
      return names.map((name, index) => (clashes[index] ? undefined : name));
    }
    signs.splice(0, signs.length, ...next);
  }
}

function prefixed({ name, prefix }: SourcedName, signs: number): string {
  return signs === 0 || prefix === undefined ? name : `${prefix}${"_".repeat(signs)}${name}`;
}
