import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import type { CassetteSession } from "../../cassette/session/session.ts";
import { EXIT } from "../../errors/codes.ts";
import { allowedEffects, type ObservedCase } from "../cases/run/observed-case.ts";
import { type CaseOutcome, type CaseSettings, runCase } from "../cases/run/run-case.ts";
import { EffectLog, offlineEffects } from "../run/effect-gates.ts";
import { ExchangeLog } from "../run/exchange-log.ts";
import { exitCodeOf } from "../run/failure.ts";
import { givingRecording, hidingRecording } from "./hiding-recording.ts";
import type { Change, Mutation } from "./mutation.ts";
import { survivorText } from "./survivor-text.ts";

/** What became of a mutation, and what was changed into what, where the run came to it. */
export type Verdict = (
  | { readonly kind: "killed"; readonly by: "miss" | "expectation" }
  /** Nobody noticed; the message says what was changed and what answered nevertheless. */
  | { readonly kind: "survived"; readonly message: string }
) & { readonly change: Change | undefined };

/**
 * Runs a case with one thing changed: its cassette must miss it, or an expectation fail. Always a
 * replay; nothing is written.
 */
export async function runMutation(
  mutation: Mutation,
  observed: ObservedCase,
  settings: CaseSettings,
): Promise<Verdict> {
  const { one } = observed;
  const { project, call, input = one.input, changed } = mutation.begin();
  const exchanges = new ExchangeLog();
  const effects = new EffectLog(allowedEffects(observed));
  let session: CassetteSession | undefined;
  const outcome = await runCase(
    { ...one, input, ...asSeen(observed) },
    { ...settings, mode: "replay" },
    {
      project,
      around: (begun) => {
        session = begun.session;
        return {
          transport: (inner) => exchanges.around(inner),
          effects: (inner) => effects.around(inner),
          call: call?.(begun),
        };
      },
      aroundJudge: { effects: offlineEffects },
    },
  );
  if (outcome.failures.length > 0) {
    return { kind: "killed", by: killerOf(outcome), change: masked(changed(), settings) };
  }
  const asked = exchanges.exchanges;
  const hiding = session && hidingRecording(observed, asked, session);
  const giving = session && givingRecording(mutation.callId, asked, session);
  const message = await survivorText({
    mutation: mutation.name,
    change: changed(),
    hiding,
    giving,
    folder: observed.project.folder,
    host: settings.host,
  });
  return { kind: "survived", message, change: masked(changed(), settings) };
}

/** A change goes to reports, where secrets have no place. */
function masked(change: Change | undefined, { host }: CaseSettings): Change | undefined {
  const scanner = new SecretScanner(host.env);
  return change && { before: scanner.mask(change.before), after: scanner.mask(change.after) };
}

/** A snapshot is the test runner's to compare; the case's own run stands for it here. */
function asSeen({ one, run }: ObservedCase): Partial<ObservedCase["one"]> {
  const { expect } = one;
  if (!expect.snapshot || run.output === undefined) return {};
  const seen = { kind: "equals", value: run.output } as const;
  const output = expect.output ? ({ kind: "all", of: [expect.output, seen] } as const) : seen;
  return { expect: { ...expect, output } };
}

function killerOf({ failures, run }: CaseOutcome): "miss" | "expectation" {
  const isMiss = run?.error?.code.startsWith("cassette-") ?? false;
  return isMiss || exitCodeOf(failures) === EXIT.cassette ? "miss" : "expectation";
}
