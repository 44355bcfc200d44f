/** What the figures of programs are asked for. */
export type ProgramsQuestion =
  | { readonly kind: "run"; readonly runs: number }
  | { readonly kind: "callback" | "events"; readonly deltas: number };
