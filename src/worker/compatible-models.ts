/**
 * Whether a model fits one of a worker's `compatible_models`. `*` stands for any text, `?` for one
 * character; case does not matter, as in the Python llm-do. Takes at most pattern length times name
 * length steps.
 */
export function isCompatibleModel(patterns: readonly string[], model: string): boolean {
  const name = model.toLowerCase();
  return patterns.some((pattern) => matchesGlob(pattern.toLowerCase(), name));
}

function matchesGlob(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1; // the last star seen, and where its text starts: the place to go back to
  let starred = 0;
  for (let index = 0; index < name.length; ) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at++;
      starred = index;
    } else if (wanted === "?" || wanted === name[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++starred;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
