import type { CallContext } from "../../../functions/call-context.ts";
import type { Host } from "../../../host/host.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import type { Json } from "../../../model/json.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import { type Outcome, runSandboxed } from "../sandbox/sandbox.ts";
import type { Scaffold, TrainExample } from "../scaffold/scaffold.ts";
import { byAgreement, byFold, type Candidate, type Miss, type Score } from "./candidate.ts";
import { type InnerSplit, innerSplit } from "./inner-fold.ts";
import { firstTask, nextTask } from "./task-text.ts";

/** Rounds of a candidate, the first included. */
const MOST_ROUNDS = 5;

interface Synthesis {
  readonly scaffold: Scaffold;
  /** How many candidates. */
  readonly count: number;
  /** The worker that writes, by its name. */
  readonly writer: string;
  readonly host: Host;
  /** Told of each round. */
  readonly onRound: (candidate: Candidate) => void;
}

/**
 * Lets a worker write candidates, one after the other; the better ones first. The writer is shown the inputs
 * to learn from without an inner fold, on which the candidates are ranked.
 */
export async function synthesize(
  synthesis: Synthesis,
  ctx: CallContext,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  const split = innerSplit(synthesis.scaffold.train);
  for (let number = 1; number <= synthesis.count; number++) {
    candidates.push(await writeCandidate({ ...synthesis, split }, number, ctx));
  }
  return candidates.sort(byFold);
}

/** One candidate: written, tried on the inputs to learn from, and told where it is wrong. */
async function writeCandidate(
  { scaffold, count, writer, host, onRound, split }: Synthesis & { readonly split: InnerSplit },
  number: number,
  ctx: CallContext,
): Promise<Candidate> {
  const place = { number, count };
  const { worker, comparator } = scaffold;
  const task = { worker, train: split.shown };
  let asked = firstTask(task, place);
  const inputs = scaffold.train.map(({ input }) => input);
  const tried = new Map<string, readonly Outcome[]>();
  let best: Candidate | undefined;
  for (let round = 1; ; round++) {
    const code = readCode(String(await ctx.call(writer, { input: asked })));
    const outcomes =
      tried.get(code) ?? (await runSandboxed({ code, inputs, host, signal: ctx.signal }));
    tried.set(code, outcomes);
    const given = new Map(scaffold.train.map((example, index) => [example, outcomes[index]]));
    const on = (examples: readonly TrainExample[]) =>
      scoreOf(
        examples,
        examples.map((example) => given.get(example) ?? NOT_ASKED),
        comparator,
      );
    const score = on(split.shown);
    const fold = on(split.fold);
    const written: Candidate = { number, round, rounds: round, code, score, fold, outcomes };
    onRound(written);
    best = best === undefined || byAgreement(written, best) < 0 ? written : best;
    const isPerfect = score.agreed === score.n;
    if (isPerfect || round === MOST_ROUNDS) return { ...best, rounds: round };
    asked = nextTask(task, written, place);
  }
}

/** An input on which candidates differ: what the prompt says of it would decide between them. */
export interface Query {
  readonly input: Json;
  readonly source: "train" | "generated";
  /** What each candidate gives, by its number. */
  readonly answers: Readonly<Record<string, Json>>;
}

interface AskedInputs {
  readonly source: Query["source"];
  readonly inputs: readonly Json[];
  /** By candidate, and for each input. */
  readonly outcomes: ReadonlyMap<number, readonly Outcome[]>;
}

/** Those of the inputs on which candidates differ. */
export function queriesAmong({ source, inputs, outcomes }: AskedInputs): readonly Query[] {
  return inputs.flatMap((input, index) => {
    const answers = Object.fromEntries(
      [...outcomes].map(([number, all]) => [number, answerJson(all[index])]),
    );
    const different = new Set(Object.values(answers).map(canonicalJson));
    return different.size > 1 ? [{ input, source, answers }] : [];
  });
}

function answerJson(outcome: Outcome | undefined): Json {
  if (outcome?.kind === "value") return { value: outcome.value };
  // Why it gave nothing is no difference.
  return outcome?.kind === "declined" ? "declined" : "failed";
}

const FENCE = "```";
const CLOSING = /^```[ \t]*$/;

/** The languages whose blocks are read, in lower case; a block without a name is read, too. */
const LANGUAGES = ["", "ts", "typescript", "js", "javascript"];

/** What a model exports although it was told not to: the file around it does that. */
const EXPORT = /^export (?=(?:async |function|const|let|class|type|interface)\b)/;

/**
 * The code in a model's answer: the longest fenced block of TypeScript, or of no named language; all of
 * the answer where there is none. Takes time in proportion to the answer's length.
 */
export function readCode(answer: string): string {
  const lines = answer.replaceAll("\r\n", "\n").split("\n");
  const [longest = lines] = fencedBlocks(lines).sort((left, right) => size(right) - size(left));
  return longest
    .map((line) => withoutTrailingSpace(line.replace(EXPORT, "")))
    .join("\n")
    .trim();
}

type Lines = readonly string[];

function fencedBlocks(lines: Lines): Lines[] {
  const blocks: Lines[] = [];
  let open: { readonly language: string; readonly from: number } | undefined;
  for (const [at, line] of lines.entries()) {
    if (open !== undefined) {
      if (!CLOSING.test(line)) continue;
      if (LANGUAGES.includes(open.language)) blocks.push(lines.slice(open.from, at));
      open = undefined;
    } else {
      if (!line.startsWith(FENCE) || line.includes("`", FENCE.length)) continue;
      const [language = ""] = line.slice(FENCE.length).trim().toLowerCase().split(/\s/, 1);
      open = { language, from: at + 1 };
    }
  }
  return blocks;
}

function size(lines: Lines): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** By steps: a pattern that ends in `$` would begin anew at each space of a long run. */
function withoutTrailingSpace(line: string): string {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end--;
  return line.slice(0, end);
}

/**
 * Counts where a candidate answers as the prompt did. Where the prompt answered in several ways, any
 * of them will do.
 *
 * @param outcomes one for each example, in their order
 */
export function scoreOf(
  train: readonly TrainExample[],
  outcomes: readonly Outcome[],
  comparator: Comparator,
): Score {
  const declined: Miss[] = [];
  const wrong: Miss[] = [];
  for (const [index, example] of train.entries()) {
    const outcome = outcomes[index] ?? NOT_ASKED;
    if (outcome.kind === "declined") declined.push({ example, outcome });
    else if (!isAgreement(example, outcome, comparator)) wrong.push({ example, outcome });
  }
  const agreed = train.length - declined.length - wrong.length;
  return { n: train.length, agreed, declined, wrong };
}

const NOT_ASKED: Outcome = { kind: "fault", reason: "it was not asked" };

function isAgreement({ outputs }: TrainExample, outcome: Outcome, comparator: Comparator): boolean {
  if (outcome.kind !== "value") return false;
  const { value } = outcome;
  return outputs.some((output) => differencesBetween(output, value, comparator).length === 0);
}
