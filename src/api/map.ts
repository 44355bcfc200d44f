import { isLlmDoError, type LlmDoError } from "./llm-do-error.ts";
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
export type MapItem<Input> =
  | {
      /** Its place among the inputs, from 0. */
      readonly index: number;
      readonly input: Input;
      readonly report: RunReport;
      readonly error?: undefined;
    }
  | {
      readonly index: number;
      readonly input: Input;
      readonly error: LlmDoError;
      readonly report?: undefined;
    };

/** Runs an entry for each input; gives what became of each, in the order in which they end. */
export async function* mapInputs<Input>(
  inputs: Iterable<Input> | AsyncIterable<Input>,
  { concurrency = DEFAULT_CONCURRENCY, ...request }: MapRequest,
  run: (request: ProjectRunRequest) => Promise<RunReport>,
): AsyncGenerator<MapItem<Input>, void, undefined> {
  const stop = new AbortController();
  const { signal } = request;
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  const underWay = new Set<Promise<MapItem<Input>>>();
  const ended: MapItem<Input>[] = [];
  const begin = (input: Input, index: number) => {
    const item = run({ ...request, input, signal: stop.signal }).then(
      (report): MapItem<Input> => ({ index, input, report }),
      (error: unknown): MapItem<Input> => {
        if (!isLlmDoError(error)) throw error;
        return { index, input, error };
      },
    );
    const noted = item.then((one) => {
      underWay.delete(noted);
      ended.push(one);
      return one;
    });
    underWay.add(noted);
  };
  let index = 0;
  try {
    for await (const input of inputs) {
      begin(input, index++);
      while (underWay.size >= concurrency) await Promise.race(underWay);
      yield* ended.splice(0);
    }
    while (underWay.size > 0) {
      await Promise.race(underWay);
      yield* ended.splice(0);
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    stop.abort("the loop over map was left");
    await Promise.allSettled(underWay);
  }
}
