/** Thrown for a field that is not what the format says; the caller adds the place. */
export class MalformedEntry extends Error {}
