/** Whether a text is a regular expression, as JSON Schema means it. */
export function isRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a regular expression looks ahead, looks behind or refers back, which engines that do not
 * backtrack cannot do. What stands in a class of characters or behind a backslash is no group.
 */
export function looksAround(pattern: string): boolean {
  const groups = pattern.replace(/\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/gsu, "");
  return /\(\?(?:=|!|<=|<!)|\\[1-9k]/u.test(groups);
}

/**
 * Whether a regular expression is one of those that llama.cpp makes a grammar of: it goes from `^` to
 * `$`, and backslashes stand before punctuation only.
 */
export function isPlainPattern(pattern: string): boolean {
  const isWhole = pattern.length > 1 && pattern.startsWith("^") && pattern.endsWith("$");
  return isWhole && !pattern.endsWith("\\$") && !/\\[^.\-\\/[\](){}*+?|^$]/u.test(pattern);
}
