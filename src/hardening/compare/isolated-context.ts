import type { CallContext } from "../../functions/call-context.ts";

/** The context of a tool that runs by itself: everything that leads out of it refuses. */
export class IsolatedContext implements CallContext {
  readonly call = refuseCall;
  readonly functions = REFUSING;
  readonly depth = 0;
  readonly maxDepth = 0;
  readonly model = undefined;
  readonly prompt = "";
  readonly messages = NONE;
  readonly cwd: string;
  readonly now = refuseNow;
  readonly random = refuseRandom;
  #controller: AbortController | undefined;
  #hasEnded = false;

  /** @param cwd absolute path of the project's folder */
  constructor(cwd: string) {
    this.cwd = cwd;
  }

  /** Made when it is asked for: a signal costs more than most tools take. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#hasEnded) this.#controller.abort(new Error(OVER));
    return this.#controller.signal;
  }

  /** Nobody waits for the tool any more. */
  end(): void {
    this.#hasEnded = true;
    this.#controller?.abort(new Error(OVER));
  }
}

const OVER = "the comparison waits no longer";

const NONE: readonly never[] = [];

const REFUSING: CallContext["functions"] = new Proxy(Object.create(null), {
  get: (_target, name) =>
    typeof name === "string" && name !== "then"
      ? async () => refuse(`ctx.functions.${name}`)
      : undefined,
});

async function refuseCall(name: string): Promise<never> {
  return refuse(`ctx.call(${JSON.stringify(name)})`);
}

function refuseNow(): never {
  return refuse("ctx.now()");
}

function refuseRandom(): never {
  return refuse("ctx.random()");
}

function refuse(what: string): never {
  throw new Error(
    `${what} is not there in a comparison: only what follows from its input can stand in for a prompt`,
  );
}
