import type { AnswerMode } from "../../functions/answer-mode.ts";
import type { Json } from "../../model/json.ts";
import type { DayFigures } from "./log-figures.ts";

/**
 * How a function with prompt and code is doing: what `llm-do monitor --json` prints for each. Shares are
 * from 0 to 1, times are ISO 8601, and bounds are at a risk of 5 %.
 */
export interface MonitoredFunction {
  readonly name: string;
  /** The worker's file, relative to the lock file. */
  readonly worker: string;
  /** Who answers; undefined for a function that is declared in code alone. */
  readonly mode: AnswerMode | undefined;
  /** `FILE#TOOL`, relative to the lock file. */
  readonly tool: string | undefined;
  /** Of the calls that a canary gives to code. */
  readonly share: number | undefined;
  /** Of code's answers that the prompt checks, where the lock file says it; 0: no alarm can be raised. */
  readonly check: number | undefined;
  readonly certificate: CertificateState;
  /** Calls since code was put in place, by the log. */
  readonly calls: ObservedCalls;
  readonly compared: ObservedComparisons;
  readonly disagreements: ObservedDisagreements;
  readonly alarm: AlarmLevel;
  /** The same of the merged logs of several machines; undefined where none were merged. */
  readonly merged: MergedFigures | undefined;
  readonly saved: SavedSoFar;
  /** In UTC, in order. */
  readonly days: readonly DayFigures[];
  /** Lines of the log that could not be read and count nothing. */
  readonly damagedLines: number;
}

export type CertificateState =
  /** It is about what is there today. */
  | {
      readonly kind: "fits";
      /** As in "at least 98 % agreement (300 of 301 held-out inputs, version 1)". */
      readonly claims: string;
      readonly madeAt: string;
    }
  /** It is not there, does not add up, or was made of something else. */
  | { readonly kind: "unfit"; readonly reason: string }
  /** A shadow needs none; a function that is declared in code answers on its author's word. */
  | { readonly kind: "none"; readonly reason: string };

/** A share that was seen, with bounds that hold however often one looks. */
export interface ObservedShare {
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
}

export interface ObservedCalls {
  /** Code answered; in a shadow: it would have. */
  readonly code: number;
  readonly fallbacks: number;
  /** The prompt's by lot, in a canary. They are part of neither share. */
  readonly undrawn: number;
  /** Of the calls that were code's to answer; undefined where there were none. */
  readonly coverage: ObservedShare | undefined;
  readonly fallback: ObservedShare | undefined;
  /** The most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

export interface ObservedComparisons {
  /** Since code was put in place or the alarm was reset. */
  readonly compared: number;
  /** An input counts once in 1,000 comparisons. */
  readonly counted: number;
  readonly disagreed: number;
  /** Comparisons in which a script stood in for the model. */
  readonly scripted: number;
  readonly agreement: ObservedShare | undefined;
}

/** Inputs on which code and prompt disagreed, each once. */
export interface ObservedDisagreements {
  /** On the train side: whoever writes the tool may see these. */
  readonly shown: readonly ShownDisagreement[];
  /** Held-out inputs: they are counted, and not shown. */
  readonly heldOut: number;
  /** Inputs of which no recording is here. */
  readonly unrecorded: number;
}

export interface ShownDisagreement {
  readonly input: Json;
  /** Undefined where no recording says it. */
  readonly prompt: Json | undefined;
  readonly code: Json | undefined;
}

export interface AlarmLevel {
  /** The share of disagreements that is tolerated. */
  readonly tolerated: number;
  /** The alarm is raised at this level, and for nothing once in so many comparisons at most. */
  readonly falseAlarmEvery: number;
  readonly level: number;
  readonly state: "calm" | "rising" | "raised";
  readonly raised: { readonly at: string; readonly reason: string } | undefined;
}

interface MergedFigures extends ObservedComparisons {
  /** The merged log, relative to the lock file. */
  readonly log: string;
  readonly alarm: AlarmLevel;
}

/** What code has saved, by the log of calls and the recorded prices. */
export interface SavedSoFar {
  /** Calls whose caller got code's answer. */
  readonly calls: number;
  /** Calls of the prompt that checked answers of code. */
  readonly checks: number;
  /** US dollars that a recorded call of the prompt took on average; undefined where no price is known. */
  readonly usdPerCall: number | undefined;
  /** The same of what answers in its place: 0 for a tool, undefined for a worker without a known price. */
  readonly candidateUsdPerCall: number | undefined;
  /** In all; below 0 where the other worker has cost more than it saved. */
  readonly usd: number | undefined;
  /** Of a month with so many calls, at the rates seen. */
  readonly monthly: { readonly calls: number; readonly usd: number | undefined } | undefined;
}
