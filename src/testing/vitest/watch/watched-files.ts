import { basename, dirname, resolve, sep } from "node:path";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { WORKER_EXTENSION } from "../../../project/project-files.ts";
import { PROJECT_CONFIG_FILE } from "../../../project/project-paths.ts";
import { parseCases } from "../../cases/file/parse-cases.ts";
import type { TestCase } from "../../cases/file/test-case.ts";
import { judgeFiles } from "../../cases/judge/calibration-file.ts";
import type { OpenedFiles } from "../../run/opened-files.ts";

/** Code that a worker names: the path before the name of an export, as in `./search.ts#searchTools`. */
const NAMED_CODE = /[^\s"'[\]{},]+\.[cm]?[jt]s(?=#)/g;

/** What a file of cases or of tests is about, as absolute paths: files, or folders with all below. */
interface Watched {
  readonly paths: ReadonlySet<string>;
  readonly cassettes: readonly string[];
}

/** Knows which files of cases and of tests a change of some other file is about. */
export class WatchedFiles {
  readonly #files: FileSystem;
  readonly #byTests = new Map<string, Watched>();

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
    const cases = casesOf(path, this.#files);
    const cassettes = cases.flatMap(({ cassette }) => (cassette === "none" ? [] : [cassette]));
    return this.#learned(path, { files: cases.flatMap(pathsOf), cassettes });
  }

  /**
   * Remembers what the runs of a file of tests read.
   *
   * @param path absolute
   * @returns paths to watch, absolute
   */
  learnOpened(path: string, opened: OpenedFiles): ReadonlySet<string> {
    // A run of some of its tests says nothing of what the others read.
    const known = this.#byTests.get(path);
    const cassettes = [...new Set([...(known?.cassettes ?? []), ...opened.cassettes])];
    return this.#learned(path, { files: [...(known?.paths ?? []), ...opened.files], cassettes });
  }

  /** All cassettes that are in use, absolute paths. */
  get cassettes(): readonly string[] {
    return [...this.#byTests.values()].flatMap(({ cassettes }) => cassettes);
  }

  /**
   * The files of cases and of tests that changed files matter to.
   *
   * @param changed absolute paths
   */
  testsAbout(changed: Iterable<string>): readonly string[] {
    const found = [...changed].flatMap((path) =>
      [...this.#byTests].filter(([tests, { paths }]) => matters(path, tests, paths)),
    );
    return [...new Set(found.map(([tests]) => tests))];
  }

  #learned(path: string, { files, cassettes }: OpenedFiles): ReadonlySet<string> {
    const paths = new Set([
      ...files,
      ...files.flatMap((file) => this.#namedIn(file)),
      ...cassettes.flatMap((cassette) => [cassette, `${cassette}.blobs`]),
    ]);
    this.#byTests.set(path, { paths, cassettes });
    return paths;
  }

  #namedIn(file: string): readonly string[] {
    if (!file.endsWith(WORKER_EXTENSION) || this.#files.stat(file)?.kind !== "file") return [];
    const names = this.#files.readText(file).match(NAMED_CODE) ?? [];
    return names.map((name) => resolve(dirname(file), name));
  }
}

function pathsOf({ files, workspace, script, expect }: TestCase): readonly string[] {
  const others = [workspace, script].filter((path) => path !== undefined);
  return [...files, ...others, ...(expect.judge ? judgeFiles(expect.judge) : [])];
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
