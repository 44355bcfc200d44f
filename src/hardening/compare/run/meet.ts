import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Domain } from "../../../functions/domain.ts";
import type { Host } from "../../../host/host.ts";
import { startStallWatch } from "../../../host/stall-watch.ts";
import { type ComparedInput, comparedInput, tryRecordings } from "./compared-inputs.ts";
import { type GeneratedFigures, tryGenerated } from "./generated-inputs.ts";
import { type GoldFigures, goldFigures, readGoldLabels } from "./gold-labels.ts";
import type { Comparison, Opponent } from "./open-comparison.ts";
import { Trials } from "./trial.ts";

/** What came of letting a prompt's opponent answer. */
export interface Meeting {
  readonly compared: readonly ComparedInput[];
  readonly generated?: GeneratedFigures;
  readonly gold?: GoldFigures & { readonly file: string };
}

interface MeetingPlace {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** The risk of this look, for the bounds of gold labels. */
  readonly alpha: number;
}

/**
 * Lets the opponent answer what was recorded, and what else was asked for.
 *
 * @throws LlmDoError for a tool of which nothing can be said, a generator that is not there, or labels
 * that cannot be read
 */
export async function meet(comparison: Comparison, place: MeetingPlace): Promise<Meeting> {
  const { opponent } = comparison;
  if (opponent.kind === "worker") return { compared: withOtherPrompt(comparison, opponent) };
  const { timeoutMs } = comparison.request;
  const watch = await startStallWatch(timeoutMs);
  try {
    const { host, signal } = place;
    const candidate = {
      name: opponent.name,
      tool: opponent.tool,
      domain: opponent.domain?.domain,
      output: comparison.worker.output,
    };
    const { clock } = host;
    const cwd = comparison.project.workFolder;
    const trials = new Trials(candidate, { timeoutMs, cwd, clock, watch, signal });
    try {
      return await meetTool(comparison, opponent, { ...place, trials });
    } finally {
      trials.close();
    }
  } finally {
    await watch.close();
  }
}

type ToolOpponent = Extract<Opponent, { kind: "tool" }>;

async function meetTool(
  comparison: Comparison,
  opponent: ToolOpponent,
  { trials, host, alpha }: MeetingPlace & { readonly trials: Trials },
): Promise<Meeting> {
  const { request, recorded, comparator, worker } = comparison;
  const { gold: file, generated: count, seed } = request;
  // What is wrong with what was asked for is told before anything runs.
  const labels = file === undefined ? undefined : await readGoldLabels(file, worker, host);
  const domain = count > 0 ? generatorOf(opponent) : undefined;
  const compared = await tryRecordings(recorded.inputs, trials, { tool: request.tool, comparator });
  const run = { trials, count, seed: seed ?? Math.floor(host.random() * 2 ** 31) };
  const generated = domain && (await tryGenerated({ ...run, domain }));
  const inputs = recorded.inputs;
  const gold =
    labels && (await goldFigures(labels, { trials, recorded: inputs, comparator, alpha }));
  return {
    compared,
    ...(generated ? { generated } : {}),
    ...(gold && file !== undefined ? { gold: { ...gold, file } } : {}),
  };
}

function generatorOf({ domain, reference }: ToolOpponent) {
  const generate = domain?.domain.generate;
  if (domain && generate) return { ...domain.domain, generate } satisfies Domain;
  throw new LlmDoError({
    code: "usage",
    verb: "compare",
    what: reference,
    reason: domain
      ? `${domain.reference} has no generate(fc), so no input can be generated`
      : "there is no domain file beside it, so no input can be generated",
    tries: [
      "leave out --generated",
      "write NAME.domain.ts beside the tool: domain({ generate, ... })",
    ],
  });
}

/** The other prompt's first answers, on inputs that both have on record. */
function withOtherPrompt(
  { recorded, comparator }: Comparison,
  other: Extract<Opponent, { kind: "worker" }>,
): readonly ComparedInput[] {
  const byKey = new Map(other.recorded.inputs.map(({ key, calls }) => [key, calls[0].output]));
  return recorded.inputs.flatMap((input) => {
    const value = byKey.get(input.key);
    if (value === undefined) return [];
    const trial = { outcome: { kind: "answered", value }, tookMs: undefined } as const;
    return [comparedInput(input, trial, comparator)];
  });
}
