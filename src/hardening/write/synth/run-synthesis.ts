import { dirname, resolve } from "node:path";
import type { CassetteOptions } from "../../../cassette/state/session-state.ts";
import { toolFunction } from "../../../functions/llm-function.ts";
import { objectSchema } from "../../../functions/object-schema.ts";
import { listedTemplates } from "../../../functions/templates/listed-templates.ts";
import { tool } from "../../../functions/tool.ts";
import type { Host } from "../../../host/host.ts";
import type { AnswerSource } from "../../../model/event.ts";
import type { Json } from "../../../model/json.ts";
import { loadProjectConfig } from "../../../project/config/project-config.ts";
import type { Project } from "../../../project/project.ts";
import { type ProjectOutcome, runProject } from "../../../project/run/run-project.ts";
import type { RunEvent } from "../../../runtime/state/run-event.ts";
import type { WorkerLimits } from "../../../worker/limits.ts";
import { loadWorker } from "../../load-worker.ts";
import { splitInput } from "../../recordings/distinct-inputs.ts";
import { minedFile } from "../../recordings/templates/templates-of.ts";
import { shippedFile } from "../../shipped-file.ts";
import { type Outcome, runSandboxed } from "../sandbox/sandbox.ts";
import { oneOfEach, type Scaffold } from "../scaffold/scaffold.ts";
import type { Candidate } from "./candidate.ts";
import { type Query, queriesAmong, synthesize } from "./synthesize.ts";

interface SynthesisRun {
  /** How many candidates. */
  readonly count: number;
  /** `--synth-worker`; default: the one that the package brings. */
  readonly writer: string | undefined;
  /** `--with`: the writer may need them, too. */
  readonly others: readonly string[];
  /** `--model`: of a writer that names none; default: that of the worker itself. */
  readonly model: string | undefined;
  readonly cassette: Omit<CassetteOptions, "host" | "rules"> | undefined;
  readonly script: string | undefined;
  readonly limits: WorkerLimits;
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  readonly onWarning: (message: string) => void;
  readonly onRound: (candidate: Candidate) => void;
}

export interface Synthesized {
  /** The better ones first; empty where the run failed. */
  readonly candidates: readonly Candidate[];
  readonly queries: readonly Query[];
  /** Who wrote them. */
  readonly sources: ReadonlySet<AnswerSource>;
  readonly models: ReadonlySet<string>;
  readonly outcome: ProjectOutcome;
}

/**
 * Lets a worker write code in a run like any other: with a cassette or a script, limits and events.
 *
 * @throws LlmDoError what keeps the run from starting; how it ends is its outcome
 */
export async function runSynthesis(scaffold: Scaffold, run: SynthesisRun): Promise<Synthesized> {
  const { host, signal, count, onRound } = run;
  const file = run.writer ?? shippedFile("write_code.worker", host.files);
  const { project, worker } = await loadWorker(file, run.writer ? run.others : [], host);
  let candidates: readonly Candidate[] = [];
  let queries: readonly Query[] = [];
  const entry = tool({
    description: `Write code in the place of ${scaffold.worker.name}.`,
    input: objectSchema({}),
    effect: "pure",
    run: async (_input, ctx) => {
      const synthesis = { scaffold, count, writer: worker.name, host, onRound };
      candidates = await synthesize(synthesis, ctx);
      queries = await findQueries(scaffold, candidates, { host, signal: ctx.signal });
    },
  });
  const sources = new Set<AnswerSource>();
  const models = new Set<string>();
  const folder = dirname(resolve(host.cwd, scaffold.worker.file));
  const outcome = await runProject(withEntry(project, entry, folder), {
    host,
    config: loadProjectConfig(folder, host.files),
    cassette: run.cassette,
    script: run.script,
    model: run.model ?? host.env["LLM_DO_MODEL"] ?? scaffold.worker.model,
    limits: run.limits,
    input: {},
    approvals: "headless",
    signal,
    onWarning: run.onWarning,
    onEvent: (event) => {
      if (event.kind === "model-response") {
        sources.add(event.source);
        models.add(event.model);
      }
      run.onEvent(event);
    },
  });
  return { candidates, queries, sources, models, outcome };
}

/** A project that starts with a tool of ours. */
function withEntry(project: Project, entry: ReturnType<typeof tool>, folder: string): Project {
  const taken = project.space;
  const name = taken.has("harden") ? "llm_do_harden" : "harden";
  const target = toolFunction(name, entry, "llm-do harden");
  const space = new Map([...taken, [name, target] as const]);
  return { folder, workFolder: folder, space, entry: target };
}

/** Inputs that are generated to find where candidates differ. */
const GENERATED = 200;
/** The same in every run, so that the same candidates give the same queries. */
const SEED = 20_260_101;

/** Inputs on which candidates differ: those to learn from, and generated ones. */
async function findQueries(
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
  const { generate } = listedTemplates<Json>(minedFile(worker.name, train), worker.input);
  const made = fc.sample(generate(fc), {
    numRuns: GENERATED,
    seed: SEED,
  });
  const learned = new Set(train.map(({ input }) => splitInput(input).key));
  return oneOfEach(made, (input) => splitInput(input).key).filter((input) => {
    const { key, side } = splitInput(input);
    return side === "train" && !learned.has(key);
  });
}
