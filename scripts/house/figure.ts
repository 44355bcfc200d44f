import type { SourceFile } from "./source-file.ts";

/** What the figures are counted in. */
export interface House {
  readonly files: readonly SourceFile[];
  /** The files beside the sources that import from them: tests, the bench and scripts. */
  readonly around: readonly SourceFile[];
  /** The files that users of the package import. */
  readonly publicEntries: readonly string[];
}

/** One figure of the house and how it is counted. */
export interface Figure {
  /** As it is written on the command line. */
  readonly name: string;
  readonly title: string;
  /** Undefined where the figure is only printed. */
  readonly bound?: Bound;
  /** The change since the start that the redesign aims at, in percent. Nothing is held to it. */
  readonly aim?: number;
  readonly measure: (house: House) => Measured;
}

/** Both ends are still within the bound. */
export interface Bound {
  readonly least?: number;
  readonly most?: number;
}

export interface Measured {
  readonly value: number;
  /** What a person would look at to change the figure, a line each. */
  readonly details: readonly string[];
}

/** How far a value is outside of its bound; 0 within it. */
export function excess(value: number, { least, most }: Bound): number {
  return Math.max(0, (least ?? value) - value, value - (most ?? value));
}

/** The bound in words, as `at most 16` or `80 to 110`. */
export function boundText({ least, most }: Bound): string {
  if (least === undefined) return `at most ${most}`;
  return most === undefined ? `at least ${least}` : `${least} to ${most}`;
}

/** A value as it is printed, with a digit behind the point where it is not whole. */
export function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
