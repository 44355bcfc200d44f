import type { Host } from "../host/host.ts";
import { openCassette } from "./cassette/open-cassette.ts";
import { isLlmDoError, LlmDoError } from "./llm-do-error.ts";
import type { RunReport } from "./run-report.ts";
import type { ProjectRunRequest } from "./run-request.ts";

/** How many runs of `map` go on at once where nothing else is said. */
const DEFAULT_CONCURRENCY = 8;

/** What all runs of `map` take beside their input. */
export interface MapRequest extends Omit<ProjectRunRequest, "input"> {
  /** How many runs go on at once. Default 8. */
  readonly concurrency?: number;
}

/** One input of `map` with what became of it: the report of its run, or the error that ended it. */
export type MapItem<Input, Output = unknown> =
  | {
      /** Its place among the inputs, from 0. */
      readonly index: number;
      readonly input: Input;
      readonly report: RunReport<Output>;
      readonly error?: undefined;
    }
  | {
      readonly index: number;
      readonly input: Input;
      readonly error: LlmDoError;
      readonly report?: undefined;
    };

/**
 * Runs an entry for each input; gives what became of each, in the order in which they end. A cassette
 * is one for all of them: each that recorded by itself would replace what those before it recorded.
 */
export async function* mapInputs<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  request: MapRequest,
  { host, run }: MapRunner,
): AsyncGenerator<MapItem<Input, never>, void, undefined> {
  const { cassette, tools, onWarning = () => undefined } = request;
  if (!cassette || "close" in cassette) {
    yield* runEach(inputs, request, run);
    return;
  }
  const options = { ...cassette, onWarning, host };
  await using opened = await openCassette(tools ? { ...options, tools } : options);
  yield* runEach(inputs, { ...request, cassette: opened }, run);
}

/** How the runs of `map` are run. */
interface MapRunner {
  readonly host: Host;
  readonly run: (request: ProjectRunRequest) => Promise<RunReport<never>>;
}

async function* runEach<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  { concurrency = DEFAULT_CONCURRENCY, ...request }: MapRequest,
  run: MapRunner["run"],
): AsyncGenerator<MapItem<Input, never>, void, undefined> {
  const bell = new Bell();
  using stop = stoppedBy(request.signal, bell);
  const reader = new InputReader(inputs, bell);
  const underWay = new Set<Promise<void>>();
  const ended: MapItem<Input, never>[] = [];
  let bug: { readonly error: unknown } | undefined;
  const begin = ({ index, input }: NumberedInput<Input>) => {
    const running = run({ ...request, input, signal: stop.signal })
      .then(
        (report) => void ended.push({ index, input, report }),
        (error) => void ended.push(itemOfError(error, { index, input })),
      )
      .catch((error: unknown) => {
        bug = { error };
      })
      .finally(() => {
        underWay.delete(running);
        bell.ring();
      });
    underWay.add(running);
  };
  try {
    for (;;) {
      for (const item of ended.splice(0)) yield item;
      if (bug) throw bug.error;
      const isReading = underWay.size < concurrency && !stop.signal.aborted && !reader.isOver;
      if (isReading && reader.isReady) begin(reader.take());
      else if (ended.length === 0) {
        if (isReading) reader.read();
        else if (underWay.size === 0) break;
        await bell.rung;
      }
    }
    if (reader.failure) throw reader.failure.error;
    if (stop.signal.aborted && !reader.isOver) throw leftOut(stop.signal.reason);
  } finally {
    stop.abort("the loop over map was left");
    reader.close();
    await Promise.allSettled(underWay);
  }
}

/**
 * Wakes a loop. A promise that outlives many rounds of a loop keeps what each round waited for, so there is
 * a new one after each ring.
 */
class Bell {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next ring. */
  get rung(): Promise<void> {
    return this.#next.promise;
  }

  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }
}

interface NumberedInput<Input> {
  readonly index: number;
  readonly input: Input;
}

/** What is no error of a run is a bug, and ends the loop. */
function itemOfError<Input>(error: unknown, of: NumberedInput<Input>): MapItem<Input, never> {
  if (!isLlmDoError(error)) throw error;
  return { ...of, error };
}

function leftOut(reason: unknown): LlmDoError {
  return new LlmDoError({
    code: "aborted",
    verb: "map",
    what: "inputs",
    reason: "it was interrupted before all of them were run",
    cause: reason,
  });
}

/** Reads inputs one by one. */
class InputReader<Input> {
  readonly #iterator: Iterator<Input> | AsyncIterator<Input>;
  readonly #bell: Bell;
  #isReading = false;
  #next: { readonly input: Input } | undefined;
  #count = 0;
  isOver = false;
  /** Why no more inputs come, where they broke off. */
  failure: { readonly error: unknown } | undefined;

  constructor(inputs: Iterable<Input> | AsyncIterable<Input>, bell: Bell) {
    this.#bell = bell;
    this.#iterator =
      Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  }

  get isReady(): boolean {
    return this.#next !== undefined;
  }

  /** Rings when the next input is there, or there is none. */
  read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#read().finally(() => {
      this.#isReading = false;
      this.#bell.ring();
    });
  }

  take(): NumberedInput<Input> {
    if (!this.#next) throw new TypeError("no input was read");
    const { input } = this.#next;
    this.#next = undefined;
    return { index: this.#count++, input };
  }

  /** Lets the source clean up; one that never answers is not waited for. */
  close(): void {
    if (!this.isOver) void this.#leave().catch(() => undefined);
  }

  async #leave(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #read(): Promise<void> {
    try {
      const next: unknown = await this.#iterator.next();
      // What the language's own loops do.
      if (!(next instanceof Object)) throw new TypeError("an iterator's next() gave no object");
      const { done, value } = next as IteratorResult<Input, unknown>;
      if (done) this.isOver = true;
      else this.#next = { input: value as Input };
    } catch (error) {
      this.isOver = true;
      this.failure = { error };
    }
  }
}

/** A controller that a given signal aborts as well, with a ring, until it is disposed of. */
function stoppedBy(signal: AbortSignal | undefined, bell: Bell) {
  const controller = new AbortController();
  const abort = () => {
    controller.abort(signal?.reason);
    bell.ring();
  };
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    abort: (reason: string) => controller.abort(reason),
    [Symbol.dispose]: () => signal?.removeEventListener("abort", abort),
  };
}
