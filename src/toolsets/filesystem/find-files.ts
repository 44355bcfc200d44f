import { codeOf } from "../../errors/system-error.ts";
import {
  type ConfinedFiles,
  type ConfinedPath,
  FileFault,
} from "../../host/confined/confined-files.ts";
import type { Glob } from "./glob.ts";

/** Entries that a list holds: some 10,000 tokens of ordinary paths. */
const MAX_LISTED = 1_000;

/** Entries that are looked at for one list; about a second on an ordinary disk. */
const MAX_SEEN = 100_000;

/** Folders within folders that are looked into; what goes deeper is a trap or a mistake. */
const MAX_DEPTH = 64;

export interface FoundFiles {
  /** Relative to where the search began. */
  readonly entries: readonly string[];
  readonly isCut: boolean;
  readonly notes: readonly string[];
}

/**
 * Looks for files and folders, folder by folder in the order of their names. Links are neither
 * followed nor listed, since no tool takes them.
 */
export function findFiles(files: ConfinedFiles, start: ConfinedPath, glob: Glob): FoundFiles {
  const search = new Search(files, start);
  search.visit([], glob);
  return search.found();
}

class Search {
  readonly #files: ConfinedFiles;
  readonly #start: ConfinedPath;
  readonly #entries: string[] = [];
  #seen = 0;
  #unusable = 0;
  #unreadable = 0;
  #limit: string | undefined;

  constructor(files: ConfinedFiles, start: ConfinedPath) {
    this.#files = files;
    this.#start = start;
  }

  visit(steps: readonly string[], glob: Glob): void {
    const { root, names } = this.#start;
    for (const { name, kind } of this.#files.list({ root, names: [...names, ...steps] })) {
      if (++this.#seen > MAX_SEEN) this.#limit ??= `only ${MAX_SEEN} entries were looked at`;
      if (this.#limit !== undefined) return;
      const path = [...steps, name];
      const next = glob.step(name);
      if (next.matches) this.#add(path.join("/"), kind);
      if (kind === "folder" && next.isOpen) this.#enter(path, next);
    }
  }

  found(): FoundFiles {
    const notes = [
      this.#limit && `${this.#limit}; give a longer path or a narrower pattern`,
      this.#unusable > 0 && `left out: ${this.#unusable} links, pipes or devices`,
      this.#unreadable > 0 && `left out: the content of ${this.#unreadable} unreadable folders`,
    ];
    return {
      entries: this.#entries,
      isCut: this.#limit !== undefined,
      notes: notes.filter((note) => typeof note === "string"),
    };
  }

  #add(path: string, kind: "file" | "folder" | "link" | "other"): void {
    if (kind === "link" || kind === "other") {
      this.#unusable++;
    } else if (this.#entries.length === MAX_LISTED) {
      this.#limit ??= `only the first ${MAX_LISTED} are listed`;
    } else {
      this.#entries.push(kind === "folder" ? `${path}/` : path);
    }
  }

  #enter(path: readonly string[], glob: Glob): void {
    if (this.#limit !== undefined) return;
    if (path.length > MAX_DEPTH) {
      this.#limit = `only ${MAX_DEPTH} levels of folders were looked into`;
      return;
    }
    try {
      this.visit(path, glob);
    } catch (error) {
      // It may be another's, or have been removed since its name was read.
      if (!(error instanceof FileFault) && codeOf(error) === undefined) throw error;
      this.#unreadable++;
    }
  }
}
