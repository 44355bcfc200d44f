/** A header's name, by RFC 9110. */
export const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** What headers may hold: characters of Latin-1 but no control characters, except the tab. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

export function isHeaderName(name: string): boolean {
  return HEADER_NAME.test(name);
}

/**
 * What keeps a text from being a header's value, in words that follow "holds"; undefined where
 * nothing does. Says nothing of the text itself, which may be a key: `fetch` quotes it in its error.
 */
export function headerProblem(value: string): string | undefined {
  if (VALUE.test(value)) return undefined;
  if (/[\r\n]/.test(value)) return "a line break, which no header can hold";
  const isForeign = [...value].some((character) => character > "\u00ff");
  return isForeign
    ? "a character beyond Latin-1, which no header can hold"
    : "a control character, which no header can hold";
}
