import { askerFrom } from "../approval/askers.ts";
import type { Asker } from "../approval/decide.ts";
import { SessionAnswers } from "../approval/session-answers.ts";
import { AT_ONCE, QuestionIds, Turns, type TurnTaking } from "../approval/turns.ts";
import { adviseProgram, errorFields, isLlmDoError, LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { promptText } from "../functions/input-only.ts";
import type { Json } from "../model/json.ts";
import type { WorkerLimits } from "../worker/limits.ts";
import { callByName, enterCall } from "./call/gate.ts";
import { thrownPlace } from "./call/thrown-place.ts";
import { Budget } from "./state/budget.ts";
import { type AskedCall, type Call, idsUpFrom, type Work } from "./state/call.ts";
import { Cancellation } from "./state/cancellation.ts";
import { EventSink } from "./state/event-sink.ts";
import type { RunEventBody } from "./state/run-event.ts";
import { RunRecord } from "./state/run-record.ts";
import {
  type RunOptions,
  type RunResult,
  type RunState,
  StandIns,
  startTimeout,
} from "./state/run-state.ts";
import { SourcedTools } from "./state/sourced-tools.ts";
import { lastWait, UnderWay } from "./state/under-way.ts";

/** One execution of an entry. */
class Run implements RunState {
  readonly id: string;
  readonly options: RunOptions;
  readonly cancellation = new Cancellation();
  readonly underWay = new UnderWay(this.cancellation);
  readonly budget: Budget;
  readonly ask: Asker;
  readonly asksNobody: boolean;
  readonly turns: TurnTaking;
  readonly questionIds = new QuestionIds();
  readonly answers: SessionAnswers;
  readonly record: RunRecord;
  readonly sourced: SourcedTools;
  readonly standIns: StandIns;
  readonly #startMs: number;
  readonly #events: EventSink;
  /** Calls that began and did not end, by id, in the order in which they began. */
  readonly #open = new Map<string, Call>();
  #isOver = false;

  constructor(options: RunOptions) {
    const { approvals, entry, host, onEvent } = options;
    this.options = options;
    this.id = options.runId ?? host.createId();
    this.answers = options.sessionAnswers ?? new SessionAnswers();
    this.record = options.record ?? new RunRecord();
    this.sourced = new SourcedTools(options.effects, this.cancellation);
    this.standIns = new StandIns(options.watch);
    this.budget = new Budget(limitsOf(options), entry.name);
    this.ask = askerFrom(approvals);
    this.turns = options.asking === "at-once" ? AT_ONCE : new Turns();
    this.asksNobody = options.asksNobody ?? typeof approvals === "string";
    this.#startMs = host.clock.monotonicMs();
    this.record.start(this.id, this.budget);
    this.#events = new EventSink({
      onEvent,
      entry: entry.name,
      onFailure: (error) => this.stop(error),
    });
  }

  async execute(): Promise<RunResult> {
    const root = this.#rootCall();
    const stopListening = this.#listen();
    this.emit(root, { kind: "run-start", entry: root.function.name });
    this.record.begin({ callId: root.id, parent: undefined, name: root.function.name });
    try {
      const output = await this.#outputOf(root);
      this.#end(root, undefined);
      await this.#events.settle(this.options.signal);
      this.record.succeed(root.id, output);
      return { output, usage: this.budget.usage, usd: this.budget.usd };
    } catch (thrown) {
      const error = asRunError(thrown, this.options);
      this.record.fail(root.id, error);
      this.#end(root, error);
      throw error;
    } finally {
      stopListening();
      await this.sourced.close();
    }
  }

  emit(call: Call, body: RunEventBody): void {
    if (this.#isOver) return;
    if (body.kind === "warning") this.record.warn(body.message);
    if (!this.#events.isListening) return;
    if (body.kind === "call-start") this.#open.set(call.id, call);
    if (body.kind === "call-end") this.#open.delete(call.id);
    this.#events.tell({
      ...body,
      runId: this.id,
      callId: call.id,
      parentCallId: call.parent?.id,
      function: call.function.name,
      depth: call.depth,
      atMs: this.options.host.clock.monotonicMs() - this.#startMs,
    });
  }

  fail(error: unknown, call: Call): void {
    const reason = asRunError(error, this.options);
    this.cancellation.fail(reason, idsUpFrom(call));
    // What cannot be written down, or is on no record that must answer, does not go on beside it.
    if (reason.code.startsWith("cassette-")) this.stop(reason);
    this.underWay.noteChange();
  }

  stop(reason: LlmDoError): void {
    this.cancellation.stop(reason);
  }

  callByName(parent: Call, asked: AskedCall): Promise<Json> {
    return callByName(this, parent, asked);
  }

  /** What the entry gives, once nothing is under way any more that would be lost. */
  async #outputOf(root: Call): Promise<Json> {
    const { ending, stopping } = this.cancellation;
    const stopTimeout = startTimeout(this, root);
    try {
      stopping.signal.throwIfAborted();
      const output = await ending.race(enterCall(this, root, this.options.input));
      if (this.underWay.hasEffects) {
        this.stop(runIsOver(root.function.name));
        await this.#lastWait(root);
      }
      return output;
    } catch (thrown) {
      this.fail(thrown, root);
      const { waitedFor, lost } = this.underWay;
      if (waitedFor.length + lost.length > 0) await this.#lastWait(root);
      throw ending.signal.reason;
    } finally {
      stopTimeout();
    }
  }

  #lastWait(root: Call): Promise<void> {
    const { cancellation, underWay } = this;
    const { host, signal } = this.options;
    const { clock } = host;
    const warn = (message: string) => this.emit(root, { kind: "warning", message });
    return lastWait({ cancellation, underWay, clock, signal, warn });
  }

  /** Nothing happens after this: what code left behind is cancelled, and not told of. */
  #end(root: Call, error: LlmDoError | undefined): void {
    const reason = error ?? runIsOver(root.function.name);
    this.cancellation.ending.reach(reason); // withdraws questions that are open
    for (const call of [...this.#open.values()].reverse()) {
      this.emit(call, { kind: "call-end", usage: call.budget.usage });
    }
    if (error) {
      const { code, message } = error;
      const report = error.report();
      this.emit(root, { kind: "error", code, message, report, ...errorFields(error) });
    }
    this.emit(root, { kind: "run-end", ok: !error, usage: this.budget.usage });
    this.#isOver = true;
    this.cancellation.finish(reason);
  }

  #rootCall(): Call {
    const { entry, inputBy } = this.options;
    return {
      id: entryId(this.options),
      function: entry,
      parent: undefined,
      depth: 0,
      budget: this.budget,
      work: workOf(this.options),
      childCounts: new Map(),
      attachingFrom: inputBy === "person" ? "anywhere" : "folders",
      attached: [],
    };
  }

  /** Ends the run when the caller's signal aborts. */
  #listen(): () => void {
    const { signal, entry } = this.options;
    const abort = () => this.stop(interrupted(entry.name, signal?.reason));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    return () => signal?.removeEventListener("abort", abort);
  }
}

/** A caller that is no person stands where a worker would. */
function workOf({ onBehalfOf, input, model, defaultModel = "" }: RunOptions): Work | undefined {
  if (!onBehalfOf) return undefined;
  return {
    worker: onBehalfOf,
    model: model ?? defaultModel,
    prompt: promptText(input),
    messages: [],
  };
}

/**
 * The id of the entry's call. Later turns of a conversation have a number, as further calls of one name
 * have: calls of two turns in one cassette are two calls.
 */
function entryId({ entry, history = [] }: RunOptions): string {
  const turns = history.filter(({ kind }) => kind === "user").length;
  return turns === 0 ? entry.name : `${entry.name}#${turns + 1}`;
}

/** The run's limits, else those that an entry worker sets itself. */
function limitsOf({ entry, limits }: RunOptions): WorkerLimits {
  return entry.kind === "worker" ? { ...entry.limits, ...limits } : limits;
}

/**
 * Runs an entry to its end.
 *
 * @throws LlmDoError what ended the run; a function's own error arrives as `call`, with its cause
 */
export function execute(options: RunOptions): Promise<RunResult> {
  return new Run(options).execute();
}

function asRunError(thrown: unknown, options: RunOptions): LlmDoError {
  const error = asCodedError(thrown, options);
  return options.advice === "options" ? adviseProgram(error) : error;
}

function asCodedError(thrown: unknown, options: RunOptions): LlmDoError {
  if (isLlmDoError(thrown)) return thrown;
  const { entry } = options;
  return new LlmDoError({
    code: "call",
    verb: "run",
    what: entry.name,
    reason: messageOf(thrown),
    place: thrownPlace(thrown, { options }) ?? { file: entry.file },
    cause: thrown,
  });
}

const INTERRUPTED = "it was interrupted";

/** The error of a run that its caller ended, in the words that the caller gave. */
function interrupted(entry: string, given: unknown): LlmDoError {
  // What `abort()` gives by itself says nothing.
  const isSaid = given instanceof Error && given.name !== "AbortError" && given.message !== "";
  const said = typeof given === "string" ? given : isSaid ? messageOf(given) : "";
  return aborted(entry, said.replaceAll(/\s+/g, " ").trim() || INTERRUPTED, given);
}

/**
 * What code hears that a run left behind. Every run makes one, so it has no stack trace: to collect it
 * takes as long as several steps of a short run, and it would only show this file.
 */
function runIsOver(entry: string): LlmDoError {
  const { stackTraceLimit } = Error;
  Reflect.set(Error, "stackTraceLimit", 0); // refused where intrinsics are frozen
  try {
    return aborted(entry, "the run is over");
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  }
}

function aborted(entry: string, reason: string, cause?: unknown): LlmDoError {
  return new LlmDoError({ code: "aborted", verb: "run", what: entry, reason, cause });
}
