import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { shortened } from "../../words/printable.ts";
import { exitCodeOf, type FailureKind } from "../run/failure.ts";
import { type PairedCase, pairedVerdict } from "../verdict/paired-verdict.ts";
import type {
  AgainstResult,
  CaseName,
  ChangedCase,
  ChangedSide,
  CountedAnswer,
  FailedCase,
  IncomparableCase,
  RevisionNames,
  Totals,
} from "./against-result.ts";
import { callChanges } from "./call-changes.ts";
import { type BrokenFile, type CasePair, changedFields, type FoundCase } from "./case-pairs.ts";
import type { CaseSide, Used } from "./case-side.ts";

/** Characters of a reason: what was found may be a whole answer, and that is shown beside it. */
const LONGEST_REASON = 200;

const NOTHING: Omit<Totals, "score"> = {
  passes: { passed: 0, runs: 0 },
  requests: 0,
  calls: 0,
  tokens: 0,
  usd: 0,
  waitedMs: 0,
  scripted: 0,
};

/** Gathers what cases came to on both sides, and keeps of it what is shown. */
export class Comparison {
  readonly #changed: ChangedCase[] = [];
  readonly #incomparable: IncomparableCase[] = [];
  readonly #failed: FailedCase[] = [];
  readonly #failures: { readonly kind: FailureKind }[] = [];
  readonly #paired: PairedCase[] = [];
  #before = NOTHING;
  #after = NOTHING;
  #compared = 0;
  #unchanged = 0;
  #sameAnswers = 0;
  /** Of cases that judges scored on both sides. */
  #scores = { cases: 0, before: 0, after: 0 };

  /** Takes a case that is there on both sides. */
  add(pair: CasePair, before: CaseSide, after: CaseSide): void {
    const name = nameOf(pair.after);
    this.failing(pair.after, after);
    const unfit = before.incomparable === undefined ? "after" : "before";
    const reason = before.incomparable ?? after.incomparable;
    if (reason !== undefined) {
      this.#incomparable.push({ ...name, side: unfit, reason });
      return;
    }
    this.#compared++;
    this.#before = added(this.#before, before);
    this.#after = added(this.#after, after);
    const isSameRecordings = before.recordings === after.recordings;
    if (!isSameRecordings) {
      this.#paired.push({ name: name.name, before: before.passes, after: after.passes });
    }
    const answerDiffers = before.answersKey !== after.answersKey;
    const calls = callChanges(before.calls, after.calls);
    const scores = scoresOf(before, after);
    if (scores) this.#addScores(scores);
    const isSameScore = scores?.before === scores?.after;
    const isSame = !answerDiffers && calls.length === 0 && isSamePass(before, after);
    if (!isSame || !isSameScore) {
      const sides = {
        before: changedSide(before, scores?.before),
        after: changedSide(after, scores?.after),
      };
      const fields = changedFields(pair);
      this.#changed.push({ ...name, ...sides, answerDiffers, calls, isSameRecordings, fields });
    } else if (isSameRecordings) this.#unchanged++;
    else this.#sameAnswers++;
  }

  #addScores({ before, after }: Scores): void {
    const { cases, before: left, after: right } = this.#scores;
    this.#scores = { cases: cases + 1, before: left + before, after: right + after };
  }

  /** Takes what the work tree's side alone came to: whether it fails as in `llm-do test`. */
  failing(found: FoundCase, { failures }: CaseSide): void {
    const [first] = failures;
    if (!first) return;
    this.#failures.push(...failures);
    this.#failed.push({ ...nameOf(found), reason: firstLine(first.message) });
  }

  /** Takes a file of cases that cannot be read on one side. */
  broken({ file, message }: BrokenFile, side: "before" | "after"): void {
    const found = { file, name: "(the file)", reason: firstLine(message) };
    this.#incomparable.push({ ...found, side });
    if (side === "before") return;
    this.#failed.push(found);
    this.#failures.push({ kind: "setup" });
  }

  /** What it all came to. */
  result(
    revision: RevisionNames,
    rest: Pick<AgainstResult, "notes" | "added" | "removed" | "renamed">,
  ): AgainstResult {
    return {
      revision,
      ...rest,
      compared: this.#compared,
      unchanged: this.#unchanged,
      sameAnswers: this.#sameAnswers,
      changed: this.#changed,
      incomparable: this.#incomparable,
      before: { ...this.#before, score: this.#meanScore("before") },
      after: { ...this.#after, score: this.#meanScore("after") },
      verdict: pairedVerdict(this.#paired),
      failed: this.#failed,
      exitCode: this.#exitCode(),
    };
  }

  #meanScore(side: "before" | "after"): number | undefined {
    const { cases, [side]: sum } = this.#scores;
    return cases === 0 ? undefined : sum / cases;
  }

  #exitCode(): ExitCode {
    return this.#failures.length === 0 ? EXIT.done : exitCodeOf(this.#failures);
  }
}

export function nameOf({ file, one }: FoundCase): CaseName {
  return { file, name: one.name };
}

function isSamePass(before: CaseSide, after: CaseSide): boolean {
  const [left, right] = [before.passes, after.passes];
  return left.passed * right.runs === right.passed * left.runs;
}

/** What a judge said of a case, before and after. */
interface Scores {
  readonly before: number;
  readonly after: number;
}

/** Undefined where one side has none: with nothing beside it a score says little. */
function scoresOf({ score: before }: CaseSide, { score: after }: CaseSide): Scores | undefined {
  return before === undefined || after === undefined ? undefined : { before, after };
}

function changedSide(
  { passes, answers, failures, used }: CaseSide,
  score: number | undefined,
): ChangedSide {
  const [first] = failures;
  const failure = first && firstLine(first.message);
  return { passes, answers: groupedAnswers(answers), failure, used, score };
}

/** Equal answers of several runs once, the most frequent first. */
function groupedAnswers(answers: readonly string[]): readonly CountedAnswer[] {
  const runs = Map.groupBy(answers, (text) => text);
  return [...runs]
    .map(([text, all]) => ({ text, runs: all.length }))
    .toSorted((left, right) => right.runs - left.runs);
}

function added(total: typeof NOTHING, { passes, used }: CaseSide): typeof NOTHING {
  return {
    passes: {
      passed: total.passes.passed + passes.passed,
      runs: total.passes.runs + passes.runs,
    },
    ...sumOf(total, used),
  };
}

function sumOf(left: Used, right: Used): Used {
  return {
    requests: left.requests + right.requests,
    calls: left.calls + right.calls,
    tokens: left.tokens + right.tokens,
    usd: left.usd === undefined || right.usd === undefined ? undefined : left.usd + right.usd,
    waitedMs: left.waitedMs + right.waitedMs,
    scripted: left.scripted + right.scripted,
  };
}

function firstLine(text: string): string {
  return shortened(text.split("\n", 1)[0] ?? "", LONGEST_REASON);
}
