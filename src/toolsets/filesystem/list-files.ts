import { normalize, sep } from "node:path";
import { codeOf } from "../../errors/system-error.ts";
import { defaulted, objectSchema, text } from "../../functions/object-schema.ts";
import { type ApprovalRule, type Tool, tool } from "../../functions/tool.ts";
import {
  type ConfinedFiles,
  type ConfinedPath,
  FileFault,
} from "../../host/confined/confined-files.ts";
import { fileFailure } from "./file-failure.ts";
import { type Glob, parseGlob } from "./glob.ts";
import type { WorkFolder } from "./work-folder.ts";

const input = objectSchema({
  path: defaulted(text("The folder to look in."), "."),
  pattern: defaulted(
    text(
      "What to look for below it: *, ?, [a-z], {one,other}, and ** for any number of folders. Names that begin with a dot need a pattern that does.",
    ),
    "**/*",
  ),
});

/** What a model is told of a folder. */
interface ListAnswer {
  /** Paths as the other tools take them, sorted; those of folders end with `/`. */
  readonly entries: readonly string[];
  /** Whether there is more. */
  readonly truncated: boolean;
  /** What is not in the list, and why; absent when it is whole. */
  readonly note?: string;
}

export function listFilesTool(folder: WorkFolder, inside: ApprovalRule): Tool {
  return tool({
    description:
      "List the files and folders in a folder, and in those below it, that match a pattern. Folders end with /.",
    input,
    effect: "local",
    approval: ({ path }) => folder.ruleOf(path, inside),
    admit: ({ path }) => folder.admitOf(path, "read_approval"),
    run: ({ path, pattern }): ListAnswer => {
      const parsed = parseGlob(pattern);
      if (parsed.kind === "invalid") throw fileFailure("list", path, parsed);
      const found = folder.operate("list", path, (target) =>
        findFiles(folder.files, target, parsed.glob),
      );
      const entries = found.entries.map((entry) => prefixOf(path) + entry);
      const answer = { entries, truncated: found.isCut };
      return found.notes.length === 0 ? answer : { ...answer, note: found.notes.join("; ") };
    },
  });
}

/** What stands in front of an entry, so that its path is one that the tools take. */
function prefixOf(path: string): string {
  const folder = normalize(path).replaceAll(sep, "/").replace(/\/$/, "");
  return folder === "." ? "" : `${folder}/`;
}

/** Entries that a list holds: some 10,000 tokens of ordinary paths. */
const MAX_LISTED = 1_000;

/** Entries that are looked at for one list; about a second on an ordinary disk. */
const MAX_SEEN = 100_000;

/** Folders within folders that are looked into; what goes deeper is a trap or a mistake. */
const MAX_DEPTH = 64;

interface FoundFiles {
  /** Relative to where the search began. */
  readonly entries: readonly string[];
  readonly isCut: boolean;
  readonly notes: readonly string[];
}

/**
 * Looks for files and folders, folder by folder in the order of their names. Links are neither
 * followed nor listed, since no tool takes them.
 */
function findFiles(files: ConfinedFiles, start: ConfinedPath, glob: Glob): FoundFiles {
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
