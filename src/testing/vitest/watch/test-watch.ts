import { hash } from "node:crypto";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { nodeHost } from "../../../host/node-host.ts";
import type { WatchedFiles } from "./watched-files.ts";

/** Everything. */
const ANY_PATH = /^/;

/**
 * Makes a run that watches run what a changed file is about: cases, tests whose runs read it, and tests
 * that import it.
 */
export class TestWatch implements Reporter {
  readonly #vitest: Vitest;
  readonly #records: boolean;
  readonly #own = new OwnRecordings(nodeHost().files);
  #watched: WatchedFiles | undefined;

  /** @param records whether runs write cassettes, which is no reason to run again */
  constructor(vitest: Vitest, records: boolean) {
    this.#vitest = vitest;
    this.#records = records;
    const { config } = vitest;
    const trigger = { pattern: ANY_PATH, testsToRun: (path: string) => this.#testsToRun(path) };
    config.watchTriggerPatterns = [...(config.watchTriggerPatterns ?? []), trigger];
    config.reporters.push(this);
  }

  /** Learns what a file of cases is about. */
  async learnCases(path: string): Promise<void> {
    const watched = await this.#known();
    this.#vitest.vite.watcher.add([...watched.learn(path)]);
  }

  onTestRunStart(): void {
    this.#own.runBegins();
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    for (const module of modules) {
      const { llmDoOpened } = module.meta();
      if (!llmDoOpened) continue;
      const watched = await this.#known();
      this.#vitest.vite.watcher.add([...watched.learnOpened(module.moduleId, llmDoOpened)]);
    }
    this.#own.runEnds(this.#records ? (this.#watched?.cassettes ?? []) : []);
  }

  /** Brings all that reads cases, which this process needs for nothing else. */
  async #known(): Promise<WatchedFiles> {
    const { WatchedFiles } = await import("./watched-files.ts");
    this.#watched ??= new WatchedFiles(nodeHost().files);
    return this.#watched;
  }

  #testsToRun(path: string): string[] | undefined {
    const watched = this.#watched;
    if (!watched) return undefined; // vitest finds the tests itself
    if (this.#records && this.#own.wrote(path, watched.cassettes)) return undefined;
    const changed = withImporters(path, this.#vitest);
    const about = watched.testsAbout(changed);
    if (about.length === 0) return undefined;
    const tests = this.#vitest.state.getFilepaths().filter((file) => changed.has(file));
    return [...new Set([...about, ...tests])];
  }
}

/** A file with all files that import it, directly or not, in any project. */
function withImporters(path: string, { projects }: Vitest): ReadonlySet<string> {
  const found = new Set<string>([path]);
  for (const { vite } of projects) {
    for (const { moduleGraph } of Object.values(vite.environments)) {
      // The set grows while it is walked.
      for (const file of found) {
        for (const module of moduleGraph.getModulesByFile(file) ?? []) {
          for (const importer of module.importers) if (importer.file) found.add(importer.file);
        }
      }
    }
  }
  return found;
}

/**
 * Tells what a run that records has written itself from what a person has edited: only the latter is a
 * reason to run again.
 */
class OwnRecordings {
  readonly #files: FileSystem;
  /** What cassettes held when the last run ended, as hashes. */
  readonly #written = new Map<string, string>();
  #isRunning = false;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  runBegins(): void {
    this.#isRunning = true;
  }

  /** @param cassettes absolute paths of those that the run may have written */
  runEnds(cassettes: Iterable<string>): void {
    for (const path of cassettes) this.#written.set(path, this.#contentOf(path));
    this.#isRunning = false;
  }

  /**
   * Whether a change of a file was made by a run.
   *
   * @param path absolute
   * @param cassettes absolute paths of those that are in use
   */
  wrote(path: string, cassettes: Iterable<string>): boolean {
    for (const cassette of cassettes) {
      // What a recording is written to meanwhile, and what goes with it, is named after it.
      if (path.startsWith(`${cassette}.`)) return true;
      if (path === cassette)
        return this.#isRunning || this.#written.get(path) === this.#contentOf(path);
    }
    return false;
  }

  #contentOf(path: string): string {
    return this.#files.stat(path) ? hash("sha256", this.#files.readBytes(path)) : "";
  }
}
