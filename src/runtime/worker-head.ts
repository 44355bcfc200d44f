import type { WorkerFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import type { ModelRequest } from "../model/request.ts";
import type { CacheLifetime } from "../model/transport.ts";

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
 * tools, since each result sends the whole conversation again, and not at all for one without:
 * writing a cache costs more than reading a prompt once.
 */
export function cacheOf({ settings, functions }: WorkerFunction): CacheLifetime | undefined {
  const { cache = functions.size > 0 } = settings;
  if (cache === "1h") return "1h";
  return cache ? "5m" : undefined;
}
