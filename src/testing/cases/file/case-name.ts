/** What the name of every file of cases ends in. */
export const CASES_ENDING = ".cases.yaml";

/** Most characters of a name that a file's name keeps. */
const MOST_CHARACTERS = 80;

/** A name as part of a file's name: lower case words with dashes between them. */
export function slugOf(name: string): string {
  const words = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .match(/[\p{Letter}\p{Number}]+/gu);
  return (words ?? []).join("-").slice(0, MOST_CHARACTERS).replace(/-$/, "");
}
