import type { CallContext } from "../functions/call-context.ts";
import type { Json } from "../model/json.ts";
import type { Call } from "./call.ts";
import { runPrompt } from "./context.ts";
import type { RunState } from "./run-state.ts";

/**
 * What code gets that answers in a prompt's place. What it answers must follow from its input, as it
 * did when it was compared: it calls nothing and reads no clock. What it tries sends the call to the
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
    call: () => refusedCall(),
    functions: new Proxy<Record<string, () => Promise<never>>>(Object.create(null), {
      // A promise resolution asks every object for "then".
      get: (_target, name) =>
        typeof name === "string" && name !== "then" ? refusedCall : undefined,
    }),
    depth: call.depth,
    maxDepth: call.budget.maxDepth,
    model: undefined,
    prompt: runPrompt(input),
    messages: [],
    signal: AbortSignal.any([run.cancellation.signal, over]),
    cwd: run.options.cwd,
    now: () => refuse("read the clock"),
    random: () => refuse("draw random numbers"),
  };
}

/** Code need not wait for it, and must not end the process by that. */
function refusedCall(): Promise<never> {
  const refused = Promise.reject(refusal("call functions"));
  refused.catch(() => undefined);
  return refused;
}

function refuse(what: string): never {
  throw refusal(what);
}

function refusal(what: string): Error {
  return new Error(`code that stands in for a prompt cannot ${what}`);
}
