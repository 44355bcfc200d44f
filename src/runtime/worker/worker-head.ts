import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import type { ModelRequest } from "../../model/request.ts";
import type { CacheLifetime } from "../../model/transport.ts";
import { isCompatibleModel } from "../../worker/compatible-models.ts";
import { workerPlace } from "../../worker/worker-definition.ts";
import type { Call } from "../state/call.ts";
import type { RunState } from "../state/run-state.ts";

/** What a worker asks its model beside the conversation: its prompt, whatever the model. */
export type WorkerHead = Omit<ModelRequest, "messages" | "model">;

/** The head of all of a worker's requests. */
export function workerHead(worker: WorkerFunction): WorkerHead {
  const { cache: _cache, ...settings } = worker.settings; // changes no answer, so no recording
  return {
    system: worker.instructions,
    tools: [...worker.functions].map(([name, grant]) => ({
      name,
      description: grant.function.description,
      inputSchema: grant.inputSchema,
    })),
    serverTools: worker.serverTools,
    settings,
    // What the schema takes: callers get what it makes of that.
    ...(worker.output ? { outputSchema: jsonSchemaOf(worker.output, "input", worker.name) } : {}),
  };
}

/**
 * How long the provider should keep a worker's prompt. By default five minutes for a worker with
 * tools, since each result sends the whole conversation again, and for a turn of a chat. Not at all
 * for one without: writing a cache costs more than reading a prompt once.
 */
export function cacheOf(
  { settings, functions }: WorkerFunction,
  isChat: boolean,
): CacheLifetime | undefined {
  const { cache = functions.size > 0 || isChat } = settings;
  if (cache === "1h") return "1h";
  return cache ? "5m" : undefined;
}

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
    place: workerPlace(worker),
    tries: [
      worker.inCode
        ? 'add model: "anthropic:claude-haiku-4-5" to worker({ ... })'
        : "add a line to its front matter, such as model: anthropic:claude-haiku-4-5",
      {
        flags: "or pass --model, or set LLM_DO_MODEL",
        options: 'or pass model: "anthropic:claude-haiku-4-5", or set LLM_DO_MODEL',
      },
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
    place: workerPlace(worker),
    tries: [
      `a model that fits its ${worker.inCode ? "compatibleModels" : "compatible_models"}: ${patterns.join(", ")}`,
    ],
  });
}
