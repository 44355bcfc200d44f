import type { CassetteMode } from "../../cassette/state/session-state.ts";

/** What a comparison is asked for, as the command line has it. */
export interface CompareRequest {
  /** Path of the `.worker` file. */
  readonly worker: string;
  /** `file.ts#tool`, `file.ts#toolset.tool`, or another `.worker` file. */
  readonly tool: string;
  readonly question: CompareQuestion;
  /** ISO 8601; only inputs that were listed then or later count. */
  readonly since: string | undefined;
  /** Only inputs that were listed after the version's first look count. */
  readonly fresh: boolean;
  /** Calls a month, for what is saved; undefined: nobody says. */
  readonly monthlyCalls: number | undefined;
  /** The share of inputs that a new ledger holds out. */
  readonly holdout: number | undefined;
  /** Samples that a new ledger's reference answers are the majority of. */
  readonly reference: number | undefined;
  /** Cassettes and folders of them; undefined: those of the project. */
  readonly recordings: readonly string[] | undefined;
  /** Further files of the worker's project. */
  readonly others: readonly string[];
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
}

/** What is asked of the holdout. */
export type CompareQuestion =
  /** That the candidate says what the prompt says, on at least this share, above 0 and below 1. */
  | { readonly kind: "agreement"; readonly claim: number }
  /** That it is right as often, by labels. */
  | { readonly kind: "no-worse"; readonly labels: LabelSource }
  /** Nothing: the next held-out inputs are shown instead. */
  | { readonly kind: "open"; readonly claim: number };

/** Who says which of two answers is right. */
export type LabelSource =
  /** Nobody further: the labels that a person gave before. */
  | { readonly kind: "kept" }
  | { readonly kind: "person" }
  | { readonly kind: "gold"; readonly file: string }
  | {
      readonly kind: "judge";
      readonly file: string;
      readonly cassette: string;
      readonly mode: CassetteMode;
      readonly script: string | undefined;
    };

/** What the command line leaves out. */
export const COMPARE_DEFAULTS = { claim: 0.98, timeoutMs: 1000 } as const;

/** Who labels, where that is asked. */
export function labelsOf({ question }: CompareRequest): LabelSource {
  return question.kind === "no-worse" ? question.labels : { kind: "kept" };
}
