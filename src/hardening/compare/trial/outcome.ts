import { hash } from "node:crypto";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";

/** What became of one input in a tool's hands. */
export type Outcome = Answered | FellBack | Faulty;

interface Answered {
  readonly kind: "answered";
  readonly value: Json;
}

/** The prompt would be asked. Counted, and no part of the agreement. */
interface FellBack {
  readonly kind: "fell-back";
  /** Who said so: the domain's guard or check, the tool's input schema, or the tool itself. */
  readonly by: (typeof FALLBACKS)[number];
  readonly reason: string;
}

/** What no tool may do. Counts as a disagreement. */
interface Faulty {
  readonly kind: "fault";
  readonly fault: Fault;
  readonly message: string;
}

export const FALLBACKS = ["domain", "input-schema", "tool", "check"] as const;

export const FAULTS = [
  "threw",
  "timed-out",
  "bad-output",
  "changed-input",
  "not-deterministic",
] as const;

export type Fault = (typeof FAULTS)[number];

export function fault(kind: Fault, message: string): Outcome {
  return { kind: "fault", fault: kind, message };
}

export function fellBack(by: FellBack["by"], reason: string): Outcome {
  return { kind: "fell-back", by, reason };
}

/**
 * What a version answers, as one token: the ledger knows it again by these. Reasons and messages are not
 * part of an answer.
 */
export function answerToken(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answered":
      return hash("sha256", canonicalJson(outcome.value));
    case "fell-back":
      return "falls back";
    case "fault":
      return "fault";
  }
}

/** How faults are called, in words that follow a count. */
export const FAULT_WORDS: Readonly<Record<Fault, string>> = {
  threw: "threw",
  "timed-out": "took too long",
  "bad-output": "gave an output that does not fit",
  "changed-input": "changed the input",
  "not-deterministic": "answered differently the second time",
};

/** Who sent an input back to the prompt, in words that follow a count. */
export const FALLBACK_WORDS: Readonly<Record<FellBack["by"], string>> = {
  domain: "outside of the domain",
  "input-schema": "refused by the tool's input schema",
  tool: "declined by the tool",
  check: "refused by the domain's check",
};
