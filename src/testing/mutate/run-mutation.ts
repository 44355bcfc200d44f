import { RequestRewriter } from "../../cassette/rules/rewrite-request.ts";
import { type RewriteRule, type Rewrites, rewritesOf } from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import type { CassetteSession, FoundRecording } from "../../cassette/session/session.ts";
import { EXIT } from "../../errors/codes.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import { RequestKeyer } from "../../model/key.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import { allowedEffects, type ObservedCase } from "../cases/run/observed-case.ts";
import { type CaseOutcome, type CaseSettings, runCase } from "../cases/run/run-case.ts";
import { EffectLog, offlineEffects } from "../run/effect-gates.ts";
import { ExchangeLog, type LoggedExchange } from "../run/exchange-log.ts";
import { exitCodeOf } from "../run/failure.ts";
import type { Change, Mutation } from "./mutation.ts";

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

/**
 * The recording that answered a request although it is not the request that the case makes;
 * undefined where all that was asked was the same.
 */
function hidingRecording(
  { exchanges, rewrites }: ObservedCase,
  asked: readonly LoggedExchange[],
  session: CassetteSession,
): FoundRecording | undefined {
  const before = keysOf(exchanges, rewrites);
  const after = keysOf(asked, session.rewrites);
  const other = asked.find((exchange) => {
    const turn = turnOf(exchange);
    return before.get(turn) !== after.get(turn);
  });
  return other && session.recordingOf(other.request, other.callId);
}

/** The recording of the answer that a worker's call gave in the end; undefined for code. */
function givingRecording(
  callId: string | undefined,
  asked: readonly LoggedExchange[],
  session: CassetteSession,
): FoundRecording | undefined {
  const last = asked.findLast((exchange) => exchange.callId === callId);
  return last && session.recordingOf(last.request, last.callId);
}

/** The keys that requests would have without `volatile` rules, by whose turn they were. */
function keysOf(exchanges: readonly LoggedExchange[], { redact, restore }: Rewrites) {
  const rewriter = new RequestRewriter({ request: redact, redact, restore });
  const keyer = new RequestKeyer();
  return new Map(
    exchanges.map((exchange) => [turnOf(exchange), keyer.key(rewriter.request(exchange.request))]),
  );
}

function turnOf({ callId, number }: LoggedExchange): string {
  return `${callId} ${number}`;
}

interface Survivor {
  /** The name of the mutation. */
  readonly mutation: string;
  /** Undefined when the run did not come to what was to be changed. */
  readonly change: Change | undefined;
  /** What answered what the case does not ask; undefined where all that was asked was the same. */
  readonly hiding: FoundRecording | undefined;
  /** What gave the result that was changed; undefined where no recording did. */
  readonly giving: FoundRecording | undefined;
  /** The project's folder. */
  readonly folder: string;
  readonly host: Host;
}

/** What a person is told of a change that nobody noticed, and what to do about it. */
async function survivorText(survivor: Survivor): Promise<string> {
  const { mutation, change, hiding, giving, folder, host } = survivor;
  if (!change) return neverHappened(mutation);
  const scanner = new SecretScanner(host.env);
  const { WordDiff } = await import("../../words/word-diff.ts"); // brings a diff library
  const { line } = new WordDiff(scanner.mask(change.before), scanner.mask(change.after));
  const { volatile } = loadProjectConfig(folder, host.files).rules;
  const rules = hiding ? volatile.filter((rule) => isHiddenBy(rule, change)) : [];
  return [
    `nobody notices a change of ${mutation}`,
    `  changed: ${line}`,
    ...(hiding ? found("answered nevertheless", hiding) : []),
    ...(giving ? found("recorded", giving) : []),
    ...(hiding ? [] : ["  all that models were asked is the same"]),
    ...rules.map(narrowing),
    "Try: expect what follows from it: output, calls with their input, files",
    ...(hiding ? [] : ["Try: or remove it, where nothing follows from it"]),
  ].join("\n");
}

function found(how: string, { key, call, place }: FoundRecording): readonly string[] {
  const of = call === "" ? "" : `, call ${call}`;
  return [`  ${how}: recording ${key}${of}`, `    at ${formatPlace(place)}`];
}

function narrowing({ pattern }: RewriteRule): string {
  return `Try: narrow the volatile rule '${pattern.source}' of llm-do.yaml, which hides it`;
}

function isHiddenBy(rule: RewriteRule, { before, after }: Change): boolean {
  const { request } = rewritesOf({ redact: [], volatile: [rule] });
  return request !== undefined && request(before) === request(after);
}

function neverHappened(mutation: string): string {
  return [
    `${mutation} could not be changed: it did not come to be when the case was run again`,
    "Try: make the case the same in every run: ctx.now() and ctx.random() are recorded, others not",
  ].join("\n");
}
