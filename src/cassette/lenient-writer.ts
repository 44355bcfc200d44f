import type { BlobContents } from "./blob-reference.ts";
import type { CopiedEntry, EntryWriter } from "./copied-entry.ts";
import type { EntryFields } from "./entry.ts";

/** Writes as long as it can; what keeps it from writing ends the writing and not the run. */
export class LenientWriter implements EntryWriter {
  readonly path: string;
  /** Undefined from the first failure on. */
  #inner: EntryWriter | undefined;
  readonly #onUnwritable: (error: unknown) => void;

  /** @param onUnwritable told once, when the file has been let go of */
  constructor(inner: EntryWriter, onUnwritable: (error: unknown) => void) {
    this.path = inner.path;
    this.#inner = inner;
    this.#onUnwritable = onUnwritable;
  }

  prepare(asked: EntryFields, blobs?: BlobContents): void {
    this.#try((inner) => inner.prepare(asked, blobs));
  }

  append(fields: EntryFields, blobs?: BlobContents, prepared?: EntryFields): void {
    this.#try((inner) => inner.append(fields, blobs, prepared));
  }

  copy(entry: CopiedEntry, blobs?: BlobContents): void {
    this.#try((inner) => inner.copy(entry, blobs));
  }

  get hasNew(): boolean {
    return this.#inner?.hasNew ?? false;
  }

  get isOpen(): boolean {
    return this.#inner?.isOpen ?? false;
  }

  flush(): void {
    this.#try((inner) => inner.flush());
  }

  commit(): void {
    this.#try((inner) => inner.commit());
  }

  close(): void {
    this.#try((inner) => inner.close());
  }

  #try(write: (inner: EntryWriter) => void): void {
    const inner = this.#inner;
    if (!inner) return;
    try {
      write(inner);
    } catch (error) {
      this.#inner = undefined;
      closeQuietly(inner);
      this.#onUnwritable(error);
    }
  }
}

/** What it could not write has been told; that it cannot be closed either is no further news. */
function closeQuietly(inner: EntryWriter): void {
  try {
    inner.close();
  } catch {
    return;
  }
}
