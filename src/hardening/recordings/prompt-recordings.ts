import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { type DistinctInput, distinctInputs } from "./distinct-inputs.ts";
import type { LeftOut, RecordedCall, RecordedCalls } from "./recorded-call.ts";
import { type RecordingSource, recordedCalls } from "./recorded-calls.ts";

/** What is on record of one prompt with one model. */
export interface PromptRecordings {
  /** Undefined where nothing says it: there is no model in the worker and none in a recording. */
  readonly model: string | undefined;
  readonly calls: readonly RecordedCall[];
  readonly inputs: readonly DistinctInput[];
  readonly leftOut: LeftOut;
}

/**
 * The recorded calls of a worker with its model: the one that is asked for, else the worker's own, else
 * the only one on record.
 *
 * @throws LlmDoError `usage` when there are recordings of several models and nothing says which one is
 * meant; whatever {@link recordedCalls} throws
 */
export async function promptRecordings(
  worker: WorkerFunction,
  source: Omit<RecordingSource, "model">,
  asked: string | undefined,
): Promise<PromptRecordings> {
  const all = await recordedCalls(worker, source);
  const model = asked ?? worker.model ?? onlyModel(worker, all);
  const calls = all.calls.filter((call) => call.model === model);
  const otherModel = all.leftOut.otherModel + all.calls.length - calls.length;
  return { model, calls, inputs: distinctInputs(calls), leftOut: { ...all.leftOut, otherModel } };
}

function onlyModel(worker: WorkerFunction, { calls }: RecordedCalls): string | undefined {
  const models = [...new Set(calls.map(({ model }) => model))].sort();
  if (models.length < 2) return models[0];
  throw new LlmDoError({
    code: "usage",
    verb: "compare",
    what: worker.name,
    reason: `there are recordings of ${models.length} models, and each is a prompt of its own`,
    tries: models.map((model) => `--model ${model}`),
  });
}
