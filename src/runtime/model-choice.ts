import { LlmDoError } from "../errors/llm-do-error.ts";
import type { WorkerFunction } from "../functions/llm-function.ts";
import { isCompatibleModel } from "../worker/compatible-models.ts";
import type { Call } from "./call.ts";
import type { RunState } from "./run-state.ts";

/**
 * The model of a worker: for the entry `--model`, then the worker's own, then `LLM_DO_MODEL`; a
 * delegated worker without one inherits its caller's.
 *
 * @throws LlmDoError `configuration` when nobody names a model, or the worker excludes it
 */
export function modelOf(run: RunState, call: Call, worker: WorkerFunction): string {
  const { model: flag, defaultModel } = run.options;
  const isEntry = call.parent === undefined;
  // A code entry has no model of its own: the flag stands for what its workers inherit.
  const inherited = isEntry ? undefined : (call.parent?.work?.model ?? flag);
  const model = (isEntry ? flag : undefined) ?? worker.model ?? inherited ?? defaultModel;
  if (model === undefined || model === "") throw noModel(worker);
  const patterns = worker.compatibleModels;
  if (patterns && !isCompatibleModel(patterns, model)) {
    throw incompatible(worker, model, patterns);
  }
  return model;
}

function noModel(worker: WorkerFunction): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "run",
    what: worker.name,
    reason: "no model is named",
    place: { file: worker.file },
    tries: [
      "add a line to its front matter, such as model: anthropic:claude-haiku-4-5",
      "or pass --model, or set LLM_DO_MODEL",
    ],
  });
}

function incompatible(
  worker: WorkerFunction,
  model: string,
  patterns: readonly string[],
): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "run",
    what: worker.name,
    reason: `it is not compatible with ${model}`,
    place: { file: worker.file },
    tries: [`a model that fits its compatible_models: ${patterns.join(", ")}`],
  });
}
