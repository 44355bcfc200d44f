import type { CallContext } from "../../functions/call-context.ts";

export interface IsolatedPlace {
  /** Absolute path of the project's folder. */
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** The context of a tool that runs by itself: everything that leads out of it refuses. */
export function isolatedContext({ cwd, signal }: IsolatedPlace): CallContext {
  const refuse = (what: string) => () => {
    throw new Error(
      `${what} is not there in a comparison: only what follows from its input can stand in for a prompt`,
    );
  };
  return {
    call: async (name: string) => refuse(`ctx.call(${JSON.stringify(name)})`)(),
    functions: new Proxy(Object.create(null), {
      get: (_target, name) =>
        typeof name === "string" && name !== "then"
          ? async () => refuse(`ctx.functions.${name}`)()
          : undefined,
    }),
    depth: 0,
    maxDepth: 0,
    model: undefined,
    prompt: "",
    messages: [],
    signal,
    cwd,
    now: refuse("ctx.now()"),
    random: refuse("ctx.random()"),
  };
}
