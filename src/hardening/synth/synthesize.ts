import type { CallContext } from "../../functions/call-context.ts";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import { type Outcome, runSandboxed } from "../sandbox/sandbox.ts";
import type { Scaffold } from "../scaffold/scaffold.ts";
import { byAgreement, type Candidate } from "./candidate.ts";
import { readCode } from "./read-code.ts";
import { scoreOf } from "./score.ts";
import { firstTask, nextTask } from "./task-text.ts";

/** Rounds of a candidate, the first included. */
const MOST_ROUNDS = 5;

export interface Synthesis {
  readonly scaffold: Scaffold;
  /** How many candidates. */
  readonly count: number;
  /** The worker that writes, by its name. */
  readonly writer: string;
  readonly host: Host;
  /** Told of each round. */
  readonly onRound: (candidate: Candidate) => void;
}

/** Lets a worker write candidates, one after the other; the better ones first. */
export async function synthesize(
  synthesis: Synthesis,
  ctx: CallContext,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (let number = 1; number <= synthesis.count; number++) {
    candidates.push(await writeCandidate(synthesis, number, ctx));
  }
  return candidates.sort(byAgreement);
}

/** One candidate: written, tried on the inputs to learn from, and told where it is wrong. */
async function writeCandidate(
  { scaffold, count, writer, host, onRound }: Synthesis,
  number: number,
  ctx: CallContext,
): Promise<Candidate> {
  const place = { number, count };
  let task = firstTask(scaffold, place);
  const inputs = scaffold.train.map(({ input }) => input);
  const tried = new Map<string, readonly Outcome[]>();
  let best: Candidate | undefined;
  for (let round = 1; ; round++) {
    const code = readCode(String(await ctx.call(writer, { input: task })));
    const outcomes =
      tried.get(code) ?? (await runSandboxed({ code, inputs, host, signal: ctx.signal }));
    tried.set(code, outcomes);
    const score = scoreOf(scaffold.train, outcomes, scaffold.comparator);
    const written: Candidate = { number, round, rounds: round, code, score, outcomes };
    onRound(written);
    best = best === undefined || byAgreement(written, best) < 0 ? written : best;
    const isPerfect = score.agreed === score.n;
    if (isPerfect || round === MOST_ROUNDS) return { ...best, rounds: round };
    task = nextTask(scaffold, written, place);
  }
}

/** An input on which candidates differ: what the prompt says of it would decide between them. */
export interface Query {
  readonly input: Json;
  readonly source: "train" | "generated";
  /** What each candidate gives, by its number. */
  readonly answers: Readonly<Record<string, Json>>;
}

export interface AskedInputs {
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
