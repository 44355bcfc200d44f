import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

type Reply<Value> = { readonly value: Value } | { readonly error: string };

/**
 * A process of its own in which one thing is measured, again and again: only its own work warms it
 * up and fills its memory, and several of them can be asked in turn.
 */
export class SubjectProcess<Question extends object, Value> implements Disposable {
  readonly #child: ChildProcess;

  /** @param file path of the subject, relative to this folder */
  constructor(file: string) {
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)));
  }

  async ask(question: Question): Promise<Value> {
    const settled = new AbortController();
    const { signal } = settled;
    const replied = once(this.#child, "message", { signal }).then(
      ([reply]) => reply as Reply<Value>,
    );
    const ended = once(this.#child, "exit", { signal }).then(([code]) => ({
      error: `its process ended with ${code}`,
    }));
    this.#child.send(question);
    const reply = await Promise.race([replied, ended]);
    for (const other of [replied, ended]) other.catch(() => undefined); // aborted below
    settled.abort();
    if ("error" in reply) throw new Error(`a measurement failed: ${reply.error}`);
    return reply.value;
  }

  [Symbol.dispose](): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
