import { head } from "../../../certificate/split-ledger.ts";
import { VERDICT_EXIT } from "../../../certificate/verdict.ts";
import type { ExitCode } from "../../../errors/codes.ts";
import { EXIT } from "../../../errors/codes.ts";
import { mostLoss } from "../../../statistics/paired.ts";
import { rareInterval } from "../../../statistics/rare-interval.ts";
import { neededInputs } from "../../../statistics/time-uniform.ts";
import { versionRisk } from "../../../statistics/version-risk.ts";
import { describeComparator } from "../../agree/comparator.ts";
import type { AgreementLook } from "../agreement-look.ts";
import type { Answered, Finding } from "../answered.ts";
import { NO_WORSE_MARGIN } from "../labels/walk.ts";
import type { JudgeFigures, NoWorseLook } from "../no-worse-look.ts";
import type { ComparedInput } from "../run/compared-inputs.ts";
import { type CountedInput, fallbackOf, lastOf } from "../run/counted-inputs.ts";
import { disagreementsIn } from "../run/disagreement.ts";
import { originCounts } from "../run/evidence-list.ts";
import { fallbacksOf, faultsOf, noiseOf, selfAgreement, trafficTally } from "../run/figures.ts";
import { type GoldLabels, goldTally } from "../run/gold-labels.ts";
import type {
  CompareReport,
  ReportedJudge,
  ReportedLook,
  ReportedPaired,
  ReportVerdict,
  ShownLook,
} from "./compare-report.ts";
import { savingsOf } from "./savings.ts";
import { headlineOf, type Stated, statementOf } from "./statement.ts";

/** So many of the inputs that were counted last stand beside the total. */
const LAST_COUNTED = 100;

/**
 * The least claim that may be supported before parts of the total are told. Below it a look is one on the
 * way: the tool will be changed, and parts are more to climb on than a total is.
 */
const PARTS_FROM = 0.9;

/** The report of a comparison. What it may tell of the holdout is decided here and nowhere else. */
export function makeReport(answered: Answered): CompareReport {
  const stated = statedOf(answered);
  return { ...stated, headline: headlineOf(stated), statement: statementOf(stated) };
}

function statedOf(answered: Answered): Stated {
  const { comparison, finding, train } = answered;
  const { worker, opponent, recorded, comparator, request, guard, hashes, madeAt } = comparison;
  const { model } = recorded;
  const verdict = verdictOf(finding);
  return {
    compare: 2,
    kind: finding.kind === "no-worse" ? "no-worse" : "agreement",
    verdict,
    ...claimOf(answered),
    worker: { name: worker.name, file: worker.file, ...(model === undefined ? {} : { model }) },
    tool: request.tool,
    candidate: opponent.kind,
    ...(guard ? { domain: guard.reference } : {}),
    comparator: describeComparator(comparator),
    ledger: ledgerFigures(answered),
    sources: sourcesOf(answered),
    train: { ...train.tally, fellBack: train.fellBack, earlier: train.earlier },
    ...findingOf(answered),
    ...evidenceFigures(answered),
    fallbacks: fallbacksOf(train.inputs),
    faults: faultsOf(train.inputs),
    ...labelFigures(answered),
    savings: savingsFigures(answered),
    disagreements: train.tally.n - train.tally.agreed,
    hashes,
    madeAt,
    exitCode: exitCodeOf(finding),
  };
}

function claimOf({ comparison: { request } }: Answered) {
  const { question } = request;
  return question.kind === "no-worse" ? { margin: NO_WORSE_MARGIN } : { claim: question.claim };
}

const PAIRED_VERDICTS = {
  "no-worse": "supported",
  worse: "refuted",
  open: "inconclusive",
} as const;

function verdictOf(finding: Finding): ReportVerdict {
  if (finding.kind === "below-on-train" || finding.kind === "opened") return "not-looked";
  const { look } = finding;
  const verdict =
    finding.kind === "agreement"
      ? finding.look.found.judged.verdict
      : PAIRED_VERDICTS[finding.look.walk.verdict];
  return look.isHidden && verdict !== "supported" ? "not-yet" : verdict;
}

function exitCodeOf(finding: Finding): ExitCode {
  if (finding.kind === "below-on-train") return EXIT.failed;
  const verdict = verdictOf(finding);
  return verdict === "supported" || verdict === "refuted"
    ? VERDICT_EXIT[verdict]
    : EXIT.inconclusive;
}

function findingOf(answered: Answered): Pick<Stated, "look" | "paired" | "opened"> {
  const { finding, meeting } = answered;
  switch (finding.kind) {
    case "below-on-train":
      return {};
    case "opened": {
      const shown = finding.positions.flatMap((position) => meeting.compared.get(position) ?? []);
      const disagreements = disagreementsIn(shown).length;
      return { opened: { inputs: finding.positions.length, disagreements } };
    }
    case "agreement":
      return { look: lookOf(finding.look, finding.claim, answered) };
    case "no-worse":
      return { paired: pairedOf(finding.look) };
  }
}

function lookOf(look: AgreementLook, claim: number, { train }: Answered): ReportedLook {
  const { match, isHidden, found } = look;
  const { version } = match;
  const alpha = versionRisk(version);
  const { judged, unit, templates, counted, tally = { n: 0, agreed: 0 } } = found;
  const isOpen = judged.verdict === "inconclusive";
  if (isHidden) {
    const isSupported = judged.verdict === "supported";
    const needed = isSupported ? {} : { needed: neededByTrain(claim, train.tally, alpha) };
    return { hidden: true, version, alpha, ...needed };
  }
  const fallback = fallbackOf(counted);
  const areTold = mayTellParts(look, claim);
  const shown: ShownLook = {
    hidden: false,
    version,
    alpha,
    ...tally,
    lower: judged.lower,
    upper: judged.upper,
    unit,
    ...(isOpen ? { needed: judged.needed ?? null } : {}),
    fallback: { n: fallback.n, fellBack: fallback.agreed, ...rareInterval(fallback, alpha) },
  };
  if (!areTold && unit === "input") return shown;
  const { worst, ...plain } = templates;
  return {
    ...shown,
    ...(areTold ? { last: lastOf(counted, LAST_COUNTED) } : {}),
    templates: areTold && worst ? { ...plain, worst } : plain,
  };
}

function mayTellParts({ isHidden, found }: AgreementLook, claim: number): boolean {
  return !isHidden && found.judged.verdict === "supported" && claim >= PARTS_FROM;
}

/** What may suffice at the rate that was seen on train, where no count of the holdout is told. */
function neededByTrain(
  claim: number,
  { n, agreed }: { readonly n: number; readonly agreed: number },
  alpha: number,
): number | null {
  const one = n === 0 ? { n: 0, agreed: 0 } : { n: 1, agreed: agreed / n };
  return neededInputs(claim, one, alpha) ?? null;
}

function pairedOf({ match, alpha, isHidden, walk }: NoWorseLook): ReportedPaired {
  const { version } = match;
  if (isHidden) return { version, alpha, hidden: true };
  const { n, better, worse, labels, stoppedBy } = walk;
  const loss = mostLoss({ n, better, worse }, alpha);
  return { version, alpha, hidden: false, n, better, worse, labels, loss, stoppedBy };
}

function ledgerFigures({ comparison, finding }: Answered) {
  const { workerLedger, ledger } = comparison;
  const last =
    finding.kind === "agreement" || finding.kind === "no-worse" ? finding.look.ledger : ledger;
  const { holdout, reference } = last;
  const cut = last.events.findLast((event) => event.kind === "cut");
  const setAside = cut?.kind === "cut" ? { setAside: { at: cut.at, why: cut.detail } } : {};
  return { isNew: workerLedger.isNew, holdout, reference, head: head(last), ...setAside };
}

function sourcesOf({ comparison, meeting }: Answered): CompareReport["sources"] {
  const { cassettes, recorded, list, waiting, fallbackCalls, opponent } = comparison;
  const { calls, inputs, leftOut } = recorded;
  const closed = list.listed.filter(({ side }) => side === "holdout").length;
  const listed = list.listed.length;
  return {
    cassettes: cassettes.length,
    calls: calls.length,
    scripted: calls.filter(({ source }) => source === "script").length,
    fallbacks: fallbackCalls,
    distinct: inputs.length,
    listed,
    train: listed - closed,
    closed,
    gone: listed - list.recorded.size,
    waiting,
    unanswered: opponent.kind === "worker" ? list.recorded.size - meeting.compared.size : 0,
    origins: originCounts(list.listed.map(({ origin }) => origin)),
    leftOut,
  };
}

/** Figures of the holdout once the claim is supported, of train before. */
function evidenceFigures(answered: Answered): Pick<Stated, "noise" | "selfAgreement" | "traffic"> {
  const { comparison, finding, train } = answered;
  const { comparator, recorded, ledger } = comparison;
  const held = shownInputs(finding);
  const side = held ? "holdout" : "train";
  const inputs = held ?? train.inputs;
  const version = "look" in finding ? finding.look.match.version : undefined;
  const alpha = versionRisk(version ?? nextVersion(ledger));
  const noise = noiseOf(inputs, comparator, alpha);
  const self = selfAgreement(recorded.inputs, comparator);
  return {
    ...(noise ? { noise: { ...noise, alpha, side } } : {}),
    ...(self ? { selfAgreement: self } : {}),
    traffic: { ...trafficTally(inputs, comparator), side },
  };
}

/** The number of the version that would look next; its risk is the one to go by until then. */
function nextVersion({ events }: Answered["comparison"]["ledger"]): number {
  const versions = events.map((event) => (event.kind === "look" ? event.version : 0));
  return Math.max(0, ...versions) + 1;
}

/** Held-out inputs whose figures may be told part by part; undefined where none may. */
function shownInputs(finding: Finding): readonly ComparedInput[] | undefined {
  if (verdictOf(finding) !== "supported" || !("look" in finding)) return undefined;
  if (finding.look.isHidden) return undefined;
  if (finding.kind === "no-worse") return comparedOf(finding.look.through);
  return mayTellParts(finding.look, finding.claim)
    ? comparedOf(finding.look.found.counted)
    : undefined;
}

function comparedOf(counted: readonly CountedInput[]): readonly ComparedInput[] {
  return counted.flatMap(({ compared }) => compared ?? []);
}

function labelFigures(answered: Answered): Pick<Stated, "generated" | "gold" | "judge"> {
  const { meeting, finding } = answered;
  const { generated, gold } = meeting;
  const look = finding.kind === "no-worse" ? finding.look : undefined;
  return {
    ...(generated ? { generated } : {}),
    ...(gold && look ? { gold: goldOf(answered, gold, look) } : {}),
    ...(look?.judge && !look.isHidden ? { judge: judgeOf(look.judge) } : {}),
  };
}

function goldOf({ comparison, train }: Answered, gold: GoldLabels, look: NoWorseLook) {
  const { labels, comparator } = comparison;
  const through = look.isHidden ? [] : look.through.flatMap(({ compared }) => compared ?? []);
  const opened = new Set(look.through.map(({ position }) => position));
  const before = train.inputs.filter(({ position }) => !opened.has(position));
  return {
    file: labels.kind === "gold" ? labels.file : "",
    labels: gold.size,
    train: goldTally(before, gold, comparator),
    through: goldTally(through, gold, comparator),
  };
}

function judgeOf(judge: JudgeFigures): ReportedJudge {
  const { file, isCalibrated, agreesWithPerson, verdict, n, better, worse, labels } = judge;
  return { file, calibrated: isCalibrated, agreesWithPerson, verdict, n, better, worse, labels };
}

/** The share of the calls that the candidate answers is taken from train where nothing else is told. */
function savingsFigures({ comparison, finding, train, meeting }: Answered) {
  const { recorded, opponent, request } = comparison;
  const told = finding.kind === "agreement" ? shownInputs(finding) : undefined;
  const inputs = new Set([...train.inputs, ...(told ?? [])]);
  let [all, answered] = [0, 0];
  for (const { calls, outcome } of inputs) {
    all += calls.length;
    if (outcome.kind === "answered") answered += calls.length;
  }
  const tookMs = [...meeting.compared.values()].flatMap(({ tookMs: ms }) => ms ?? []);
  return savingsOf({
    calls: recorded.calls,
    candidate: opponent.kind === "worker" ? opponent.recorded.calls : [],
    answered: all === 0 ? 0 : answered / all,
    tookMs,
    monthlyCalls: request.monthlyCalls,
  });
}
