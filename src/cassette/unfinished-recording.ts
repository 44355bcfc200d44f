import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { FileSystem } from "../host/files/file-system.ts";
import { CassetteFile } from "./cassette-file.ts";
import { HEADER, SEPARATOR } from "./entry.ts";
import { checkOwnPlace } from "./own-place.ts";

/**
 * What earlier attempts at a recording left beside the cassette. Models were paid and tools ran for
 * real in them, so the next attempt takes their results from here and does not ask again.
 */
export class UnfinishedRecording {
  /**
   * The cassette, where there is one, with all that the attempts recorded behind it, each entry once;
   * undefined where they left nothing.
   */
  readonly file: CassetteFile | undefined;
  /** Where in the text of the file the entries of the attempts begin. */
  readonly from: number;
  readonly #entries: readonly string[];
  readonly #path: string;
  readonly #files: FileSystem;

  /**
   * @param path the cassette's
   * @param existing undefined where there is none, or it cannot be read
   */
  constructor(path: string, existing: CassetteFile | undefined, files: FileSystem) {
    this.#path = path;
    this.#files = files;
    const attempts = [this.#kept, `${path}.recording`].flatMap((each) => {
      const file = readAttempt(each, files);
      return file ? [file] : [];
    });
    this.#entries = entriesOf(attempts, existing);
    const whole =
      existing?.text.slice(0, existing.text.length - existing.tornTail.length) ?? HEADER;
    const before = whole.endsWith("\n") ? whole : `${whole}\n`;
    this.from = before.length;
    const text = [before, ...this.#entries].join(SEPARATOR);
    this.file = this.#entries.length > 0 ? CassetteFile.ofText(path, text, files) : undefined;
  }

  /** Saves it from the next attempt, which writes to the same file. */
  keep(): void {
    if (!this.file) return;
    checkOwnPlace(this.#kept, this.#files);
    this.#files.write(this.#kept, [HEADER, ...this.#entries].join(SEPARATOR));
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
function readAttempt(path: string, files: FileSystem): CassetteFile | undefined {
  if (files.kindAt(path) !== "file") return undefined;
  try {
    return CassetteFile.read(path, files);
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}

/** The entries of attempts that the cassette does not hold, those that were written again once. */
function entriesOf(
  attempts: readonly CassetteFile[],
  existing: CassetteFile | undefined,
): readonly string[] {
  const known = new Set(existing && textsOf(existing));
  return [...new Set(attempts.flatMap(textsOf))].filter((text) => !known.has(text));
}

function textsOf({ slices, text }: CassetteFile): readonly string[] {
  return slices.map(({ start, end }) => text.slice(start, end));
}
