import type { CassetteMode } from "../../cassette/state/session-state.ts";

/** What a comparison is asked for, as the command line has it. */
export interface CompareRequest {
  /** Path of the `.worker` file. */
  readonly worker: string;
  /** `file.ts#tool`, `file.ts#toolset.tool`, or another `.worker` file. */
  readonly tool: string;
  /** The share that is claimed, above 0 and below 1. */
  readonly claim: number;
  /** Cassettes and folders of them; undefined: those of the project. */
  readonly recordings: readonly string[] | undefined;
  /** Further files of the worker's project. */
  readonly others: readonly string[];
  /** A file of labels. */
  readonly gold: string | undefined;
  /** How many inputs to generate; 0 for none. */
  readonly generated: number;
  /** Of the generator; undefined: a new one. */
  readonly seed: number | undefined;
  /** A file that describes the comparator; undefined: the one of the folder, else `exact`. */
  readonly comparator: string | undefined;
  /** Only recordings of this model; undefined: the worker's own. */
  readonly model: string | undefined;
  /** Where the reports go; undefined: `hardening/NAME` beside the worker. */
  readonly out: string | undefined;
  /** Most milliseconds for one input. */
  readonly timeoutMs: number;
  /** Who says which of two answers is right. */
  readonly adjudicator: AdjudicatorChoice;
}

export type AdjudicatorChoice =
  | { readonly kind: "nobody" }
  | { readonly kind: "person" }
  | {
      readonly kind: "judge";
      readonly file: string;
      readonly cassette: string;
      readonly mode: CassetteMode;
      readonly script: string | undefined;
    };

/** What the command line leaves out. */
export const COMPARE_DEFAULTS = { claim: 0.98, timeoutMs: 1000 } as const;
