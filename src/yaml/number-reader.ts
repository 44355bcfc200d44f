import type { Reader } from "./reader.ts";
import { scalarReader } from "./scalar-reader.ts";

interface NumberBounds {
  readonly least?: number;
  readonly most?: number;
}

/** A number between two bounds, both included. */
export function numberFrom(least: number, most: number): Reader<number> {
  return scalarReader(`a number from ${least} to ${most}`, ({ value }) =>
    typeof value === "number" && isInBounds(value, { least, most }) ? value : undefined,
  );
}

export const positiveNumber: Reader<number> = scalarReader("a number above 0", ({ value }) =>
  typeof value === "number" && value > 0 ? value : undefined,
);

/** Any number but infinity. */
export const anyNumber: Reader<number> = scalarReader("a number", ({ value }) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined,
);

/** A number without an upper bound. */
export function numberOfAtLeast(least: number): Reader<number> {
  return scalarReader(`a number of at least ${least}`, ({ value }) =>
    typeof value === "number" && value >= least ? value : undefined,
  );
}

/** A whole number that a double holds exactly. */
export function wholeNumber(bounds: NumberBounds = {}): Reader<number> {
  const suffix = bounds.least === undefined ? "" : ` of at least ${bounds.least}`;
  return scalarReader(`a whole number${suffix}`, ({ value }) =>
    typeof value === "number" && Number.isSafeInteger(value) && isInBounds(value, bounds)
      ? value
      : undefined,
  );
}

function isInBounds(value: number, { least, most }: NumberBounds): boolean {
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}
