/** Something that is measured, under the name that `--only` takes. */
export interface Figure {
  readonly name: string;
  /** Measures; `say` prints what is worth knowing beside the figures. */
  readonly measure: (say: (line: string) => void) => Promise<readonly Finding[]>;
}

/** One line of the table. */
export interface Finding {
  readonly figure: string;
  readonly measured: number;
  /** The most it may be; undefined for what is shown for comparison only. */
  readonly bound: number | undefined;
  /** What one is one of, as in `ms a turn` or `x node -e 0`. */
  readonly unit: string;
}

/** Rounds of every median. */
export const ROUNDS = 11;

export function isOver({ measured, bound }: Finding): boolean {
  // Written so that what is not a number is over.
  return bound !== undefined && !(measured <= bound);
}
