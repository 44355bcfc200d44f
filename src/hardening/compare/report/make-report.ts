import type { CertifiedHashes } from "../../../certificate/certificate.ts";
import { DEFAULT_ALPHA, VERDICT_EXIT, type Verdict } from "../../../certificate/verdict.ts";
import { describeComparator } from "../../agree/comparator.ts";
import { templatesOf } from "../../recordings/templates/templates-of.ts";
import type { Rights } from "../labels/adjudicate.ts";
import type { Disagreement } from "../run/disagreement.ts";
import {
  fallbacksOf,
  faultsOf,
  noiseOf,
  selfAgreement,
  tallyOf,
  trafficTally,
} from "../run/figures.ts";
import type { Meeting } from "../run/meet.ts";
import type { Comparison } from "../run/open-comparison.ts";
import type { CompareReport } from "./report.ts";
import { savingsOf } from "./savings.ts";
import { statementOf } from "./statement.ts";

interface MadeComparison {
  readonly comparison: Comparison;
  readonly meeting: Meeting;
  readonly verdict: Verdict;
  readonly looks: number;
  readonly hashes: CertifiedHashes;
  readonly disagreements: readonly Disagreement[];
  readonly rights: Rights;
  readonly madeAt: string;
}

/** The report of a comparison. */
export function makeReport(made: MadeComparison): CompareReport {
  const { comparison, verdict, looks, disagreements, rights, meeting } = made;
  const { worker, opponent, recorded, comparator, request } = comparison;
  const { generated, gold } = meeting;
  const domain = opponent.kind === "tool" ? opponent.domain : undefined;
  const figures = figuresOf(made);
  const { alpha: _ofThisLook, ...agreement } = verdict;
  const common = { agreement, alpha: DEFAULT_ALPHA, looks, kind: opponent.kind, ...figures };
  const onSide = (side: string) => disagreements.filter((each) => each.side === side).length;
  return {
    compare: 1,
    statement: statementOf(common),
    worker: {
      name: worker.name,
      file: worker.file,
      ...(recorded.model === undefined ? {} : { model: recorded.model }),
    },
    tool: request.tool,
    ...(domain ? { domain: domain.reference } : {}),
    comparator: describeComparator(comparator),
    ...common,
    ...(rights.person ? { adjudication: rights.person } : {}),
    ...(rights.judge ? { judge: rights.judge } : {}),
    ...(generated ? { generated } : {}),
    ...(gold ? { gold } : {}),
    disagreements: { holdout: onSide("holdout"), train: onSide("train") },
    hashes: made.hashes,
    madeAt: made.madeAt,
    exitCode: VERDICT_EXIT[verdict.verdict],
  };
}

function figuresOf({ comparison, meeting: { compared }, verdict }: MadeComparison) {
  const { recorded, comparator } = comparison;
  const held = compared.filter(({ side }) => side === "holdout");
  const noise = noiseOf(held, comparator, verdict.alpha);
  const self = selfAgreement(recorded.inputs, comparator, verdict.alpha);
  return {
    train: tallyOf(compared.filter(({ side }) => side === "train")),
    traffic: trafficTally(held, comparator),
    sources: sourcesOf(comparison, compared.length),
    ...(noise ? { noise } : {}),
    ...(self ? { selfAgreement: self } : {}),
    fallback: {
      expected: templatesOf(recorded.inputs.map(({ input }) => input)).unseen,
      holdout: held.filter(({ agrees }) => agrees === undefined).length,
      reasons: fallbacksOf(compared),
    },
    faults: faultsOf(compared),
    savings: savingsOf(compared),
  };
}

function sourcesOf({ cassettes, recorded, opponent }: Comparison, compared: number) {
  const { calls, inputs, leftOut } = recorded;
  const holdout = inputs.filter(({ side }) => side === "holdout").length;
  return {
    cassettes: cassettes.length,
    calls: calls.length,
    scripted: calls.filter(({ source }) => source === "script").length,
    distinct: inputs.length,
    train: inputs.length - holdout,
    holdout,
    leftOut,
    ...(opponent.kind === "worker" ? { notInBoth: inputs.length - compared } : {}),
  };
}
