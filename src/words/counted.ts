/** A whole number for people: `1,049`. The first use of `toLocaleString` in a process takes 15 ms. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A count with its noun: `1 input`, `2 inputs`. */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : many}`;
}

/** How often something happened: `once`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? "once" : `${grouped(count)} times`;
}
