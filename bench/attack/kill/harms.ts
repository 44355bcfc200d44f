import type { Breach } from "../attack.ts";

/** What must not come of a kill, each with the most that it may be. */
const HARMS = {
  unreadable: "unreadable cassettes",
  askedTwice: "exchanges asked twice, beyond one a kill",
  orphans: "processes left",
  blocked: "locks left that block",
  lost: "effects that SIGTERM kept from the record",
  repeated: "effects on record that were made again",
  odd: "runs that ended otherwise than they should",
} as const;

export type Harm = keyof typeof HARMS;

/** Examples of each harm that are kept. */
const MOST_EXAMPLES = 3;

/** Counts what must not happen. */
export class Harms {
  readonly #examples = new Map<Harm, string[]>();
  readonly #counts = new Map<Harm, number>();

  note(harm: Harm, count: number, example: string): void {
    if (count === 0) return;
    this.#counts.set(harm, (this.#counts.get(harm) ?? 0) + count);
    const examples = this.#examples.get(harm) ?? [];
    if (examples.length < MOST_EXAMPLES) examples.push(example);
    this.#examples.set(harm, examples);
  }

  get breaches(): readonly Breach[] {
    return (Object.keys(HARMS) as Harm[]).map((harm) => ({
      what: HARMS[harm],
      count: this.#counts.get(harm) ?? 0,
      bound: 0,
      examples: this.#examples.get(harm) ?? [],
    }));
  }
}
