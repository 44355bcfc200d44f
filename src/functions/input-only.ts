import type { CallContext } from "./call-context.ts";
import type { CallableWorker } from "./function-types.ts";

/**
 * The part of a context that leads out of the code that gets it, for code that answers in a prompt's
 * place: all of it refuses, since such an answer has to follow from the input alone.
 */
export const INPUT_ONLY = {
  call: (target: string | CallableWorker) =>
    refusedLater(`ctx.call(${typeof target === "string" ? JSON.stringify(target) : "..."})`),
  functions: new Proxy<Record<string, () => Promise<never>>>(Object.create(null), {
    get: (_target, name) =>
      // A promise resolution asks every object for "then".
      typeof name === "string" && name !== "then"
        ? () => refusedLater(`ctx.functions.${name}`)
        : undefined,
  }),
  model: undefined,
  messages: Object.freeze([]),
  now: () => refuse("ctx.now()"),
  random: () => refuse("ctx.random()"),
} satisfies Partial<CallContext>;

/** Code need not wait for it, and must not end the process by that. */
function refusedLater(what: string): Promise<never> {
  const refused = Promise.reject(refusal(what));
  refused.catch(() => undefined);
  return refused;
}

function refuse(what: string): never {
  throw refusal(what);
}

function refusal(what: string): Error {
  return new Error(`${what} is not there for code that stands in for a prompt: only its input is`);
}

/** An input as the text that a prompt is given. */
export function promptText(input: unknown): string {
  return typeof input === "string" ? input : JSON.stringify(input ?? "");
}
