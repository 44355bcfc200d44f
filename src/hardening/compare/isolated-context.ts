import type { CallContext } from "../../functions/call-context.ts";
import { INPUT_ONLY, promptText } from "../../functions/input-only.ts";
import type { Json } from "../../model/json.ts";

/** The context of a tool that is compared: what it would get in a prompt's place. */
export class IsolatedContext implements CallContext {
  readonly call = INPUT_ONLY.call;
  readonly functions = INPUT_ONLY.functions;
  readonly model = INPUT_ONLY.model;
  readonly messages = INPUT_ONLY.messages;
  readonly now = INPUT_ONLY.now;
  readonly random = INPUT_ONLY.random;
  readonly depth = 0;
  readonly maxDepth = 0;
  readonly cwd: string;
  readonly #input: Json;
  #controller: AbortController | undefined;
  #hasEnded = false;

  /** @param cwd absolute path of the project's folder */
  constructor(input: Json, cwd: string) {
    this.#input = input;
    this.cwd = cwd;
  }

  get prompt(): string {
    return promptText(this.#input);
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
