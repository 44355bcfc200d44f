import { hash } from "node:crypto";
import type { FileSystem } from "../../host/files/file-system.ts";

/**
 * Tells what a run that records has written itself from what a person has edited: only the latter is a
 * reason to run again.
 */
export class OwnRecordings {
  readonly #files: FileSystem;
  /** What cassettes held when the last run ended, as hashes. */
  readonly #written = new Map<string, string>();
  #isRunning = false;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  runBegins(): void {
    this.#isRunning = true;
  }

  /** @param cassettes absolute paths of those that the run may have written */
  runEnds(cassettes: Iterable<string>): void {
    for (const path of cassettes) this.#written.set(path, this.#contentOf(path));
    this.#isRunning = false;
  }

  /**
   * Whether a change of a file was made by a run.
   *
   * @param path absolute
   * @param cassettes absolute paths of those that are in use
   */
  wrote(path: string, cassettes: Iterable<string>): boolean {
    for (const cassette of cassettes) {
      // What a recording is written to meanwhile, and what goes with it, is named after it.
      if (path.startsWith(`${cassette}.`)) return true;
      if (path === cassette)
        return this.#isRunning || this.#written.get(path) === this.#contentOf(path);
    }
    return false;
  }

  #contentOf(path: string): string {
    return this.#files.stat(path) ? hash("sha256", this.#files.readBytes(path)) : "";
  }
}
