/** Something that is tried many times against the product, under the name that `--only` takes. */
export interface Attack {
  readonly name: string;
  /** What one trial is, in the plural: `sandbox programs`. */
  readonly what: string;
  /** Trials of a full run, at least. */
  readonly least: number;
  /** Makes so many trials, always the same ones for the same seed. */
  readonly run: (options: AttackOptions) => Promise<Assault>;
}

export interface AttackOptions {
  readonly trials: number;
  readonly seed: number;
  /** Prints what is worth knowing beside the figures. */
  readonly say: (line: string) => void;
}

/** What came of an attack. */
export interface Assault {
  /** Trials that were really made. */
  readonly tried: number;
  readonly breaches: readonly Breach[];
}

/** One kind of harm, counted: `unreadable cassettes`, bound 0. */
export interface Breach {
  readonly what: string;
  readonly count: number;
  /** The most it may be. */
  readonly bound: number;
  /** The first few, each with all that repeats it. */
  readonly examples: readonly string[];
}

/** Why an attack failed, in lines; empty where every bound held and enough was tried. */
export function failuresOf({ what }: Attack, wanted: number, assault: Assault): readonly string[] {
  const { tried, breaches } = assault;
  const few = tried < wanted ? [`only ${tried} of ${wanted} ${what} were tried`] : [];
  return [
    ...few,
    ...breaches.flatMap(({ what: harm, count, bound, examples }) =>
      count <= bound
        ? []
        : [`${harm}: ${count}, at most ${bound}`, ...examples.map((it) => `  ${it}`)],
    ),
  ];
}
