/**
 * The files that the program itself reads and writes. Synchronous, because an entry of a cassette
 * must be one write and a run is mostly waiting for a model, not for a disk.
 *
 * What reads throws the platform's error (`code` is `ENOENT`, `EACCES`, ...). What writes throws an
 * LlmDoError `file` that says what is wrong and what to do, and follows no link in the place of the
 * file itself: a link, a folder, a pipe or a device there is refused.
 */
export interface FileSystem {
  /** What stands at a path, links followed; undefined when nothing does. */
  stat(path: string): FileStat | undefined;
  /** What stands at a path itself, a link being a link; undefined when nothing does. */
  kindAt(path: string): EntryKind | undefined;
  readBytes(path: string): Uint8Array;
  /** Reads a regular file; what is a pipe or a device is an error, and so are more than 512 MB. */
  readText(path: string): string;
  /**
   * Reads a regular file at a path that {@link realPath} gave. It is an error when something on the way
   * has become a link since, so that what was checked is what is read.
   */
  readSettled(path: string): Uint8Array;
  /**
   * Puts a whole file in the place of what stands there, making the folders above it: whatever breaks
   * off, there is the old file or the new one. The new one is on the disk when this returns.
   */
  write(path: string, content: string | Uint8Array): void;
  /** Makes a whole file that must not exist yet; false when something stands there. */
  createExclusive(path: string, content: string): boolean;
  /** Opens a file for appending, making it and the folders above it. */
  openAppend(path: string): AppendFile;
  /**
   * Appends a line to a file that other processes append to at the same time, in one write and without
   * a lock: none of them loses a line. Makes the file, which its owner alone may read, and the folders
   * above it. A line that was cut short before stays a line of its own. Never cuts the file.
   *
   * @param line without its end
   */
  appendLine(path: string, line: string): void;
  /**
   * Reads a part of a regular file; follows no link in the place of the file itself.
   *
   * @returns fewer bytes where the file ends before
   */
  readPart(path: string, part: { readonly from: number; readonly bytes: number }): Uint8Array;
  /** Moves a file, replacing what stands at `to` in one step; its content is on the disk by then. */
  rename(from: string, to: string): void;
  /** Removes a file or nothing; a link itself, not where it leads. */
  remove(path: string): void;
  /** Names in a folder, sorted. */
  list(path: string): readonly string[];
  /** The path with all links resolved. */
  realPath(path: string): string;
}

/** `other`: a pipe, a device, a socket. */
export type EntryKind = "file" | "directory" | "link" | "other";

export interface FileStat {
  readonly kind: Exclude<EntryKind, "link">;
  readonly bytes: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly modifiedMs: number;
}

export interface AppendFile {
  /** Appends in one write; on a short or failed write the file is cut back and the error thrown. */
  append(text: string): void;
  /** Cuts the file to its first `bytes` bytes. */
  truncate(bytes: number): void;
  close(): void;
}

/** Folders that a run works in and that nobody needs afterwards. */
export interface ScratchFolders {
  /**
   * Makes an empty folder.
   *
   * @returns its absolute path, links resolved
   */
  make(): string;
  /**
   * Copies what a folder holds into another one. Links that lead to something in the folder are
   * copied as links; file times are not kept.
   *
   * @throws OutwardLink before anything is copied from behind a link that leads out of the folder
   */
  copy(from: string, to: string): void;
  /** Makes a link at `path` that leads to `target`, with the folders above it. */
  link(target: string, path: string): void;
  /** Removes all that a folder holds. */
  empty(path: string): void;
  /** Removes a folder with all that it holds, or nothing. */
  remove(path: string): void;
}

/** A link in a folder that leads to something outside of it. */
export class OutwardLink extends Error {
  /** Relative to the folder. */
  readonly link: string;

  constructor(link: string) {
    super(`the link ${link} leads out of the folder`);
    this.link = link;
  }
}
