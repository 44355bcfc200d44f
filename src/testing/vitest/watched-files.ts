import { basename, dirname, resolve, sep } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/file-system.ts";
import { PROJECT_CONFIG_FILE } from "../../project/find-upwards.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { parseCases } from "../cases/parse-cases.ts";
import type { TestCase } from "../cases/test-case.ts";

/** Code that a worker names: the path before the name of an export, as in `./search.ts#searchTools`. */
const NAMED_CODE = /[^\s"'[\]{},]+\.[cm]?[jt]s(?=#)/g;

/** Knows which files of cases a change of some other file is about. */
export class WatchedFiles {
  readonly #files: FileSystem;
  /** Paths by the file of cases that they matter to: of files, or of folders with all below. */
  readonly #byCases = new Map<string, ReadonlySet<string>>();

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /**
   * Reads what a file of cases is about.
   *
   * @param path absolute
   * @returns paths to watch, absolute
   */
  learn(path: string): ReadonlySet<string> {
    const paths = new Set(casesOf(path, this.#files).flatMap((one) => this.#pathsOf(one)));
    this.#byCases.set(path, paths);
    return paths;
  }

  /**
   * The files of cases that changed files matter to.
   *
   * @param changed absolute paths
   */
  casesAbout(changed: Iterable<string>): readonly string[] {
    const found = [...changed].flatMap((path) =>
      [...this.#byCases].filter(([cases, about]) => matters(path, cases, about)),
    );
    return [...new Set(found.map(([cases]) => cases))];
  }

  #pathsOf({ files, cassette, workspace, script }: TestCase): readonly string[] {
    const recording = cassette === "none" ? [] : [cassette, `${cassette}.blobs`];
    const others = [workspace, script].filter((path) => path !== undefined);
    return [...files, ...files.flatMap((file) => this.#namedIn(file)), ...recording, ...others];
  }

  #namedIn(file: string): readonly string[] {
    if (!file.endsWith(WORKER_EXTENSION) || this.#files.stat(file)?.kind !== "file") return [];
    const names = this.#files.readText(file).match(NAMED_CODE) ?? [];
    return names.map((name) => resolve(dirname(file), name));
  }
}

function matters(changed: string, cases: string, about: ReadonlySet<string>): boolean {
  if (basename(changed) === PROJECT_CONFIG_FILE && cases.startsWith(dirname(changed) + sep)) {
    return true; // holds for all that is below it
  }
  return [...about].some((path) => changed === path || changed.startsWith(path + sep));
}

function casesOf(path: string, files: FileSystem): readonly TestCase[] {
  try {
    return parseCases(files.readText(path), path).cases;
  } catch (error) {
    if (isLlmDoError(error)) return []; // running them says what is wrong with it
    throw error;
  }
}
