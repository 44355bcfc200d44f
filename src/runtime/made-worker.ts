import type { Grant, WorkerSource } from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import { outputText } from "./output.ts";
import type { RunState } from "./run-state.ts";

/** The call of the tool itself passed the gate, with the same input. */
const ASKED_BEFORE = { preApproved: true, blocked: false };

/**
 * A worker that a model made, in the hands of the tool that calls it. Its text is a local effect: a
 * replay reads it again, and a run whose effects are recorded needs no file.
 *
 * @throws LlmDoError `call` for a text that is no worker; Error when there is none
 */
export async function madeWorker(
  run: RunState,
  source: WorkerSource,
  { callId, name }: { readonly callId: string; readonly name: string },
): Promise<Grant> {
  const request = { ...source.asked(name), effect: "local", callId } as const;
  const text = await run.options.effects.perform(request, async () => source.read(name));
  const worker = await source.workerOf(name, outputText(text));
  return {
    function: worker,
    inputSchema: jsonSchemaOf(worker.input, "input", name),
    toolset: name,
    approval: ASKED_BEFORE,
  };
}
