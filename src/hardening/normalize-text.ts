/**
 * The form in which texts are compared: Unicode NFKC (full-width and composed characters, ligatures,
 * no-break spaces become their plain forms), each run of white space as one space, none at the ends.
 *
 * Without case, letters go to upper case and back to lower case, so that ß meets ss and both forms of
 * the Greek sigma meet. Punctuation, accents and digits always count.
 *
 * @example
 * normalizeText(" 3\u00a0May\n", { ignoreCase: false }); // "3 May"
 */
export function normalizeText(
  text: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): string {
  const composed = text.normalize("NFKC");
  const cased = ignoreCase ? composed.toUpperCase().toLowerCase().normalize("NFKC") : composed;
  return cased.replace(/\s+/g, " ").trim();
}
