/** A place in a file, for people: `line` and `column` start at 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Formats a place as `file:line:column`, leaving out what is not known. */
export function formatPlace(place: Place): string {
  if (place.line === undefined) return place.file;
  if (place.column === undefined) return `${place.file}:${place.line}`;
  return `${place.file}:${place.line}:${place.column}`;
}
