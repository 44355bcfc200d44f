import { counted, grouped } from "../../../words/counted.ts";
import { percent, points } from "../../../words/percent.ts";
import { leftOutText } from "../../recordings/recorded-call.ts";
import { FALLBACK_WORDS, FAULT_WORDS } from "../run/outcome.ts";
import type { CompareReport } from "./report.ts";
import { savingsLines } from "./savings.ts";
import { headlineOf } from "./statement.ts";

/** A report as lines for a person: the statement, then what stands behind it. */
export function reportLines(report: CompareReport): readonly string[] {
  const { worker, tool } = report;
  const headline = `${worker.file} against ${tool}: ${headlineOf(report)}`;
  return [headline, report.statement, "", ...detailLines(report).map((line) => `  ${line}`)];
}

/** Everything beside the statement, one thing a line. */
export function detailLines(report: CompareReport): readonly string[] {
  return [
    ...sourceLines(report),
    ...agreementLines(report),
    ...noiseLines(report),
    ...adjudicationLines(report),
    ...generatedLines(report),
    ...fallbackLines(report),
    ...goldLines(report),
    ...savingsLines(report.savings),
  ];
}

function sourceLines({ sources, kind, worker, comparator }: CompareReport): readonly string[] {
  const { calls, cassettes, distinct, train, holdout, leftOut, notInBoth = 0 } = sources;
  const from = `${counted(calls, "call")} of ${counted(distinct, "distinct input")} in ${counted(cassettes, "cassette")}`;
  const left = leftOutText(leftOut);
  return [
    `recordings: ${from}${scriptedText(sources)}; ${grouped(train)} to learn from, ${grouped(holdout)} held out`,
    ...(calls === 0 ? [`no recording is of ${worker.name} as it is today`] : []),
    ...(left === "" ? [] : [`left out: ${left}`]),
    ...(kind === "worker" ? [`not on record of both: ${counted(notInBoth, "input")}`] : []),
    `compared by: ${typeof comparator === "string" ? comparator : JSON.stringify(comparator)}`,
  ];
}

function scriptedText({ calls, scripted }: CompareReport["sources"]): string {
  if (scripted === 0) return "";
  const which = scripted === calls ? "all" : grouped(scripted);
  return `, ${which} from a script that stood in for the model`;
}

function agreementLines({
  train,
  traffic,
  looks,
  faults,
  alpha,
}: CompareReport): readonly string[] {
  const lines: string[] = [];
  if (traffic.n > 0) {
    const share = percent(traffic.agreed / traffic.n, "estimate");
    lines.push(
      `by held-out calls, repeats included: ${grouped(traffic.agreed)} of ${grouped(traffic.n)} (${share}), no interval belongs to it`,
    );
  }
  if (train.n > 0) {
    lines.push(
      `on inputs to learn from: ${grouped(train.agreed)} of ${grouped(train.n)}; whoever wrote the tool may have seen them`,
    );
  }
  for (const { why, count, example } of faults) {
    const words = FAULT_WORDS[why as keyof typeof FAULT_WORDS]; // faultsOf takes them from there
    lines.push(`${words} on ${counted(count, "input")}, counted as disagreement: ${example}`);
  }
  if (looks > 1) {
    lines.push(
      `looks at the holdout: ${looks}, so each is made at a risk of ${percent(alpha / looks, "at-most")}`,
    );
  }
  return lines;
}

function noiseLines({ noise, selfAgreement, kind }: CompareReport): readonly string[] {
  const lines: string[] = [];
  if (selfAgreement) {
    const { agreed, n, lower, upper } = selfAgreement;
    lines.push(
      `the prompt's own noise: it repeated itself on ${grouped(agreed)} of ${counted(n, "input")} that it was asked twice (between ${percent(lower, "at-least")} and ${percent(upper, "at-most")})`,
    );
  }
  if (noise) {
    const { n, toolAgreed, promptAgreed, rerunOnly, toolOnly, least, holds, needed } = noise;
    const who = kind === "worker" ? "the other prompt" : "the tool";
    const further = holds ? "" : `; ${counted(needed, "more such input")} could show it`;
    lines.push(
      `beside it, on ${counted(n, "held-out input")}: ${who} ${grouped(toolAgreed)}, a rerun ${grouped(promptAgreed)}; rerun only ${rerunOnly}, ${who} only ${toolOnly}`,
      `as consistent as the prompt itself, up to 2 points: ${holds ? "yes" : "not shown"} (at least ${signed(least)} points)${further}`,
    );
  }
  return lines;
}

function signed(share: number): string {
  const least = points(share, "at-least");
  return share > 0 ? `+${least}` : least;
}

function adjudicationLines({ adjudication, judge }: CompareReport): readonly string[] {
  const lines: string[] = [];
  if (adjudication) lines.push(`which is right, by a person: ${rightText(adjudication)}`);
  if (judge) {
    const { n, agreed } = judge.agreesWithPerson;
    const calibration = n === 0 ? "" : `, and said what a person said on ${agreed} of ${n}`;
    lines.push(
      `which is right, by ${judge.file}, which is advisory${calibration}: ${rightText(judge)}`,
    );
  }
  return lines;
}

function rightText(figures: NonNullable<CompareReport["adjudication"]>): string {
  const { judged, disagreements, wins, losses, ties, p } = figures;
  return `${judged} of ${counted(disagreements, "held-out disagreement")}: tool ${wins}, prompt ${losses}, ties ${ties}; p = ${p.toPrecision(3)} (exact sign test)`;
}

function generatedLines({ generated }: CompareReport): readonly string[] {
  if (!generated) return [];
  const { statement, seed, outside, counterexample, generated: count } = generated;
  const lines = [`generated inputs: ${statement} (--generated ${count} --seed ${seed})`];
  if (outside > 0) lines.push(`generated outside of the domain itself: ${grouped(outside)}`);
  if (counterexample) {
    const { input, why, path } = counterexample;
    lines.push(`smallest counterexample: ${JSON.stringify(input)} (path ${path}): ${why}`);
  }
  return lines;
}

function fallbackLines({ fallback, sources }: CompareReport): readonly string[] {
  const { expected, holdout, reasons } = fallback;
  if (expected.n === 0) return [];
  return [
    `expected fallback: ${grouped(expected.seenOnce)} of ${counted(expected.n, "input")} had a shape of its own`,
    `fell back on ${grouped(holdout)} of ${counted(sources.holdout, "held-out input")}, which are no part of the agreement`,
    ...reasons.map(({ why, count, example }) => {
      const words = FALLBACK_WORDS[why as keyof typeof FALLBACK_WORDS]; // fallbacksOf takes them from there
      return `${words}: ${counted(count, "input")}, such as: ${example}`;
    }),
  ];
}

function goldLines({ gold }: CompareReport): readonly string[] {
  if (!gold) return [];
  const { file, holdout, train, fellBack, prompt } = gold;
  const { agreed, n, lower, upper } = holdout;
  return [
    `gold labels of ${file}, which are no model's answers: tool ${agreed} of ${n} held out (between ${percent(lower, "at-least")} and ${percent(upper, "at-most")}), ${train.agreed} of ${train.n} others, ${fellBack} left to the prompt; prompt ${prompt.agreed} of ${prompt.n}`,
  ];
}
