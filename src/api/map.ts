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
  using stop = stoppedBy(request.signal);
  const reader = new InputReader(inputs);
  const underWay = new Set<Promise<void>>();
  const ended: MapItem<Input, never>[] = [];
  const begin = ({ index, input }: NumberedInput<Input>) => {
    const running = run({ ...request, input, signal: stop.signal })
      .then(
        (report) => ({ index, input, report }),
        (error) => itemOfError(error, { index, input }),
      )
      .then((item) => void ended.push(item))
      .finally(() => underWay.delete(running));
    underWay.add(running);
  };
  try {
    for (;;) {
      for (const item of ended.splice(0)) yield item;
      const isReading = underWay.size < concurrency && !stop.signal.aborted && !reader.isOver;
      if (isReading && reader.isReady) begin(reader.take());
      else if (ended.length === 0) {
        const waits = isReading ? [...underWay, reader.read(), stop.reached] : [...underWay];
        if (waits.length === 0) break;
        await Promise.race(waits);
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
  #reading: Promise<void> | undefined;
  #next: { readonly input: Input } | undefined;
  #count = 0;
  isOver = false;
  /** Why no more inputs come, where they broke off. */
  failure: { readonly error: unknown } | undefined;

  constructor(inputs: Iterable<Input> | AsyncIterable<Input>) {
    this.#iterator =
      Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  }

  get isReady(): boolean {
    return this.#next !== undefined;
  }

  /** Resolves when the next input is there, or there is none. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
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

/** A controller that a given signal aborts as well, until it is disposed of. */
function stoppedBy(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const reached = Promise.withResolvers<void>();
  const abort = () => {
    controller.abort(signal?.reason);
    reached.resolve();
  };
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    reached: reached.promise,
    abort: (reason: string) => controller.abort(reason),
    [Symbol.dispose]: () => signal?.removeEventListener("abort", abort),
  };
}
