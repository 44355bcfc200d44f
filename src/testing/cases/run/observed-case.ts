import type { EffectRequest } from "../../../cassette/gates.ts";
import type { Rewrites } from "../../../cassette/rules/rules.ts";
import type { Project } from "../../../project/project.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { isSameEffect } from "../../run/effect-gates.ts";
import type { LoggedExchange } from "../../run/exchange-log.ts";
import type { TestCase } from "../file/test-case.ts";

/** A case that passes, and all that passed the gates in its run. */
export interface ObservedCase {
  readonly one: TestCase;
  readonly project: Project;
  readonly run: CaseRun;
  readonly exchanges: readonly LoggedExchange[];
  /** Effects that happened, as opposed to those that the cassette answered. */
  readonly performed: readonly EffectRequest[];
  readonly rewrites: Rewrites;
}

/** What texts become where there is no cassette whose rules could rewrite them. */
export const NO_REWRITES: Rewrites = {
  request: undefined,
  redact: undefined,
  restore: undefined,
};

/**
 * Whether what is made of a call's result stays in the run. Code that changes the world by itself,
 * and makes calls beside, would change it otherwise where they gave something else; that may happen
 * in the copy of a workspace only.
 */
export function isContained(caller: string, { one, performed }: ObservedCase): boolean {
  if (one.workspace !== undefined) return true;
  return !performed.some(({ callId }) => caller === callId || caller.startsWith(`${callId}/`));
}

/**
 * What a variation of a case may let happen: what the case itself does, and in a copy of its
 * workspace whatever is local. A variation must not write where nobody looks for it.
 */
export function allowedEffects({ one, performed }: ObservedCase) {
  return (request: EffectRequest): boolean =>
    performed.some((known) => isSameEffect(known, request)) ||
    (request.effect === "local" && one.workspace !== undefined);
}
