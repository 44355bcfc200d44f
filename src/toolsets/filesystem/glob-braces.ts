/** Bounds what nested and repeated braces multiply to. */
const MAX_ALTERNATIVES = 64;

/** `a.{ts,js}` as `a.ts` and `a.js`; undefined when there would be too many. Braces nest. */
export function expandBraces(pattern: string): readonly string[] | undefined {
  let pending = [pattern];
  const done: string[] = [];
  while (pending.length > 0) {
    if (pending.length + done.length > MAX_ALTERNATIVES) return undefined;
    pending = pending.flatMap((one) => {
      const alternatives = expandFirst(one);
      if (!alternatives) done.push(one);
      return alternatives ?? [];
    });
  }
  return done;
}

/** Replaces the first innermost group that has a comma; undefined when there is none. */
function expandFirst(pattern: string): readonly string[] | undefined {
  const group = /\{([^{},]*(?:,[^{},]*)+)\}/.exec(pattern);
  if (!group) return undefined;
  const before = pattern.slice(0, group.index);
  const after = pattern.slice(group.index + group[0].length);
  return (group[1] ?? "").split(",").map((middle) => before + middle + after);
}
