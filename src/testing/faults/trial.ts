import { hash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { NO_RULES, type Rewrites, rewritesOf } from "../../cassette/rules/rules.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { Clock } from "../../host/host.ts";
import type { Answer } from "../../model/answer.ts";
import { canonicalJson } from "../../model/canonical.ts";
import type { Project } from "../../project/project.ts";
import { withRetry } from "../../providers/retry.ts";
import type { AroundCall } from "../../runtime/state/run-state.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { allowedEffects, NO_REWRITES, type ObservedCase } from "../cases/run/observed-case.ts";
import { type CaseOutcome, type CaseSettings, runCase } from "../cases/run/run-case.ts";
import type { CaseRun } from "../run/case-run.ts";
import { EffectLog, offlineEffects } from "../run/effect-gates.ts";
import type { Turn } from "../run/exchange-log.ts";
import { CodeWatch } from "./code-watch.ts";
import { type AnswerFault, areHarmless, type Fault } from "./fault.ts";
import { FaultyTransport } from "./faulty-transport.ts";

/** What a trial is about. */
interface Bench {
  readonly observed: ObservedCase;
  readonly settings: CaseSettings;
  readonly before: Traces;
}

/** One case on trial: knows what it comes to without faults, and judges what it comes to with them. */
export class Trial {
  readonly #observed: ObservedCase;
  readonly #settings: CaseSettings;
  readonly #before: Traces;
  /** What each run without faults comes to; undefined where two of them differ. */
  readonly #result: string | undefined;
  /** How often the code of tools runs. */
  readonly codeRuns: number;
  /** What is wrong even without faults. */
  readonly problem: string | undefined;

  private constructor(
    { observed, settings, before }: Bench,
    runs: readonly [FaultyRun, FaultyRun],
  ) {
    const [first, second] = runs;
    this.#observed = observed;
    this.#settings = settings;
    this.#before = before;
    this.#result = first.result === second.result ? first.result : undefined;
    this.codeRuns = Math.min(first.codeRuns, second.codeRuns);
    this.problem = first.problem ?? second.problem ?? this.#leftBehind();
  }

  /** Runs the case without faults, twice: how these differ is no fault's doing. */
  static async begin(observed: ObservedCase, settings: CaseSettings): Promise<Trial> {
    const before = tracesOf(observed.one, settings.host.files);
    const run = () => runFaulty(observed, [], settings);
    return new Trial({ observed, settings, before }, [await run(), await run()]);
  }

  /**
   * Runs the case with faults.
   *
   * @returns what is wrong with how it ended; undefined when nothing is
   */
  async run(faults: readonly Fault[]): Promise<string | undefined> {
    const { problem, outcome, result } = await runFaulty(this.#observed, faults, this.#settings);
    if (problem !== undefined) return problem;
    const left = this.#leftBehind();
    if (left !== undefined) return left;
    if (!areHarmless(faults, this.#observed.exchanges)) return undefined;
    const [failure] = outcome?.failures ?? [];
    if (failure) return `the case fails: ${failure.message}`;
    if (this.#result === undefined || this.#result === result) return undefined;
    return `it came to something else:\n  ${result}\n  without faults:\n  ${this.#result}`;
  }

  #leftBehind(): string | undefined {
    const now = tracesOf(this.#observed.one, this.#settings.host.files);
    const changed = firstChange(this.#before, now);
    return changed === undefined ? undefined : `it left ${changed} otherwise than it was`;
  }
}

/** What a run may not leave behind or change, by path: the cassette and all beside it that is of it. */
type Traces = ReadonlyMap<string, string>;

/** The cassette of a case, files whose names begin like its, and the case's workspace. */
function tracesOf({ cassette, workspace }: TestCase, files: FileSystem): Traces {
  const traces = new Map<string, string>();
  if (cassette !== "none") {
    const folder = dirname(cassette);
    const names = files.stat(folder) ? files.list(folder) : [];
    for (const name of names.filter((one) => one.startsWith(basename(cassette)))) {
      addTraces(traces, join(folder, name), files);
    }
  }
  if (workspace !== undefined) addTraces(traces, workspace, files);
  return traces;
}

/** The first path that is not as it was; undefined where all are. */
function firstChange(before: Traces, after: Traces): string | undefined {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].find((path) => before.get(path) !== after.get(path));
}

function addTraces(traces: Map<string, string>, path: string, files: FileSystem): void {
  const stat = files.stat(path);
  if (stat?.kind === "directory") {
    traces.set(path, "folder");
    for (const name of files.list(path)) addTraces(traces, join(path, name), files);
  } else if (stat?.kind === "file") {
    traces.set(path, hash("sha256", files.readBytes(path)));
  }
}

/** How a run with faults ended. */
interface FaultyRun {
  /** Undefined when it threw what no run may throw. */
  readonly outcome: CaseOutcome | undefined;
  /** What must not happen, whatever went wrong; undefined when nothing such did. */
  readonly problem: string | undefined;
  /** All that the run came to, the same for equal runs. */
  readonly result: string | undefined;
  /** How often the code of tools ran. */
  readonly codeRuns: number;
}

/** Runs a case with faults: a replay, with something between the run and its cassette. */
async function runFaulty(
  observed: ObservedCase,
  faults: readonly Fault[],
  settings: CaseSettings,
): Promise<FaultyRun> {
  const { clock } = settings.host;
  const person = new AbortController();
  const interrupt = () => person.abort(new Error("a person interrupts"));
  const order = new SiblingOrder(faults);
  const effects = new EffectLog(allowedEffects(observed));
  const code = new CodeWatch((run) => {
    const isHit = faults.some((fault) => fault.kind === "interrupted-tool" && fault.run === run);
    // Not at once: code that has hardly begun has nothing to end.
    if (isHit) void clock.sleep(1, new AbortController().signal).then(interrupt);
  });
  const { onAnswer, aroundCall } = order;
  const answerFaults = faults.filter((fault): fault is AnswerFault => isOfAnswer(fault));
  const options = { faults: answerFaults, interrupt, onAnswer };
  let rewrites: Rewrites = NO_REWRITES;
  const { outcome, problem } = await settled(
    runCase(observed.one, settings, {
      signal: person.signal,
      project: code.watched,
      around: ({ session, project }) => {
        rewrites = session?.rewrites ?? rewritesOf(NO_RULES, copyOf(project));
        return {
          transport: (inner) => withRetry(new FaultyTransport(inner, options), impatient(clock)),
          effects: (inner) => effects.around(inner),
          call: aroundCall,
        };
      },
      aroundJudge: { effects: offlineEffects },
    }),
  );
  return {
    outcome,
    problem: problem ?? (await code.settle(clock)),
    result: outcome?.run && resultOf(outcome.run, rewrites),
    codeRuns: code.runs,
  };
}

/** The folder that a run works in, where it is a copy of its own. */
function copyOf({ workFolder, folder }: Project): string | undefined {
  return workFolder === folder ? undefined : workFolder;
}

function isOfAnswer(fault: Fault): fault is AnswerFault {
  return fault.kind !== "interrupted-tool";
}

/** Asks again at once: what is waited for in a replay is nothing. */
function impatient(clock: Clock) {
  const sleep = async (_durationMs: number, signal: AbortSignal) => signal.throwIfAborted();
  return { clock: { ...clock, sleep }, random: () => 0 };
}

async function settled(
  running: Promise<CaseOutcome>,
): Promise<Pick<FaultyRun, "outcome" | "problem">> {
  try {
    const outcome = await running;
    const hung = outcome.failures.find(({ kind }) => kind === "timeout");
    return { outcome, problem: hung?.message };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error);
    // Even a known error must not leave a run this way.
    const kind = isLlmDoError(error) ? "a known error" : "an error that is no LlmDoError";
    return { outcome: undefined, problem: `${kind} came out of the run: ${what}` };
  }
}

/** Lets the calls of one answer run one after the other, in another order than they were made. */
class SiblingOrder {
  readonly #faults: readonly Fault[];
  readonly #queues = new Map<string, Queue>();

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  readonly onAnswer = (turn: Turn, { parts }: Answer): void => {
    const fault = this.#faults.find(
      (one) =>
        one.kind === "reordered" && one.at.callId === turn.callId && one.at.number === turn.number,
    );
    this.#queues.delete(turn.callId);
    if (fault?.kind !== "reordered") return;
    const calls = parts.filter((part) => part.kind === "tool-call");
    // Calls that nobody can read do not come to the gate.
    const made = calls.flatMap(({ invalidInput }, index) =>
      invalidInput === undefined ? [fault.order.indexOf(index)] : [],
    );
    this.#queues.set(turn.callId, new Queue(made));
  };

  readonly aroundCall: AroundCall = (call, proceed) =>
    this.#queues.get(call.callerId)?.inTurn(proceed) ?? proceed();
}

/** Runs work in the order of its ranks, whatever order it comes in. */
class Queue {
  readonly #ranks: readonly number[];
  readonly #ends: readonly PromiseWithResolvers<void>[];
  #come = 0;

  /** @param ranks of the first that comes, of the second, and so on */
  constructor(ranks: readonly number[]) {
    this.#ranks = ranks;
    this.#ends = ranks.map(() => Promise.withResolvers<void>());
  }

  async inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const place = this.#come++;
    const own = this.#ranks[place] ?? Number.POSITIVE_INFINITY;
    const before = this.#ends.filter((_end, other) => (this.#ranks[other] ?? own) < own);
    await Promise.all(before.map(({ promise }) => promise));
    try {
      return await work();
    } finally {
      this.#ends[place]?.resolve();
    }
  }
}

/** All that a run came to, as one text that is the same for equal runs. */
function resultOf(run: CaseRun, { request }: Pick<Rewrites, "request">): string {
  const calls = run.calls.map(({ function: name, input, output = null, isError }) =>
    canonicalJson({ name, input, output, isError }),
  );
  const { output = null, exitCode, error } = run;
  const text = canonicalJson({
    output,
    exitCode,
    error: error?.message ?? null,
    // Which of several calls came first is not what they came to.
    calls: calls.sort(),
  });
  return request ? request(text) : text;
}
