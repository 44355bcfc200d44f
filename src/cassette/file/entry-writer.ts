import { canonicalJson } from "../../model/canonical.ts";
import type { Json } from "../../model/json.ts";
import type { BlobContents } from "./blob-reference.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { entryText } from "./encode-entry.ts";
import type { EntryFields } from "./format.ts";
import type { EntrySlice } from "./scan.ts";

/** What a session writes its entries with. */
export interface EntryWriter {
  /** The file that entries go to. */
  readonly path: string;
  /** Makes sure that an entry can be written, before anything is spent on its answer. */
  prepare(asked: EntryFields, blobs?: BlobContents): void;
  /** @param prepared fields that were checked before */
  append(fields: EntryFields, blobs?: BlobContents, prepared?: EntryFields): void;
  /**
   * Writes an entry of the old cassette again, in its place among the others; for a writer that
   * replaces the cassette. Touches no file before the first entry that is new.
   */
  copy(entry: CopiedEntry, blobs?: BlobContents): void;
  /** Whether something was appended. */
  readonly hasNew: boolean;
  /** Whether {@link path} is this writer's. */
  readonly isOpen: boolean;
  /** Writes out what was only copied so far, for who reads {@link path} before the commit. */
  flush(): void;
  /** Puts a recording that ended well in its place. */
  commit(): void;
  close(): void;
}

/** An entry that is written again, with what it was in the old file. */
export interface CopiedEntry {
  readonly fields: EntryFields;
  readonly text: string;
  /** Whether the cassette itself does not hold it yet. */
  readonly isNew?: boolean;
}

/**
 * An entry of the old cassette as the new one says it: in the very same text where its fields are the
 * same, so that nothing changes for who reads the difference.
 */
export function copiedEntry(
  { file, unfinishedFrom }: { readonly file: CassetteFile; readonly unfinishedFrom: number },
  slice: EntrySlice,
  fields: EntryFields,
): CopiedEntry {
  const isNew = slice.start >= unfinishedFrom;
  const isSame = canonicalJson(defined(fields)) === canonicalJson(file.fields(slice));
  if (!isSame) return { fields, text: entryText(fields), isNew };
  const text = file.text.slice(slice.start, slice.end);
  return { fields, text: text.endsWith("\n") ? text : `${text}\n`, isNew };
}

function defined(fields: EntryFields): Json {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Json; // what is undefined was left out
}

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
