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
