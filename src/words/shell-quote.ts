const PLAIN = /^[A-Za-z0-9_./:=@%+,-]+$/;

/** A word as a person would type it at a POSIX shell. */
export function shellQuote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
