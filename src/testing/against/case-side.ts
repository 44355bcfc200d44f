import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { rewriteJson } from "../../cassette/rules/rewrite-request.ts";
import { type Rewrite, rewritesOf } from "../../cassette/rules/rules.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import type { CassetteSession } from "../../cassette/session/session.ts";
import type { Summary } from "../../cassette/state/summary.ts";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import { totalTokens } from "../../model/usage.ts";
import type { Project } from "../../project/project.ts";
import type { SampleOutcome } from "../cases/check/run-samples.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { type CaseOutcome, runCase } from "../cases/run/run-case.ts";
import { rulesOf } from "../report/case-trace.ts";
import { jsonText } from "../report/recorded-entry.ts";
import type { CaseRun } from "../run/case-run.ts";
import { offlineEffects } from "../run/effect-gates.ts";
import type { Failure } from "../run/failure.ts";
import type { PassCount } from "../verdict/paired-verdict.ts";
import type { FoundCase } from "./case-pairs.ts";
import { fitsSnapshot } from "./snapshot-file.ts";

/** Characters of an answer that are kept. */
const LONGEST_ANSWER = 8000;

/** Characters of a call's input that are kept. */
const LONGEST_INPUT = 600;

/** Calls of one run that are kept. */
const MOST_CALLS = 500;

/** Where a case is run. */
export interface SidePlace {
  readonly host: Host;
  /** Absolute path of the top of the repository there, and what stands for it in texts. */
  readonly top: string;
  readonly shownTop: string;
  readonly allowUnused: boolean;
  readonly signal: AbortSignal;
}

/** What one case came to on one side, as far as it is shown: no secret is in it. */
export interface CaseSide {
  /** Why its answers say nothing, in one line; undefined where they do. */
  readonly incomparable: string | undefined;
  /** Runs that did what is expected. What is left over in a cassette is no matter here. */
  readonly passes: PassCount;
  /** As `llm-do test` would have them; empty when the case passes. */
  readonly failures: readonly Failure[];
  /** What each run gave, cut to a length that people read. */
  readonly answers: readonly string[];
  /** Equal where the whole answers are, run by run, but for what is volatile. */
  readonly answersKey: string;
  /** The calls of each run. */
  readonly calls: readonly (readonly SideCall[])[];
  readonly used: Used;
  /** The mean score that a judge gave its runs, from 0 to 1; undefined where none was judged. */
  readonly score: number | undefined;
  /** Equal where the very same recordings answered. */
  readonly recordings: string;
}

export interface SideCall {
  readonly function: string;
  /** JSON, cut. */
  readonly input: string;
  /** Equal where the whole inputs are. */
  readonly key: string;
}

/** What the answers of all runs took, by their recordings. */
export interface Used {
  readonly requests: number;
  readonly calls: number;
  readonly tokens: number;
  /** In US dollars; undefined where a model's price is unknown. */
  readonly usd: number | undefined;
  /** How long the models took, in milliseconds. */
  readonly waitedMs: number;
  /** Answers that were written by hand. */
  readonly scripted: number;
}

/** Replays a case. Nothing outside is touched, and no model is asked. */
export async function caseSide({ file, one }: FoundCase, place: SidePlace): Promise<CaseSide> {
  const { host, allowUnused, signal } = place;
  const runs: RunSide[] = [];
  let texts = textsOf(one, place, undefined);
  let session: CassetteSession | undefined;
  const rerecord = "llm-do test --mode auto";
  const settings = { mode: "replay", allowUnused, host, rerecord, signal } as const;
  const outcome = await runCase(one, settings, {
    around: (begun) => {
      session = begun.session;
      texts = textsOf(one, place, begun.project);
      return { effects: offlineEffects };
    },
    aroundJudge: { effects: offlineEffects },
    onRun: (sample) => runs.push(runSide(sample, texts)),
  });
  const casesFile = resolve(host.cwd, file);
  const snapshot = snapshotFailures(outcome, { one, casesFile, host });
  const failures = [...outcome.failures, ...snapshot].map((failure) => ({
    ...failure,
    message: texts.shown(failure.message),
  }));
  const passed = runs.filter(({ hasPassed }) => hasPassed).length;
  return {
    incomparable: incomparable({ ...outcome, failures }),
    // A snapshot is that of the last run.
    passes: { passed: passed - snapshot.length, runs: runs.length },
    failures,
    answers: runs.map(({ answer }) => answer),
    answersKey: digest(runs.map(({ answerKey }) => answerKey)),
    calls: runs.map(({ calls }) => calls),
    used: usedIn(runs, outcome.run?.summary),
    score: meanScore(runs),
    recordings: session ? recordingsOf(session) : "",
  };
}

interface Snapshot {
  readonly one: TestCase;
  /** Absolute. */
  readonly casesFile: string;
  readonly host: Host;
}

/** As in `llm-do test`, where the test runner compares with the snapshot once all else passes. */
function snapshotFailures(
  { failures, run }: CaseOutcome,
  { one, casesFile, host }: Snapshot,
): readonly Failure[] {
  if (!one.expect.snapshot || failures.length > 0 || run?.output === undefined) return [];
  if (fitsSnapshot(run.output, { name: one.name, casesFile }, host.files)) return [];
  return [{ kind: "output", message: "the output is not what its snapshot says" }];
}

function usedIn(runs: readonly RunSide[], summary: Summary | undefined): Used {
  const sum = (count: (run: RunSide) => number) =>
    runs.reduce((total, run) => total + count(run), 0);
  return {
    requests: sum(({ requests }) => requests),
    calls: sum(({ callCount }) => callCount),
    tokens: sum(({ tokens }) => tokens),
    usd: runs.some(({ usd }) => usd === undefined) ? undefined : sum(({ usd }) => usd ?? 0),
    waitedMs: summary?.servedMs ?? 0,
    scripted: summary?.scripted ?? 0,
  };
}

function meanScore(runs: readonly RunSide[]): number | undefined {
  const scores = runs.flatMap(({ score }) => score ?? []);
  return scores.length === 0
    ? undefined
    : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

interface RunSide {
  readonly hasPassed: boolean;
  readonly answer: string;
  readonly answerKey: string;
  readonly calls: readonly SideCall[];
  readonly callCount: number;
  readonly requests: number;
  readonly tokens: number;
  readonly usd: number | undefined;
  readonly score: number | undefined;
}

function runSide({ run, failures, judged }: SampleOutcome, texts: Texts): RunSide {
  const { calls, requests, usage, usd } = run;
  return {
    hasPassed: failures.length === 0,
    answer: cut(texts.shown(answerText(run)), LONGEST_ANSWER),
    answerKey: digest(keyed(run.output ?? { error: answerText(run) }, texts)),
    calls: calls.slice(0, MOST_CALLS).map((call) => ({
      function: call.function,
      input: cut(canonicalJson(rewriteJson(call.input, texts.shown)), LONGEST_INPUT),
      key: digest(keyed(call.input, texts)),
    })),
    callCount: calls.length,
    requests,
    tokens: totalTokens(usage),
    usd,
    score: judged?.kind === "judged" ? judged.judgement.score : undefined,
  };
}

function answerText({ output, error, exitCode }: Pick<CaseRun, "output" | "error" | "exitCode">) {
  if (error) return `(ended with exit code ${exitCode})\n${error.report()}`;
  return jsonText(output ?? null);
}

function keyed(value: Json, texts: Texts): Json {
  return rewriteJson(value, texts.compared);
}

interface Texts {
  /** Without secrets, and with the work tree's paths. */
  readonly shown: Rewrite;
  /** The same, without what is volatile. */
  readonly compared: Rewrite;
}

/** What the project's rules and the scan for secrets leave of texts. */
function textsOf(
  { files: [main = ""] }: TestCase,
  { host, top, shownTop }: SidePlace,
  project: Project | undefined,
): Texts {
  const scanner = new SecretScanner(host.env);
  const isCopy = project !== undefined && project.workFolder !== project.folder;
  const rewrites = rewritesOf(rulesOf(main, host), isCopy ? project.workFolder : undefined);
  const masked = (rewrite: Rewrite | undefined) => (text: string) =>
    scanner.mask((rewrite?.(text) ?? text).replaceAll(top, () => shownTop));
  return { shown: masked(rewrites.redact), compared: masked(rewrites.request) };
}

/** A case that recordings do not answer in full was not run as it is. */
function incomparable({
  failures,
  run,
}: Pick<CaseOutcome, "failures" | "run">): string | undefined {
  const [first] = failures;
  const line = (failure: Failure | undefined) => failure?.message.split("\n", 1)[0];
  if (!run) return line(first) ?? "it does not run";
  const cassette = failures.find(({ kind }) => kind === "cassette" || kind === "vacuous");
  if (cassette) return line(cassette);
  const { exchanges, effects } = run.summary ?? {};
  if ((exchanges?.missed ?? 0) + (effects?.missed ?? 0) === 0) return undefined;
  return "some of its runs ask for what is not on record";
}

/** What of a cassette was used, whatever order it stands in. */
function recordingsOf({ file, served }: CassetteSession): string {
  if (!file || served.length === 0) return "";
  const entries = served.map(({ slice }) => file.text.slice(slice.start, slice.end).trimEnd());
  return digest(entries.toSorted());
}

function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("base64url");
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const left = text.length - length;
  return `${text.slice(0, length).toWellFormed()}… (${left} more characters)`;
}
