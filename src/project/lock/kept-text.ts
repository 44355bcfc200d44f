/** Characters of a description and of a schema that are kept: a server may send megabytes. */
export const KEPT_CHARACTERS = 20_000;

const GOES_ON = "…";

/** A description or a schema as the lock file keeps it. */
export function keptText(text: string): string {
  return text.length > KEPT_CHARACTERS ? `${text.slice(0, KEPT_CHARACTERS)}${GOES_ON}` : text;
}

/** Whether more was there than is kept. */
export function isCut(kept: string): boolean {
  return kept.length === KEPT_CHARACTERS + GOES_ON.length && kept.endsWith(GOES_ON);
}
