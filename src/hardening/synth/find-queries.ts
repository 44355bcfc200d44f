import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { type Outcome, runSandboxed } from "../sandbox/sandbox.ts";
import { oneOfEach, type Scaffold } from "../scaffold/scaffold.ts";
import { shapedLike } from "../shaped-like.ts";
import { splitInput } from "../split.ts";
import type { Candidate } from "./candidate.ts";
import { type Query, queriesAmong } from "./synthesize.ts";

/** Inputs that are generated to find where candidates differ. */
const GENERATED = 200;
/** The same in every run, so that the same candidates give the same queries. */
const SEED = 20_260_101;

/** Inputs on which candidates differ: those to learn from, and generated ones. */
export async function findQueries(
  scaffold: Scaffold,
  candidates: readonly Candidate[],
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
): Promise<readonly Query[]> {
  if (candidates.length < 2) return [];
  const learned = scaffold.train.map(({ input }) => input);
  const known = new Map(candidates.map(({ number, outcomes }) => [number, outcomes]));
  const inputs = await generatedInputs(scaffold);
  const outcomes = new Map<number, readonly Outcome[]>();
  for (const { number, code } of candidates) {
    outcomes.set(number, await runSandboxed({ code, inputs, host, signal }));
  }
  return [
    ...queriesAmong({ source: "train", inputs: learned, outcomes: known }),
    ...queriesAmong({ source: "generated", inputs, outcomes }),
  ];
}

/** Inputs like those to learn from. What would be on the side of the holdout is left alone. */
async function generatedInputs({ train, worker }: Scaffold): Promise<readonly Json[]> {
  const { default: fc } = await import("fast-check");
  const examples = oneOfEach(train, ({ shape }) => shape).map(({ input }) => input);
  const made = fc.sample(shapedLike<Json>(examples, worker.input).generate(fc), {
    numRuns: GENERATED,
    seed: SEED,
  });
  const learned = new Set(train.map(({ input }) => splitInput(input).key));
  return oneOfEach(made, (input) => splitInput(input).key).filter((input) => {
    const { key, side } = splitInput(input);
    return side === "train" && !learned.has(key);
  });
}
