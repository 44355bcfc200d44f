import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import type { Offer, WorkerFunction, WorkerSource } from "../../functions/llm-function.ts";
import { nearest } from "../../words/nearest.ts";
import { WORKER_NAME } from "../../worker/front-matter-keys.ts";
import { fileFailure } from "../filesystem/file-failure.ts";
import { MAX_FILE_BYTES } from "../filesystem/text-file.ts";
import { flawOf, type MadeWorkerScope, readMadeWorker } from "./read-made-worker.ts";
import type { WorkerFolder } from "./worker-folder.ts";

/** Names that an error lists. */
const MOST_NAMES = 50;

/** The workers that models made for one worker: what stands in its folder, and nothing else. */
export class MadeWorkers implements WorkerSource {
  readonly scope: MadeWorkerScope;
  readonly #folder: WorkerFolder;
  readonly #isTaken: (name: string) => boolean;

  constructor(scope: MadeWorkerScope, folder: WorkerFolder, isTaken: (name: string) => boolean) {
    this.scope = scope;
    this.#folder = folder;
    this.#isTaken = isTaken;
  }

  get offer(): Offer {
    return this.scope.offer;
  }

  asked(name: string) {
    return { tool: "workers:read", input: { file: this.fileOf(name) } };
  }

  fileOf(name: string): string {
    return this.#folder.fileOf(name);
  }

  find(name: string): string | undefined {
    return this.#folder.find(name);
  }

  read(name: string): string {
    const flaw = this.#nameFlaw(name);
    if (flaw !== undefined) throw new Error(flaw);
    const text = this.#found(name);
    if (text !== undefined) return text;
    const names = this.#folder.names().filter((other) => !this.#isTaken(other));
    const near = nearest(name, names);
    const meant = near === undefined ? "" : `; did you mean "${near}"?`;
    const listed = names.slice(0, MOST_NAMES).join(", ");
    throw new Error(`there is no worker "${name}"${meant} (known: ${listed || "none"})`);
  }

  async workerOf(name: string, text: string): Promise<WorkerFunction> {
    const file = this.fileOf(name);
    try {
      return await readMadeWorker(text, { name, file }, this.scope);
    } catch (error) {
      const flaw = flawOf(error);
      if (flaw === undefined) throw error;
      const reason = `${file} is no worker that can be called: ${flaw}`;
      throw new LlmDoError({ code: "call", verb: "call", what: name, reason, cause: error });
    }
  }

  /** Why a worker cannot be made, for the model; undefined when it can. */
  async flawOf({ name, content }: { name: string; content: string }): Promise<string | undefined> {
    const flaw = this.#nameFlaw(name) ?? textFlaw(content) ?? this.#overwrites(name, content);
    if (flaw !== undefined) return flaw;
    try {
      await readMadeWorker(content, { name, file: this.fileOf(name) }, this.scope);
      return undefined;
    } catch (error) {
      const found = flawOf(error);
      if (found === undefined) throw error;
      return `content, ${found}`;
    }
  }

  /**
   * Keeps a worker that has no flaw.
   *
   * @throws LlmDoError `call` where another one has come to stand there meanwhile
   */
  add(name: string, content: string): void {
    const reason = this.#overwrites(name, content);
    if (reason !== undefined) throw fileFailure("write", this.fileOf(name), { reason });
    if (this.find(name) === undefined) this.#folder.write(name, content);
  }

  /** A file that cannot be read is told as it is, without its error: that is recorded. */
  #found(name: string): string | undefined {
    try {
      return this.find(name);
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      throw new Error(error.message, { cause: error });
    }
  }

  #nameFlaw(name: string): string | undefined {
    // `__proto__` is a name that only an attack has.
    if (!WORKER_NAME.test(name) || name === "__proto__") {
      return "the name of a worker is 1 to 64 letters, digits, _ or -";
    }
    if (!this.#isTaken(name)) return undefined;
    return `"${name}" is the name of something else in this project, so no made worker has it`;
  }

  #overwrites(name: string, content: string): string | undefined {
    const standing = this.find(name);
    if (standing === undefined || standing === content) return undefined;
    return `a worker "${name}" is there already, with another text; call it, or take another name`;
  }
}

function textFlaw(content: string): string | undefined {
  if (!content.isWellFormed()) return "content is not valid Unicode";
  if (content.includes("\0")) return "content holds a NUL character, which no text has";
  if (Buffer.byteLength(content) <= MAX_FILE_BYTES) return undefined;
  return `content is larger than ${MAX_FILE_BYTES / 1024 ** 2} MiB`;
}
