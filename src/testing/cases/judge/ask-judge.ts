import { hash } from "node:crypto";
import { causeOf } from "../../../cassette/miss/causes.ts";
import { SecretScanner } from "../../../cassette/secrets/secret-scanner.ts";
import type { CassetteSession } from "../../../cassette/session/session.ts";
import { EXIT } from "../../../errors/codes.ts";
import { jsonSchemaOf } from "../../../functions/schema.ts";
import type { Host } from "../../../host/host.ts";
import { isJsonObject, type Json } from "../../../model/json.ts";
import { shown } from "../../../project/project-paths.ts";
import type { RunWrappers } from "../../../project/run/run-wrappers.ts";
import type { ScriptTransport } from "../../../providers/script/script.ts";
import type { CaseRun } from "../../run/case-run.ts";
import { Deadline } from "../../run/deadline.ts";
import { LiveRequests } from "../../run/live-requests.ts";
import { observeRun } from "../../run/observe-run.ts";
import type { SharedBudget } from "../../run/shared-budget.ts";
import { type Judged, type Judgement, judgementFailures } from "../check/judgement.ts";
import { advisoryReason } from "./calibration-file.ts";
import { judgeInput } from "./judge-input.ts";
import type { Judge } from "./open-judge.ts";

/** A run that is to be judged, with the cassette that it was recorded to. */
interface JudgeQuestion {
  /** What the case calls its entry with. */
  readonly input: Json;
  readonly output: Json;
  /** That of the case: a judge's requests stand beside those of its run. */
  readonly session: CassetteSession;
  /** Answers in the models' place when the case is recorded. */
  readonly script: ScriptTransport | undefined;
  /** How long the judge may take. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What the command may spend; undefined for whatever it takes. */
  readonly budget: SharedBudget | undefined;
  /** What stands around its gates. */
  readonly around: RunWrappers | undefined;
  readonly host: Host;
}

/** Asks a judge of one run. Whatever keeps it from a score is a failure of the case. */
export async function askJudge(judge: Judge, question: JudgeQuestion): Promise<Judged> {
  const { expectation, project, worker } = judge;
  const { input, output, session, script, host, signal } = question;
  const { criteria, expected } = expectation;
  const parts = { input, output, criteria, expected };
  using deadline = new Deadline(question.timeoutMs, host.clock);
  const live = new LiveRequests(question.budget, (waitMs) => deadline.extend(waitMs));
  const run = await observeRun({
    project,
    host,
    session,
    input: judgeInput(parts, jsonSchemaOf(worker.input, "input", worker.name)),
    approvals: "headless",
    model: undefined,
    limits: {},
    signal: AbortSignal.any([deadline.signal, live.signal, signal]),
    script,
    around: question.around,
    live,
    onEvent: deadline.onEvent,
  });
  if (deadline.message !== undefined) live.timedOut();
  if (live.failure) return { kind: "broken", failures: [live.failure] };
  if (deadline.message !== undefined) {
    return broken("timeout", `${nameOf(judge, host)} gave no score: ${deadline.message}`);
  }
  if (run.error) {
    const isMiss = run.exitCode === EXIT.cassette;
    const report = run.error.report();
    if (!isMiss) return broken("judge", `${nameOf(judge, host)} gave no score:\n${report}`);
    const cause = causeOf(run.error);
    return { kind: "broken", failures: [{ kind: "cassette", message: report, cause }] };
  }
  const said = scoreIn(run.output);
  if (!said) {
    const answer = JSON.stringify(run.output);
    return broken("judge", `${nameOf(judge, host)} must give a score from 0 to 1: ${answer}`);
  }
  const context = contextOf(judge, question);
  const reason = harmless(said.reason, question);
  const judgement = { score: said.score, reason, ...context, ...costOf(run) };
  return { kind: "judged", judgement, failures: judgementFailures(judgement) };
}

function broken(kind: "judge" | "timeout", message: string): Judged {
  return { kind: "broken", failures: [{ kind, message }] };
}

function scoreIn(output: Json | undefined): Pick<Judgement, "score" | "reason"> | undefined {
  if (!isJsonObject(output)) return undefined;
  const { score: said, reason } = output;
  const score = typeof said === "boolean" ? Number(said) : said;
  if (typeof score !== "number" || !(score >= 0 && score <= 1)) return undefined;
  return { score, reason: typeof reason === "string" ? reason : "" };
}

/** Characters that say which answer it was, and of its beginning for a person who labels it. */
const HASH_LENGTH = 12;
const EXCERPT_LENGTH = 200;

type Context = Pick<Judgement, "judge" | "identity" | "least" | "advisory" | "answer" | "says">;

function contextOf(judge: Judge, question: JudgeQuestion): Context {
  const { output, host } = question;
  const name = nameOf(judge, host);
  const masked = harmless(typeof output === "string" ? output : JSON.stringify(output), question);
  const says = masked.length > EXCERPT_LENGTH ? `${masked.slice(0, EXCERPT_LENGTH)}…` : masked;
  return {
    judge: name,
    identity: judge.identity,
    least: judge.expectation.least,
    advisory: advisoryReason(judge, name, host.files),
    answer: hash("sha256", masked).slice(0, HASH_LENGTH),
    says,
  };
}

/** A text as the project's rules leave it, with nothing secret in it. */
function harmless(text: string, { session, host }: JudgeQuestion): string {
  const rewritten = session.rewrites.request?.(text) ?? text;
  return new SecretScanner(host.env).mask(rewritten);
}

function nameOf({ expectation: { worker } }: Judge, host: Host): string {
  return shown(worker, host);
}

function costOf({ usage, usd }: Omit<CaseRun, "summary">): Pick<Judgement, "usage" | "usd"> {
  return { usage, usd };
}
