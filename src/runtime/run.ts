import { askerOf, oneAtATime } from "../approval/askers.ts";
import type { Asker } from "../approval/decide.ts";
import { isLlmDoError, LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import type { LlmFunction } from "../functions/llm-function.ts";
import { Budget, limitReached } from "./budget.ts";
import type { Call } from "./call.ts";
import { Cancellation } from "./cancellation.ts";
import { callByName, enterCall } from "./gate.ts";
import type { RunEventBody } from "./run-event.ts";
import type { RunOptions, RunResult, RunState } from "./run-state.ts";

/** One execution of an entry. */
class Run implements RunState {
  readonly id: string;
  readonly options: RunOptions;
  readonly cancellation = new Cancellation();
  readonly budget: Budget;
  readonly ask: Asker;
  readonly #startMs: number;

  constructor(options: RunOptions) {
    const { approvals, entry, host, limits } = options;
    this.options = options;
    this.id = host.createId();
    this.budget = new Budget(limits, entry.name);
    this.ask = oneAtATime(typeof approvals === "string" ? askerOf(approvals) : approvals);
    this.#startMs = host.clock.monotonicMs();
  }

  async execute(): Promise<RunResult> {
    const root = this.#rootCall();
    const stopListening = this.#listen();
    this.emit(root, { kind: "run-start", entry: root.function.name });
    try {
      const output = await this.cancellation.race(enterCall(this, root, this.options.input));
      // Code may have swallowed the error that ended the run.
      if (this.cancellation.signal.aborted) throw this.cancellation.signal.reason;
      this.emit(root, { kind: "run-end", ok: true, usage: this.budget.usage });
      return { output, usage: this.budget.usage, usd: this.budget.usd };
    } catch (thrown) {
      const reason: unknown = this.cancellation.signal.aborted
        ? this.cancellation.signal.reason
        : thrown;
      const error = asRunError(reason, root.function);
      this.cancellation.cancel(error);
      const { code, message } = error;
      this.emit(root, { kind: "error", code, message, report: error.report() });
      this.emit(root, { kind: "run-end", ok: false, usage: this.budget.usage });
      throw error;
    } finally {
      stopListening();
    }
  }

  emit(call: Call, body: RunEventBody): void {
    const { onEvent, host } = this.options;
    if (!onEvent) return;
    onEvent({
      ...body,
      runId: this.id,
      callId: call.id,
      parentCallId: call.parent?.id,
      function: call.function.name,
      depth: call.depth,
      atMs: host.clock.monotonicMs() - this.#startMs,
    });
  }

  fail(error: unknown): void {
    this.cancellation.cancel(error);
  }

  callByName(parent: Call, name: string, input: unknown): Promise<unknown> {
    return callByName(this, parent, name, input);
  }

  #rootCall(): Call {
    const { entry } = this.options;
    return {
      id: entry.name,
      function: entry,
      parent: undefined,
      depth: 0,
      budget: this.budget,
      work: undefined,
      childCounts: new Map(),
    };
  }

  /** Ends the run when the caller's signal aborts or its time is over. */
  #listen(): () => void {
    const { signal, limits, host, entry } = this.options;
    const abort = () => this.fail(aborted(entry.name, signal?.reason));
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const timer = new AbortController();
    const { timeoutMs } = limits;
    if (timeoutMs !== undefined) {
      const expire = () => {
        const reason = `${timeoutMs / 1000} s are over`;
        this.fail(limitReached(entry.name, reason, "--timeout"));
      };
      host.clock.sleep(timeoutMs, timer.signal).then(expire, () => undefined);
    }
    return () => {
      signal?.removeEventListener("abort", abort);
      timer.abort();
    };
  }
}

/**
 * Runs an entry to its end.
 *
 * @throws LlmDoError what ended the run; a function's own error arrives as `call`, with its cause
 */
export function execute(options: RunOptions): Promise<RunResult> {
  return new Run(options).execute();
}

function asRunError(thrown: unknown, entry: LlmFunction): LlmDoError {
  if (isLlmDoError(thrown)) return thrown;
  return new LlmDoError({
    code: "call",
    verb: "run",
    what: entry.name,
    reason: messageOf(thrown),
    place: { file: entry.file },
    cause: thrown,
  });
}

function aborted(entry: string, cause: unknown): LlmDoError {
  return new LlmDoError({
    code: "aborted",
    verb: "run",
    what: entry,
    reason: "it was interrupted",
    cause,
  });
}
