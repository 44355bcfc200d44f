import type { ApprovalPolicy } from "../../../approval/askers.ts";
import type { EffectAnswer } from "../../../cassette/state/stand-ins.ts";
import type { ExitCode } from "../../../errors/codes.ts";
import type { Place } from "../../../errors/place.ts";
import type { Json } from "../../../model/json.ts";
import type { WorkerLimits } from "../../../worker/limits.ts";
import type { JudgeExpectation } from "./judge-expectation.ts";
import type { ValueMatcher } from "./value-matcher.ts";

/** One case of a `*.cases.yaml` file, with everything that the file leaves to defaults filled in. */
export interface TestCase {
  readonly name: string;
  /** Where the case begins in its file. */
  readonly place: Place;
  /** Absolute paths of the project's files, at least one. */
  readonly files: readonly string[];
  /** Default: that of the project. */
  readonly entry: string | undefined;
  readonly input: Json;
  /** Absolute path; `none` for a case that asks no model and performs no external effect. */
  readonly cassette: string | "none";
  /** Absolute path of the folder that the run works in a copy of; undefined: the project's own. */
  readonly workspace: string | undefined;
  readonly approvals: CaseApprovals;
  /** In place of the entry's own. */
  readonly model: string | undefined;
  /** Changes of the entry worker's front matter, as `--set` takes them. Default: none. */
  readonly set?: readonly string[] | undefined;
  readonly limits: WorkerLimits;
  /** Absolute path of what answers in the models' place when the case is recorded. */
  readonly script: string | undefined;
  readonly tools: "live" | "recorded" | undefined;
  /** What stands for effects of functions while the case is recorded, by their names. Default: none. */
  readonly effects?: ReadonlyMap<string, CaseEffect> | undefined;
  /** Runs that are made of the case; 1 unless it is about a distribution. */
  readonly samples: number;
  /** The share of them that must pass, in (0, 1]. */
  readonly minPass: number;
  /** How long one run may take before the case fails. */
  readonly timeoutMs: number;
  /** Mutations that survive for a reason. Default: none. */
  readonly acceptedMutations?: readonly AcceptedMutation[];
  readonly expect: Expectations;
}

/** A mutation that survives, and why that is no gap of the case. */
export interface AcceptedMutation {
  /** As `llm-do test --mutate` prints it. */
  readonly id: string;
  readonly reason: string;
}

/** What stands for the effects of one function, and where its case says so. */
export interface CaseEffect {
  readonly answer: EffectAnswer;
  readonly place: Place;
}

/** Who answers a call that no rule of the worker answers. */
export type CaseApprovals =
  /** What was decided when the cassette was made; nobody where nothing is on record. */
  | { readonly kind: "recorded" }
  | { readonly kind: "policy"; readonly policy: Exclude<ApprovalPolicy, "headless"> }
  /** By the name of the function that is to run; what is not named is not allowed. */
  | { readonly kind: "rules"; readonly rules: ReadonlyMap<string, "allow" | "deny"> };

/** The cases of one file, as far as each can be read. */
export interface CaseFile {
  /** Absolute. */
  readonly path: string;
  readonly cases: readonly TestCase[];
}

/** Cases of one file, by their places among all of it: from the first on, up to and without `to`. */
export interface CaseRange {
  readonly from: number;
  readonly to: number;
}

/** What a case says of its run; whatever is absent is not looked at. */
export interface Expectations {
  readonly output?: ValueMatcher;
  /** Whether the output must be as the snapshot beside the case's file says. */
  readonly snapshot?: boolean;
  readonly calls?: readonly CallExpectation[];
  /** Functions that must be called in this order; others may come between. */
  readonly order?: readonly string[];
  /** Functions that must not be called. */
  readonly never?: readonly string[];
  /** What must stand at a path below the folder that the run works in, afterwards. */
  readonly files?: ReadonlyMap<string, FileExpectation>;
  readonly usage?: UsageBounds;
  readonly exitCode?: ExitCode;
  readonly error?: ErrorExpectation;
  /** A worker that scores the answer. */
  readonly judge?: JudgeExpectation;
}

export interface CallExpectation {
  readonly function: string;
  /** Only calls with such an input count. */
  readonly input?: ValueMatcher;
  /** Only calls with such an output count. */
  readonly output?: ValueMatcher;
  /** How many must count. */
  readonly times: { readonly least: number; readonly most: number };
}

export type FileExpectation =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly content?: ValueMatcher };

/** The most that a run may use, by the recordings' own figures. */
export interface UsageBounds {
  readonly maxTokens?: number;
  readonly maxUsd?: number;
  /** Exchanges with models. */
  readonly maxRequests?: number;
  /** Calls of functions, the entry's own not counted. */
  readonly maxCalls?: number;
}

interface ErrorExpectation {
  readonly code?: string;
  /** Of the whole report that a person would see. */
  readonly message?: ValueMatcher;
}
