import type { TableBlock } from "../../report/report.ts";
import { counted, grouped } from "../../words/counted.ts";
import { percent } from "../../words/percent.ts";
import { printable } from "../../words/printable.ts";
import { WordDiff } from "../../words/word-diff.ts";
import { countText, type PassCount, verdictLine } from "../verdict/paired-verdict.ts";
import type {
  AgainstResult,
  CaseName,
  ChangedCase,
  ChangedSide,
  CountedAnswer,
  IncomparableCase,
  Totals,
} from "./against-result.ts";
import type { CallChange } from "./call-changes.ts";

/** How the second side is called. */
export const WORK_TREE = "work tree";

const MS_PER_SECOND = 1000;

/** The least that four decimals show. */
const LEAST_SHOWN_USD = 0.0001;

/** What something was before and is after, in words. */
interface Row {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  /** As in `+12.5 %`; empty where nothing changed. */
  readonly change: string;
}

/** The figures of both sides, one a row; what no side has is left out. */
function figureRows({ before, after }: AgainstResult): readonly Row[] {
  const number = (label: string, of: (totals: Totals) => number): Row => {
    const [left, right] = [of(before), of(after)];
    return { label, before: grouped(left), after: grouped(right), change: change(left, right) };
  };
  const seconds = ({ waitedMs }: Totals) => `${(waitedMs / MS_PER_SECOND).toFixed(1)} s`;
  return [
    {
      label: "runs that pass",
      before: countText(before.passes),
      after: countText(after.passes),
      change: "",
    },
    ...(before.score === undefined || after.score === undefined
      ? []
      : [
          {
            label: "judges' mean score",
            before: scoreText(before.score),
            after: scoreText(after.score),
            change: change(before.score, after.score),
          },
        ]),
    number("requests to models", ({ requests }) => requests),
    number("calls", ({ calls }) => calls),
    number("tokens", ({ tokens }) => tokens),
    {
      label: "money",
      before: moneyText(before.usd),
      after: moneyText(after.usd),
      change: change(before.usd, after.usd),
    },
    ...(before.waitedMs + after.waitedMs === 0
      ? []
      : [
          {
            label: "waiting for models",
            before: seconds(before),
            after: seconds(after),
            change: change(before.waitedMs, after.waitedMs),
          },
        ]),
  ];
}

/** The figures of both sides as a table. */
export function figuresTable(result: AgainstResult): TableBlock {
  return {
    kind: "table",
    columns: [
      { name: "" },
      { name: result.revision.name, align: "right" },
      { name: WORK_TREE, align: "right" },
      { name: "" },
    ],
    rows: figureRows(result).map(({ label, before, after, change }) => [
      label,
      before,
      after,
      change,
    ]),
  };
}

/** How many cases came to what, in one line. */
export function countsLine({ compared, changed, sameAnswers, unchanged }: AgainstResult): string {
  const parts = [
    [changed.length, "changed"],
    [sameAnswers, "recorded anew with the same answers"],
    [unchanged, "unchanged"],
  ] as const;
  const texts = parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${grouped(count)} ${what}`);
  const head = `${counted(compared, "case")} compared`;
  return texts.length === 0 ? head : `${head}: ${texts.join(", ")}`;
}

/** All that is to be said of the comparison as a whole, a line each. */
export function noteLines({ notes, before, after }: AgainstResult): readonly string[] {
  const scripted = before.scripted + after.scripted;
  const figures = "their tokens and money are what the script says";
  return [
    ...notes,
    ...(scripted === 0 ? [] : [`${counted(scripted, "answer")} come from a script: ${figures}`]),
  ].map(printable);
}

/**
 * The verdict in one line.
 *
 * @param before how the revision is called there; default: by its name
 */
export function verdictText(
  { verdict, compared, revision }: AgainstResult,
  before = printable(revision.name),
): string {
  if (verdict.cases > 0 || compared === 0)
    return verdictLine(verdict, { before, after: WORK_TREE });
  return `no difference shown: the same recordings answer ${before} and the ${WORK_TREE}`;
}

/** What is compared, in one line. */
export function titleText({ revision: { name, short, subject } }: AgainstResult): string {
  const commit = name === short ? `"${subject}"` : `${short} "${subject}"`;
  return printable(`${name} (${commit}) → ${WORK_TREE}`);
}

export function caseText({ file, name }: CaseName): string {
  return printable(`${file} > ${name}`);
}

/** Whether a case passes before and after: `failed → passed`. */
export function outcomeText({ before, after }: ChangedCase): string {
  const [left, right] = [passWord(before.passes), passWord(after.passes)];
  return left === right ? left : `${left} → ${right}`;
}

/** What of a case changed beside its answers and calls, a line each. */
export function caseNotes({
  isSameRecordings,
  fields,
  after,
  before,
}: ChangedCase): readonly string[] {
  const failure = after.failure ?? before.failure;
  const side = after.failure === undefined ? "failed before" : "fails";
  return [
    ...(failure === undefined ? [] : [`${side}: ${printable(failure)}`]),
    ...(before.score === undefined || after.score === undefined
      ? []
      : [`judge's score: ${scoreText(before.score)} → ${scoreText(after.score)}`]),
    ...(fields.length === 0 ? [] : [`the case itself changed: ${fields.join(", ")}`]),
    ...(isSameRecordings
      ? ["the same recordings answer: the change comes from code or from the case"]
      : []),
  ];
}

/** What a case took before and after, where that differs. */
export function usedText({ before, after }: ChangedCase): string | undefined {
  const pairs = [
    ["requests", grouped(before.used.requests), grouped(after.used.requests)],
    ["tokens", grouped(before.used.tokens), grouped(after.used.tokens)],
    ["money", moneyText(before.used.usd), moneyText(after.used.usd)],
  ] as const;
  const texts = pairs
    .filter(([, left, right]) => left !== right)
    .map(([what, left, right]) => `${what} ${left} → ${right}`);
  return texts.length === 0 ? undefined : texts.join(", ");
}

/** One difference between calls, with a sign before it. */
export function callText(change: CallChange): string {
  const name = printable(change.function);
  switch (change.kind) {
    case "added":
      return `+ ${name} ${printable(change.input)}`;
    case "removed":
      return `- ${name} ${printable(change.input)}`;
    case "changed":
      return `~ ${name} ${new WordDiff(change.before, change.after).line}`;
    case "rate":
      return `~ ${name}: ${rateText(change.before)} → ${rateText(change.after)} calls a run`;
  }
}

/** What the runs of one side gave, as one text. */
export function answersText({ answers }: ChangedSide): string {
  const [only, ...others] = answers;
  if (only && others.length === 0 && only.runs === 1) return only.text;
  const runs = answers.reduce((sum, answer) => sum + answer.runs, 0);
  return answers.map((answer) => countedAnswer(answer, runs)).join("\n\n");
}

function countedAnswer({ text, runs }: CountedAnswer, all: number): string {
  return `(${runs} of ${counted(all, "run")})\n${text}`;
}

export function incomparableText(
  { side, reason }: IncomparableCase,
  { revision }: AgainstResult,
): string {
  return printable(
    `${side === "before" ? `at ${revision.name}` : `in the ${WORK_TREE}`}: ${reason}`,
  );
}

function passWord({ passed, runs }: PassCount): string {
  if (runs === 1) return passed === 1 ? "passed" : "failed";
  return `${countText({ passed, runs })} runs passed`;
}

function moneyText(usd: number | undefined): string {
  if (usd === undefined) return "unknown price";
  return `$${usd > 0 && usd < LEAST_SHOWN_USD ? usd.toPrecision(1) : usd.toFixed(4)}`;
}

function scoreText(score: number): string {
  return String(Math.round(score * 1000) / 1000);
}

function rateText(rate: number): string {
  return String(Math.round(rate * 100) / 100);
}

function change(before: number | undefined, after: number | undefined): string {
  if (before === undefined || after === undefined || before === after) return "";
  if (before === 0) return "new";
  const part = percent(Math.abs(after - before) / before, "estimate");
  return `${after > before ? "+" : "−"}${part}`;
}
