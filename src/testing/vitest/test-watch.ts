import type { Reporter, TestModule, Vitest } from "vitest/node";
import { nodeHost } from "../../host/node-host.ts";
import { withImporters } from "./importers.ts";
import { OwnRecordings } from "./own-recordings.ts";
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
