import type { EffectRequest } from "../../cassette/effect-gate.ts";
import type { Rewrites } from "../../cassette/rules.ts";
import type { CassetteSession } from "../../cassette/session.ts";
import type { Project } from "../../project/project.ts";
import type { CaseRun } from "../run/case-run.ts";
import { EffectLog, isSameEffect } from "../run/effect-log.ts";
import { ExchangeLog, type LoggedExchange } from "../run/exchange-log.ts";
import { offlineEffects } from "../run/offline-effects.ts";
import { type CaseSettings, runCase } from "./run-case.ts";
import type { TestCase } from "./test-case.ts";

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

export type Observation =
  | { readonly kind: "observed"; readonly observed: ObservedCase }
  /** Why a case cannot be run in variations, in one line. */
  | { readonly kind: "unfit"; readonly reason: string };

/** What texts become where there is no cassette whose rules could rewrite them. */
export const NO_REWRITES: Rewrites = {
  request: undefined,
  redact: undefined,
  restore: undefined,
};

/**
 * Runs a case as it is written, to learn what its variations can be about; one run of a case about a
 * distribution.
 */
export async function observeCase(written: TestCase, settings: CaseSettings): Promise<Observation> {
  const one = { ...written, samples: 1, minPass: 1 };
  const exchanges = new ExchangeLog();
  const effects = new EffectLog(({ effect }) => effect !== "external");
  let project: Project | undefined;
  let session: CassetteSession | undefined;
  const { failures, run } = await runCase(one, settings, {
    around: (begun) => {
      ({ project, session } = begun);
      return {
        transport: (inner) => exchanges.around(inner),
        effects: (inner) => effects.around(inner),
      };
    },
    aroundJudge: { effects: offlineEffects },
  });
  const [failure] = failures;
  if (failure) return { kind: "unfit", reason: failure.message.split("\n", 1)[0] ?? "" };
  if (!run || !project) throw new TypeError("a case passed without a run");
  return {
    kind: "observed",
    observed: {
      one,
      project,
      run,
      exchanges: exchanges.exchanges,
      performed: effects.performed,
      rewrites: session?.rewrites ?? NO_REWRITES,
    },
  };
}

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
