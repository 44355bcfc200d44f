import { isLlmDoError, type LlmDoError, type LlmDoErrorOf } from "../../errors/llm-do-error.ts";
import type { ModelEvent } from "../../model/event.ts";
import { isLocalModel, type ModelRequest } from "../../model/request.ts";
import type { ModelTransport, StreamOptions } from "../../model/transport.ts";
import type { LiveWatch } from "../../project/run/run-wrappers.ts";
import { isBusyError } from "../../providers/provider-error.ts";
import type { Failure } from "./failure.ts";
import type { SharedBudget } from "./shared-budget.ts";

type BusyError = LlmDoErrorOf<"provider">;

interface Stop {
  readonly kind: "busy" | "budget";
  readonly error: LlmDoError;
  readonly reason: string;
}

type Retry = Parameters<LiveWatch["onRetry"]>[0];

/**
 * Watches what one test asks providers while it records. A provider that has no time, and money that is
 * spent, say nothing of the test: they end its runs, and what was recorded until then does not count.
 */
export class LiveRequests implements LiveWatch {
  readonly #budget: SharedBudget | undefined;
  readonly #onWait: (waitMs: number) => void;
  readonly #abort = new AbortController();
  #stopped: Stop | undefined;
  /** What a retry waits for. */
  #waiting: BusyError | undefined;

  /** @param onWait told before each wait that a provider asks for, in milliseconds */
  constructor(budget: SharedBudget | undefined, onWait: (waitMs: number) => void) {
    this.#budget = budget;
    this.#onWait = onWait;
  }

  /** Aborts when nothing more is to be asked. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the test is not recorded; undefined when nothing stood in the way. */
  get error(): LlmDoError | undefined {
    return this.#stopped?.error;
  }

  /** The same as a failure of the test. */
  get failure(): Failure | undefined {
    if (!this.#stopped) return undefined;
    const { kind, error } = this.#stopped;
    return { kind, message: error.report(), reason: this.#stopped.reason };
  }

  /** Says that the time for the test is over: while a provider makes it wait, that is the reason. */
  timedOut(): void {
    if (this.#waiting) this.#stop(busy(this.#waiting));
  }

  readonly around = (inner: ModelTransport): ModelTransport => ({
    stream: (request, options) => {
      if (isLocalModel(request.model)) return inner.stream(request, options);
      return this.#watched(inner, request, options);
    },
  });

  readonly onRetry = ({ error, delayMs }: Retry): void => {
    if (!isBusyError(error)) return;
    this.#waiting = error;
    this.#onWait(delayMs);
  };

  async *#watched(
    inner: ModelTransport,
    request: ModelRequest,
    options: StreamOptions,
  ): AsyncGenerator<ModelEvent> {
    const { model } = request;
    try {
      this.#budget?.check(model);
      for await (const event of inner.stream(request, options)) {
        this.#waiting = undefined;
        if (event.kind === "end") this.#budget?.count(model, event.usage);
        yield event;
      }
    } catch (error) {
      if (isBusyError(error)) this.#stop(busy(error));
      else if (isLlmDoError(error, "limit")) this.#stop(overBudget(error));
      throw error;
    }
  }

  #stop(stop: Stop): void {
    this.#stopped ??= stop;
    this.#abort.abort(stop.error);
  }
}

/** As in `anthropic:claude-haiku-4-5 answers 529 overloaded_error`. */
function busy(error: BusyError): Stop {
  const said = [error.status, error.type].filter((word) => word !== undefined);
  return { kind: "busy", error, reason: `${error.what} answers ${said.join(" ")}` };
}

function overBudget(error: LlmDoError): Stop {
  return { kind: "budget", error, reason: error.reason };
}
