import type { CallContext } from "../functions/call-context.ts";
import { INPUT_ONLY, promptText } from "../functions/input-only.ts";
import type { Json } from "../model/json.ts";
import type { Call } from "./call.ts";
import type { RunState } from "./run-state.ts";

/**
 * What code gets that answers in a prompt's place. What it tries beside its input sends the call to the
 * prompt.
 *
 * @param over aborts when nobody waits for the answer any more
 */
export function codeContext(
  run: RunState,
  call: Call,
  { input, over }: { readonly input: Json; readonly over: AbortSignal },
): CallContext {
  return {
    ...INPUT_ONLY,
    depth: call.depth,
    maxDepth: call.budget.maxDepth,
    prompt: promptText(input),
    signal: AbortSignal.any([run.cancellation.stopping.signal, over]),
    cwd: run.options.cwd,
  };
}
