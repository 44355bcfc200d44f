/** Decimals of a percentage. */
const DECIMALS = 2;

/** A share as a percentage, rounded: `97.3 %`. */
export function percent(share: number): string {
  return shown(Math.round(scaled(share)));
}

/** A share that was seen, with one decimal: `2.0 %`. */
export function observed(share: number): string {
  return `${(Math.round(share * 1000) / 10).toFixed(1)} %`;
}

/** A lower bound as a percentage: never more than it is. */
export function percentAtLeast(share: number): string {
  return shown(Math.floor(scaled(share)));
}

/** An upper bound as a percentage: never less than it is. */
export function percentAtMost(share: number): string {
  return shown(Math.ceil(scaled(share)));
}

function scaled(share: number): number {
  // What a double adds to a percentage that has no more decimals is not part of it.
  return Number((share * 100 * 10 ** DECIMALS).toPrecision(12));
}

function shown(scaledShare: number): string {
  return `${Number((scaledShare / 10 ** DECIMALS).toFixed(DECIMALS))} %`;
}

/** A count for people: `1,049`. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** A count with its noun: `1 input`, `2 inputs`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
