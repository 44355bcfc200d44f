import { LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import type { AppendFile } from "../host/file-system.ts";
import type { Host } from "../host/host.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { type EntryFields, HEADER, SEPARATOR } from "./entry.ts";
import { lockCassette } from "./lock.ts";
import { SecretScanner } from "./secrets.ts";
import { writeYaml } from "./yaml/write-yaml.ts";

export interface WriterOptions {
  readonly path: string;
  readonly host: Host;
  /** Write beside the cassette and replace it by {@link CassetteWriter.commit}. */
  readonly replace: boolean;
  /** What stands in the file already; undefined when there is none. */
  readonly existing: CassetteFile | undefined;
}

/** Appends entries to a cassette, each with one write, under a lock. */
export class CassetteWriter {
  readonly #options: WriterOptions;
  readonly #scanner: SecretScanner;
  #file: AppendFile | undefined;
  #release: (() => void) | undefined;
  #isEmpty = true;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#scanner = new SecretScanner(options.host.env);
  }

  /** The file that entries go to until the cassette is replaced. */
  get path(): string {
    return this.#options.replace ? `${this.#options.path}.recording` : this.#options.path;
  }

  /**
   * Makes sure that writing will work, before anything is spent on an answer. May be called often.
   *
   * @throws LlmDoError `cassette-refused` when another process writes it or the disk refuses
   */
  claim(): void {
    if (this.#file) return;
    this.#guard(() => {
      this.#release = lockCassette(this.#options.path, this.#options.host);
      const { files } = this.#options.host;
      if (this.#options.replace) files.remove(this.path);
      this.#file = files.openAppend(this.path);
      if (!this.#options.replace) this.#cutTornTail(this.#file);
    });
  }

  /** @throws LlmDoError `cassette-refused` when the fields hold a secret */
  checkSecrets(fields: EntryFields): void {
    this.#scanner.check(fields, this.#options.path);
  }

  /** @throws LlmDoError `cassette-refused` when the fields hold a secret or the disk refuses */
  append(fields: EntryFields): void {
    this.checkSecrets(fields);
    this.claim();
    const text = (this.#isEmpty ? HEADER : "") + SEPARATOR + writeYaml(fields);
    this.#guard(() => this.#file?.append(text));
    this.#isEmpty = false;
  }

  /** Puts the new recording in the cassette's place, in one step. */
  commit(): void {
    if (!this.#options.replace || !this.#file) return;
    this.#guard(() => {
      if (this.#isEmpty) this.#file?.append(HEADER);
      this.#isEmpty = false;
      this.#options.host.files.rename(this.path, this.#options.path);
    });
  }

  close(): void {
    const { existing, host } = this.#options;
    this.#file?.close();
    // A run that recorded nothing leaves nothing behind.
    if (this.#file && this.#isEmpty && !existing) host.files.remove(this.path);
    this.#file = undefined;
    this.#release?.();
    this.#release = undefined;
  }

  /** What a crash left goes to a file beside, so that not even a hand-made edit is lost. */
  #cutTornTail(file: AppendFile): void {
    const { existing, host } = this.#options;
    if (!existing) return;
    this.#isEmpty = existing.wholeBytes === 0;
    if (existing.tornTail === "") return;
    host.files.write(`${this.path}.torn`, existing.tornTail);
    file.truncate(existing.wholeBytes);
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof LlmDoError) throw error;
      throw new LlmDoError({
        code: "cassette-refused",
        verb: "record",
        what: this.#options.path,
        reason: `it cannot be written: ${messageOf(error)}`,
        tries: ["free the disk or choose another path; what was recorded before is kept"],
        cause: error,
      });
    }
  }
}
