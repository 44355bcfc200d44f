import type { CassetteSession } from "../../../cassette/session/session.ts";
import type { Project } from "../../../project/project.ts";
import { EffectLog, offlineEffects } from "../../run/effect-gates.ts";
import { ExchangeLog } from "../../run/exchange-log.ts";
import type { TestCase } from "../file/test-case.ts";
import { NO_REWRITES, type ObservedCase } from "./observed-case.ts";
import { type CaseSettings, runCase } from "./run-case.ts";

export type Observation =
  | { readonly kind: "observed"; readonly observed: ObservedCase }
  /** Why a case cannot be run in variations, in one line. */
  | { readonly kind: "unfit"; readonly reason: string };

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
