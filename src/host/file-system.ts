/**
 * The files that the program itself reads and writes. Synchronous, because an entry of a cassette
 * must be one write and a run is mostly waiting for a model, not for a disk.
 *
 * Methods throw the platform's error (`code` is `ENOENT`, `ENOSPC`, ...) unless stated otherwise.
 */
export interface FileSystem {
  /** What stands at a path, links followed; undefined when nothing does. */
  stat(path: string): FileStat | undefined;
  readBytes(path: string): Uint8Array;
  /** Reads a regular file; what is a pipe or a device is an error, and so are more than 512 MB. */
  readText(path: string): string;
  /**
   * Reads a regular file at a path that {@link realPath} gave. It is an error when something on the way
   * has become a link since, so that what was checked is what is read.
   */
  readSettled(path: string): Uint8Array;
  /** Replaces a file's content, making the folders above it. */
  write(path: string, content: string | Uint8Array): void;
  /** Makes a file that must not exist yet; false when it does. */
  createExclusive(path: string, content: string): boolean;
  /** Opens a file for appending, making it and the folders above it. */
  openAppend(path: string): AppendFile;
  /** Moves a file, replacing what stands at `to` in one step. */
  rename(from: string, to: string): void;
  /** Removes a file or nothing. */
  remove(path: string): void;
  /** Names in a folder, sorted. */
  list(path: string): readonly string[];
  /** The path with all links resolved. */
  realPath(path: string): string;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  readonly bytes: number;
}

export interface AppendFile {
  /** Appends in one write; on a short or failed write the file is cut back and the error thrown. */
  append(text: string): void;
  /** Cuts the file to its first `bytes` bytes. */
  truncate(bytes: number): void;
  close(): void;
}
