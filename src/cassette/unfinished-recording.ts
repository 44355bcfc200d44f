import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { FileSystem } from "../host/file-system.ts";
import { CassetteFile } from "./cassette-file.ts";
import { HEADER, SEPARATOR } from "./entry.ts";

/**
 * What earlier attempts at a first recording left beside a cassette that is not there yet. Tools ran
 * for real in them, so the next attempt takes their results from here and does not run them again.
 */
export class UnfinishedRecording {
  /** All that the attempts recorded, each entry once; undefined where there is nothing. */
  readonly file: CassetteFile | undefined;
  readonly #path: string;
  readonly #files: FileSystem;

  /** @param path the cassette's */
  constructor(path: string, files: FileSystem) {
    this.#path = path;
    this.#files = files;
    const attempts = [this.#kept, `${path}.recording`].flatMap((each) => {
      const file = readable(each, files);
      return file ? [file] : [];
    });
    const text = joined(attempts);
    this.file = text === undefined ? undefined : CassetteFile.ofText(path, text, files);
  }

  /** Saves it from the next attempt, which writes to the same file. */
  keep(): void {
    if (!this.file) return;
    const next = `${this.#kept}.next`;
    this.#files.write(next, this.file.text);
    this.#files.rename(next, this.#kept);
  }

  /** Removes it: a cassette stands in its place. */
  drop(): void {
    this.#files.remove(this.#kept);
  }

  get #kept(): string {
    return `${this.#path}.unfinished`;
  }
}

/** What a crash may have cut anywhere is of use as far as it can be read. */
function readable(path: string, files: FileSystem): CassetteFile | undefined {
  if (files.stat(path)?.kind !== "file") return undefined;
  try {
    return CassetteFile.read(path, files);
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}

/** The entries of attempts, those that a later attempt wrote again once. */
function joined(attempts: readonly CassetteFile[]): string | undefined {
  const entries = new Set<string>();
  for (const { slices, text } of attempts) {
    for (const { start, end } of slices) entries.add(text.slice(start, end));
  }
  if (entries.size === 0) return undefined;
  return [HEADER, ...entries].join(SEPARATOR);
}
