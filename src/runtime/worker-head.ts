import type { WorkerFunction } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import type { ModelRequest } from "../model/request.ts";

/** What a worker asks its model beside the conversation: its prompt, whatever the model. */
export type WorkerHead = Omit<ModelRequest, "messages" | "model">;

/** The head of all of a worker's requests. */
export function workerHead(worker: WorkerFunction): WorkerHead {
  return {
    system: worker.instructions,
    tools: [...worker.functions].map(([name, grant]) => ({
      name,
      description: grant.function.description,
      inputSchema: grant.inputSchema,
    })),
    serverTools: worker.serverTools,
    settings: worker.settings,
    // What the schema takes: callers get what it makes of that.
    ...(worker.output ? { outputSchema: jsonSchemaOf(worker.output, "input", worker.name) } : {}),
  };
}
