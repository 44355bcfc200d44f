import { lowerBound } from "../../certificate/clopper-pearson.ts";
import { neededForClaim } from "../../certificate/needed.ts";
import { DEFAULT_ALPHA } from "../../certificate/verdict.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { percent } from "../../words/percent.ts";
import { HOLDOUT_SHARE } from "../split.ts";
import type { ScanFigures } from "./scan-figures.ts";

/** Whether it is worth trying to write code in a prompt's place. */
export type ScanVerdict =
  | { readonly kind: "worth-trying" }
  | {
      /**
       * - `no-recordings`: nothing is known of the worker as it is today.
       * - `noise`: the prompt does not agree with itself, so that no code can agree with it.
       * - `no-pattern`: nearly every input has a shape of its own.
       * - `too-few`: the holdout could not even support a small claim.
       */
      readonly kind: "no-recordings" | "noise" | "no-pattern" | "too-few";
      /** One line. */
      readonly reason: string;
    };

const SCAN_BOUNDS = {
  /** A prompt that certainly agrees with itself less often is noise. */
  selfAgreement: 0.9,
  /** Where certainly more than this share of inputs had a shape of its own, so will future ones. */
  seenOnce: 0.5,
  /** The smallest claim that is worth a report. */
  claim: 0.9,
} as const;

/** What a scan says of a worker; the first reason against it counts. */
export function scanVerdict(figures: ScanFigures): ScanVerdict {
  const { calls, selfAgreement, shapes, holdout } = figures;
  if (calls === 0) return { kind: "no-recordings", reason: "no recording is of this worker" };
  if (selfAgreement.upper < SCAN_BOUNDS.selfAgreement) {
    const { agreed, n } = selfAgreement;
    const reason = `the prompt gave the same answer again for ${agreed} of ${n} inputs: what code would have to find is not there`;
    return { kind: "noise", reason };
  }
  const seenOnce = lowerBound({ agreed: shapes.seenOnce, n: shapes.n }, DEFAULT_ALPHA);
  if (seenOnce > SCAN_BOUNDS.seenOnce) {
    const reason = `${shapes.seenOnce} of ${shapes.n} inputs have a shape that was seen once: code that fits them says nothing of the next`;
    return { kind: "no-pattern", reason };
  }
  const needed = neededForClaim(SCAN_BOUNDS.claim, 0, DEFAULT_ALPHA);
  if (holdout < needed) {
    const further = Math.ceil((needed - holdout) / HOLDOUT_SHARE);
    const reason = `${holdout} inputs are held out, and a claim of ${percent(SCAN_BOUNDS.claim, "given")} needs ${needed}: about ${further} more distinct inputs`;
    return { kind: "too-few", reason };
  }
  return { kind: "worth-trying" };
}

/** What a command ends with. */
export function scanExitCode({ kind }: ScanVerdict): ExitCode {
  return kind === "worth-trying" ? EXIT.done : EXIT.inconclusive;
}
