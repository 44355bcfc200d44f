import type { ExitCode } from "../../errors/codes.ts";
import type { PairedVerdict, PassCount } from "../verdict/paired-verdict.ts";
import type { CallChange } from "./call-changes.ts";
import type { Used } from "./case-side.ts";

/** What comparing a revision with the work tree came to. Its texts hold no secrets. */
export interface AgainstResult {
  readonly revision: RevisionNames;
  /** What is not as it was at the revision, a line each. */
  readonly notes: readonly string[];
  /** Cases that could be compared. */
  readonly compared: number;
  /** Of these, cases that the very same recordings answer, and that came out alike. */
  readonly unchanged: number;
  /** Of these, cases that other recordings answer, to the same effect. */
  readonly sameAnswers: number;
  readonly changed: readonly ChangedCase[];
  /** Cases of which one side's recordings do not answer. */
  readonly incomparable: readonly IncomparableCase[];
  readonly added: readonly CaseName[];
  readonly removed: readonly CaseName[];
  readonly renamed: readonly { readonly before: CaseName; readonly after: CaseName }[];
  /** Of the cases that could be compared. */
  readonly before: Totals;
  readonly after: Totals;
  /** Over the cases that other recordings answer. */
  readonly verdict: PairedVerdict;
  /** What fails in the work tree, as in `llm-do test`. */
  readonly failed: readonly FailedCase[];
  readonly exitCode: ExitCode;
}

export interface RevisionNames {
  /** As the person named it. */
  readonly name: string;
  readonly commit: string;
  readonly short: string;
  readonly subject: string;
}

export interface CaseName {
  /** From the folder that the command was started in. */
  readonly file: string;
  readonly name: string;
}

export interface ChangedCase extends CaseName {
  readonly before: ChangedSide;
  readonly after: ChangedSide;
  /** Whether what was answered differs. */
  readonly answerDiffers: boolean;
  readonly calls: readonly CallChange[];
  /** True if the very same recordings answer: what differs comes from code or from the case. */
  readonly isSameRecordings: boolean;
  /** What of the case itself is not as it was: `its input`. */
  readonly fields: readonly string[];
}

export interface ChangedSide {
  readonly passes: PassCount;
  /** What its runs gave, each text once. */
  readonly answers: readonly CountedAnswer[];
  /** The first line of why it fails. */
  readonly failure: string | undefined;
  readonly used: Used;
  /** The mean score that a judge gave; undefined where not both sides have one. */
  readonly score: number | undefined;
}

export interface CountedAnswer {
  readonly text: string;
  readonly runs: number;
}

export interface IncomparableCase extends CaseName {
  readonly side: "before" | "after";
  readonly reason: string;
}

export interface FailedCase extends CaseName {
  /** The first line of its first failure. */
  readonly reason: string;
}

export interface Totals extends Used {
  readonly passes: PassCount;
  /** The mean over the cases that judges scored on both sides; undefined where there are none. */
  readonly score: number | undefined;
}
