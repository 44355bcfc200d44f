import { counted, grouped } from "../../../words/counted.ts";
import { percent, points } from "../../../words/percent.ts";
import { msText, usdText } from "../../../words/quantities.ts";
import { leftOutText } from "../../recordings/recorded-call.ts";
import { FALLBACK_WORDS, FAULT_WORDS } from "../trial/outcome.ts";
import type { CompareReport } from "./compare-report.ts";
import type { Saved } from "./savings.ts";

/** Everything beside the statement, one fact a line. */
export function factLines(report: CompareReport): readonly string[] {
  return [
    ...sourceLines(report),
    ...ledgerLines(report),
    ...trainLines(report),
    ...lookLines(report),
    ...noiseLines(report),
    ...labelLines(report),
    ...generatedLines(report),
    ...savingsLines(report),
  ];
}

function sourceLines({ sources, candidate, worker, comparator }: CompareReport) {
  const { calls, cassettes, distinct, leftOut, unanswered, waiting, fallbacks, gone } = sources;
  const left = leftOutText(leftOut);
  const scripted = sources.scripted === calls ? "all" : grouped(sources.scripted);
  return [
    `recordings: ${counted(calls, "call")} of ${counted(distinct, "distinct input")} in ${counted(cassettes, "cassette")}${sources.scripted === 0 ? "" : `, ${scripted} from a script that stood in for the model`}`,
    ...(calls === 0 ? [`no recording is of ${worker.name} as it is today`] : []),
    ...(left === "" ? [] : [`left out: ${left}`]),
    ...(fallbacks === 0
      ? []
      : [`no evidence: ${counted(fallbacks, "call")} that code left to the prompt`]),
    ...(waiting === 0 ? [] : [`not listed yet: ${counted(waiting, "input")} with too few samples`]),
    ...(gone === 0
      ? []
      : [`recordings that have gone: ${counted(gone, "listed input")}; held-out ones disagree`]),
    ...(candidate === "worker"
      ? [`without a recorded answer of the other worker: ${counted(unanswered, "listed input")}`]
      : []),
    `compared by: ${typeof comparator === "string" ? comparator : JSON.stringify(comparator)}`,
  ];
}

function ledgerLines({ ledger, sources }: CompareReport): readonly string[] {
  const { listed, train, closed, origins } = sources;
  if (listed === 0) return [];
  const from = Object.entries(origins)
    .filter(([, count]) => count > 0)
    .map(([origin, count]) => `${grouped(count)} ${origin}`)
    .join(", ");
  const samples =
    ledger.reference === 1 ? "" : `; the reference is the majority of ${ledger.reference} samples`;
  return [
    `${ledger.isNew ? "a new ledger" : "ledger"}: ${counted(listed, "input")} (${from}), ${grouped(train)} to learn from, ${grouped(closed)} held out and closed${samples}`,
    ...(ledger.setAside
      ? [`set aside: what was listed before ${ledger.setAside.at}, because ${ledger.setAside.why}`]
      : []),
  ];
}

function trainLines(report: CompareReport): readonly string[] {
  const { train, traffic, fallbacks, faults, disagreements } = report;
  const lines: string[] = [];
  if (train.n + train.fellBack > 0) {
    const fell = train.fellBack === 0 ? "" : `, ${grouped(train.fellBack)} more left to the prompt`;
    const earlier =
      train.earlier === 0 ? "" : `; ${grouped(train.earlier)} earlier ones are not counted`;
    lines.push(
      `on train inputs: ${grouped(train.agreed)} of ${grouped(train.n)} agree${fell}${earlier}; ${counted(disagreements, "disagreement")} in disagreements.jsonl`,
    );
  }
  if (traffic.n > 0) {
    const whose = traffic.side === "train" ? "train" : "held-out";
    lines.push(
      `by ${whose} calls, repeats included: ${grouped(traffic.agreed)} of ${grouped(traffic.n)} (${percent(traffic.agreed / traffic.n, "estimate")}), no interval belongs to it`,
    );
  }
  for (const { why, count, example } of faults) {
    const words = FAULT_WORDS[why as keyof typeof FAULT_WORDS]; // faultsOf takes them from there
    lines.push(`${words} on ${counted(count, "train input")}: ${example}`);
  }
  for (const { why, count, example } of fallbacks) {
    const words = FALLBACK_WORDS[why as keyof typeof FALLBACK_WORDS]; // fallbacksOf takes them from there
    lines.push(`${words}: ${counted(count, "train input")}, such as: ${example}`);
  }
  return lines;
}

function lookLines({ look, domain }: CompareReport): readonly string[] {
  const lines = domain === undefined ? [] : [`guard: ${domain}`];
  if (!look) return lines;
  lines.push(
    `version ${look.version} that looks at the holdout; its risk is ${percent(look.alpha, "at-most")}`,
  );
  if (look.hidden) return lines;
  const { last, templates, unit } = look;
  if (unit === "template") {
    lines.push("the guard lets in templates that it does not list, so a template counts once");
  }
  if (last && last.n > 0) {
    lines.push(
      `the last ${counted(last.n, "counted input")}: ${grouped(last.agreed)} agree; later inputs come from the tail of the traffic`,
    );
  }
  if (templates) {
    const { n, agreed, effective, worst } = templates;
    const least = worst
      ? `; the worst with ten inputs or more: ${grouped(worst.agreed)} of ${grouped(worst.n)}, ${worst.template}`
      : "";
    lines.push(
      `templates: ${grouped(n)}, of which ${grouped(agreed)} agree throughout; they weigh as much as ${effective.toFixed(1)} of equal size${least}`,
    );
  }
  return lines;
}

function noiseLines({ noise, candidate }: CompareReport): readonly string[] {
  if (!noise) return [];
  const { n, toolAgreed, promptAgreed, rerunOnly, toolOnly, verdict, loss, side } = noise;
  const who = candidate === "worker" ? "the other worker" : "the tool";
  const whose = side === "train" ? "train input" : "held-out input";
  const words = {
    "no-worse": "yes",
    worse: "no, it is less consistent",
    open: "not shown",
  } as const;
  const least = loss < 0 ? "more often by at least" : "less often by at most";
  const size = loss < 0 ? points(-loss, "at-least") : points(loss, "at-most");
  return [
    `the prompt's own noise, on ${counted(n, whose)} with two samples: ${who} repeats the first on ${grouped(toolAgreed)}, a rerun on ${grouped(promptAgreed)}; only the rerun ${grouped(rerunOnly)}, only ${who} ${grouped(toolOnly)}`,
    `as consistent as the prompt itself, up to 2 points: ${words[verdict]} (${least} ${size} points)`,
  ];
}

function labelLines({ gold, judge }: CompareReport): readonly string[] {
  const lines: string[] = [];
  if (gold) {
    const { file, labels, train, through } = gold;
    const tally = ({ n, tool, prompt }: typeof train) =>
      `tool ${grouped(tool)}, prompt ${grouped(prompt)} of ${grouped(n)}`;
    lines.push(
      `${counted(labels, "gold label")} of ${file}, which are not a model's answers: ${tally(through)} gone through; ${tally(train)} of train`,
    );
  }
  if (judge) {
    const { file, calibrated, agreesWithPerson, better, worse, n, verdict } = judge;
    const said = `it said what a person said on ${grouped(agreesWithPerson.agreed)} of ${grouped(agreesWithPerson.n)} cases`;
    const standing = calibrated
      ? `calibrated, as ${said}`
      : `advisory, as ${said} and it takes 45 of 50`;
    lines.push(
      `${file} is ${standing}; by it alone, of ${counted(n, "held-out input")}: only the tool is right on ${grouped(better)}, only the prompt on ${grouped(worse)} (${verdict})`,
    );
  }
  return lines;
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

/** Nothing where the holdout was not looked at: a guard made of train leaves none of train to the prompt. */
function savingsLines({ savings, verdict }: CompareReport): readonly string[] {
  const { spent, perCall, monthly, answered, checks, promptMs, candidateMs, scripted } = savings;
  if (spent.calls === 0 || verdict === "not-looked") return [];
  const net = `net of ${percent(1 - answered, "estimate")} left to the prompt and checks of ${percent(checks, "given")}`;
  if (scripted >= spent.calls && spent.tokens === 0) {
    const unknown = "a script stood in for the model, so tokens, money and time are unknown";
    return [
      `saves a call, on average: ${perCall.exchanges.toFixed(2)} model calls (${net}); ${unknown}`,
    ];
  }
  const lines = [`saves a call, on average: ${savedText(perCall, 2)}${ofText(spent)} (${net})`];
  if (monthly) {
    lines.push(`saves a month, with ${counted(monthly.calls, "call")}: ${savedText(monthly, 0)}`);
  }
  if (promptMs !== undefined) {
    const other = candidateMs === undefined ? "" : `, instead ${msText(candidateMs)}`;
    lines.push(`latency of a call, median: the prompt ${msText(promptMs)} as recorded${other}`);
  }
  if (scripted > 0) {
    lines.push(
      `of these, ${counted(scripted, "call")} took what a script says, not what a model takes`,
    );
  }
  return lines;
}

function savedText({ exchanges, tokens, usd }: Saved, digits: number): string {
  const calls = digits === 0 ? grouped(Math.round(exchanges)) : exchanges.toFixed(digits);
  const money = usd === undefined ? "and money of an unknown price" : usdText(usd);
  return `${calls} model calls, ${grouped(Math.round(tokens))} tokens, ${money}`;
}

function ofText({ usd, calls }: CompareReport["savings"]["spent"]): string {
  return usd === undefined ? "" : ` of ${usdText(usd / calls)}`;
}
