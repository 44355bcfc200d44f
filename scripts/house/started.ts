/** The figures of the commit that the redesign started from, counted by the same code. */
export const STARTED: {
  readonly commit: string;
  readonly values: Readonly<Record<string, number | undefined>>;
} = {
  commit: "233aeed",
  values: {
    files: 950,
    lines: 76632,
    comments: 14.3,
    median: 66,
    max: 299,
    chain: 23,
    "lazy-chain": 31,
    "one-importer": 34.3,
    "small-single": 122,
    loose: 89,
    "equal-bodies": 22,
    counted: 10,
    percent: 4,
    names: 34,
    types: 209,
  },
};
