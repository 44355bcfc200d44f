import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { Domain } from "../../../functions/domain.ts";
import type { Host } from "../../../host/host.ts";
import { startStallWatch } from "../../../host/stall-watch.ts";
import { withoutOutput } from "../../../host/without-output.ts";
import { type GeneratedFigures, tryGenerated } from "../trial/generated-inputs.ts";
import { fellBack } from "../trial/outcome.ts";
import { type Trial, Trials } from "../trial/trial.ts";
import { type ComparedInput, comparedInput, tryRecordings } from "./compared-inputs.ts";
import { type GoldLabels, readGoldLabels } from "./gold-labels.ts";
import type { Comparison } from "./open-comparison.ts";
import type { Opponent } from "./opponent.ts";

/** What came of letting a prompt's opponent answer. */
export interface Meeting {
  /** By the position in the list; inputs to which another worker has no answer are not in it. */
  readonly compared: ReadonlyMap<number, ComparedInput>;
  readonly generated?: GeneratedFigures;
  readonly gold?: GoldLabels;
}

interface MeetingPlace {
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * Lets the opponent answer what was listed, and what else was asked for.
 *
 * @throws LlmDoError for a tool of which nothing can be said, a generator that is not there, or labels
 * that cannot be read
 */
export async function meet(comparison: Comparison, place: MeetingPlace): Promise<Meeting> {
  const { opponent, worker, labels } = comparison;
  const file = labels.kind === "gold" ? labels.file : undefined;
  // What is wrong with what was asked for is told before anything runs.
  const gold = file === undefined ? undefined : await readGoldLabels(file, worker, place.host);
  const met =
    opponent.kind === "worker"
      ? { inputs: withOtherPrompt(comparison, opponent) }
      : await withTool(comparison, opponent, place);
  const { inputs, ...generated } = met;
  const compared = new Map(inputs.map((input) => [input.position, input]));
  return { compared, ...generated, ...(gold ? { gold } : {}) };
}

type ToolOpponent = Extract<Opponent, { kind: "tool" }>;

/** Inputs in the order of the list. */
interface Met {
  readonly inputs: readonly ComparedInput[];
  readonly generated?: GeneratedFigures;
}

async function withTool(
  comparison: Comparison,
  opponent: ToolOpponent,
  { host, signal }: MeetingPlace,
): Promise<Met> {
  const { request, guard, worker, project } = comparison;
  const domain = request.generated > 0 ? generatorOf(comparison, opponent) : undefined;
  const { timeoutMs } = request;
  const watch = await startStallWatch(timeoutMs);
  try {
    const { name, tool } = opponent;
    const candidate = { name, tool, domain: guard?.domain, output: worker.output };
    const settings = { timeoutMs, cwd: project.workFolder, clock: host.clock, watch, signal };
    const trials = new Trials(candidate, settings);
    try {
      const inputs = await tryListed(comparison, trials);
      const generated =
        domain && (await tryGenerated({ domain, trials, ...generatedBy(comparison, host) }));
      return { inputs, ...(generated ? { generated } : {}) };
    } finally {
      trials.close();
    }
  } finally {
    await watch.close();
  }
}

/** A tool that prints what it gets would print the held-out inputs. */
function tryListed({ list, request, comparator }: Comparison, trials: Trials) {
  const inputs = [...list.recorded.values()];
  return withoutOutput(() => tryRecordings(inputs, trials, { tool: request.tool, comparator }));
}

function generatedBy({ request }: Comparison, { random }: Host) {
  const { generated: count, seed } = request;
  return { count, seed: seed ?? Math.floor(random() * 2 ** 31) };
}

function generatorOf({ guard }: Comparison, { reference }: ToolOpponent) {
  const generate = guard?.domain.generate;
  if (guard && generate) return { ...guard.domain, generate } satisfies Domain;
  throw new LlmDoError({
    code: "usage",
    verb: "compare",
    what: reference,
    reason: guard
      ? `${guard.reference} has no generate(fc), so no input can be generated`
      : "there is no domain file beside it, so no input can be generated",
    tries: [
      "leave out --generated",
      "write NAME.domain.ts beside the tool: domain({ generate, ... })",
    ],
  });
}

/** The other prompt's first answers, on inputs that both have on record. */
function withOtherPrompt(
  { list, comparator, guard }: Comparison,
  other: Extract<Opponent, { kind: "worker" }>,
): readonly ComparedInput[] {
  const byKey = new Map(other.recorded.inputs.map(({ key, calls }) => [key, calls[0].output]));
  return [...list.recorded.values()].flatMap((input) => {
    const value = byKey.get(input.key);
    if (value === undefined) return [];
    const accepted = guard?.domain.accepts(input.input) ?? true;
    const outcome: Trial["outcome"] =
      accepted === true ? { kind: "answered", value } : fellBack("domain", accepted);
    return [comparedInput(input, { outcome, tookMs: undefined }, comparator)];
  });
}
