/**
 * Files that are reached below one folder and nowhere else: no link is followed on the way from
 * that folder to the file, so no path leads out of it.
 *
 * Methods throw a {@link FileFault}, or the platform's error (`code` is `EACCES`, `ENOSPC`, ...).
 */
export interface ConfinedFiles {
  /** The folder that `~` stands for. */
  readonly homeFolder: string;
  /**
   * The absolute path with all links resolved. Of a path that does not exist, or not yet, the part
   * that exists is resolved.
   */
  settle(path: string): string;
  /** The bytes of a regular file; a fault when there are more than `maxBytes`. */
  read(path: ConfinedPath, maxBytes: number): Uint8Array;
  /**
   * Puts a whole file in the place of what stands there, in one step; makes the folders above it.
   * A file that is replaced hands its permissions on.
   *
   * @param isNew whether nothing may stand there: then nothing is replaced, and a file that comes at
   * the same moment is a fault
   */
  write(path: ConfinedPath, content: Uint8Array, isNew?: boolean): "created" | "replaced";
  /** What a folder holds, sorted by name. */
  list(path: ConfinedPath): readonly FolderEntry[];
}

export interface ConfinedPath {
  /** Absolute and settled: it is refused when it has become a link since. */
  readonly root: string;
  /** The steps below it, each the plain name of an entry: none is empty, `.` or `..`. */
  readonly names: readonly string[];
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
}

/** Why a path cannot be used as it was meant, where the platform has no error that says it. */
type FaultKind =
  /** Nothing stands there. */
  | "missing"
  /** Something stands where a new file was to be made. */
  | "taken"
  /** A symbolic link stands there or on the way. */
  | "link"
  /** Something that is no folder stands on the way, or where a folder was expected. */
  | "not-a-folder"
  /** A folder stands where a file was expected. */
  | "folder"
  /** Neither a file nor a folder: a pipe, a device, a socket. */
  | "special"
  | "too-large"
  /** Somebody moved or replaced it while it was being opened. */
  | "moved";

export class FileFault extends Error {
  override readonly name = "FileFault";
  readonly kind: FaultKind;
  /** The steps below the root that lead to what is at fault. */
  readonly at: readonly string[];

  constructor(kind: FaultKind, at: readonly string[]) {
    super(`${kind}: ${at.join("/")}`);
    this.kind = kind;
    this.at = at;
  }
}
