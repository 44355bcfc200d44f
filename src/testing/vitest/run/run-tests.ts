import { Writable } from "node:stream";
import type { Plugin } from "vitest/config";
import type { TestCase, Vitest } from "vitest/node";
import { EXIT, type ExitCode } from "../../../errors/codes.ts";
import { keepInterruptListeners } from "../../../host/interrupts.ts";
import { exitCodeSoFar } from "../../../host/this-process.ts";
import { exitCodeOf, type FailureKind, isNotRecorded } from "../../run/failure.ts";
import { llmDo } from "../config.ts";
import { isWrongSetup } from "../test/case-failed.ts";
import { parseWords } from "./parse-words.ts";
import { didNotStart, importVitest, missingCoverage, noTestsFound } from "./start-vitest.ts";
import { mutationsJson, variationSummary } from "./variation-results.ts";

interface TestRequest {
  /** What vitest is told, as on its own command line: filters and flags. */
  readonly words: readonly string[];
  /** Names of flags that are not vitest's. */
  readonly ownFlags: readonly string[];
  /** For the processes that run tests. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that the command was started in. */
  readonly folder: string;
  /** Ends the run when a person interrupts. */
  readonly signal: AbortSignal;
  /** Takes what is said beside the reports of the runner. */
  readonly writeErr: (text: string) => void;
  /** Takes the mutations as JSON; what the runner reports then goes to `writeErr`. Default: nobody. */
  readonly writeMutations?: ((text: string) => void) | undefined;
}

/**
 * Runs the project's tests and cases on vitest, with what its own configuration says; in watch mode
 * until the person ends it.
 *
 * @returns 0 when all passed, 3 when all failures are about recordings, 2 when files or settings are
 * wrong and nothing else fails, 130 when interrupted, else 1
 * @throws LlmDoError `cases` where vitest is missing or does not start, or there is nothing to run,
 * `usage` for a flag that vitest does not know
 */
export async function runTests({
  words,
  ownFlags,
  env,
  folder,
  signal,
  writeErr,
  writeMutations,
}: TestRequest): Promise<ExitCode> {
  const vitestNode = await importVitest(folder);
  const { filter, options } = parseWords(words, { vitest: vitestNode, ownFlags });
  const watch = options.watch ?? false;
  using interruption = new Interruption(signal);
  const starting = vitestNode.startVitest(
    filter,
    { ...options, watch, env },
    { plugins: [llmDo(), interruption.plugin] },
    writeMutations && { stdout: writableTo(writeErr) },
  );
  const vitest = await interruption.endOf(
    starting.catch((cause) => Promise.reject(didNotStart(cause))),
  );
  if (watch && vitest) await interruption.closed;
  if (!vitest || signal.aborted) return EXIT.interrupted;
  for (const line of variationSummary(vitest.state)) writeErr(`${line}\n`);
  writeMutations?.(mutationsJson(vitest.state, folder));
  if (hasRun(vitest)) return exitCodeAfter(vitest);
  const { shard } = vitest.config;
  if (shard && vitest.config.passWithNoTests) {
    writeErr(`shard ${shard.index}/${shard.count} has nothing to run\n`);
  }
  if (vitest.config.passWithNoTests || options.clearCache || options.listTags) return EXIT.done;
  throw (await missingCoverage(vitest)) ?? noTestsFound(filter, options.testNamePattern);
}

function writableTo(write: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      write(String(chunk));
      done();
    },
  });
}

/** Whether anything was run: a name that fits no test leaves all of them out. */
function hasRun({ state, config }: Vitest): boolean {
  const modules = state.getTestModules();
  if (modules.length === 0 || config.testNamePattern === undefined) return modules.length > 0;
  return modules.some((module) => !module.ok() || [...module.children.allTests()].some(isMeant));
}

/** Whether a test was run: one that was not recorded is skipped, too. */
function isMeant(test: TestCase): boolean {
  return test.result().state === "passed" || test.meta().llmDo !== undefined;
}

/** What the run came to; what was not recorded is skipped, and is no success. */
function exitCodeAfter({ state }: Vitest): ExitCode {
  const kinds: FailureKind[] = state.getUnhandledErrors().map(() => "run");
  for (const module of state.getTestModules()) {
    kinds.push(...kindsOf(module.errors()));
    for (const test of module.children.allTests()) {
      const failures = test.meta().llmDo?.failures ?? [];
      const { state: came, errors = [] } = test.result();
      if (came === "failed") kinds.push(...(failures.length > 0 ? failures : kindsOf(errors)));
      else if (failures.some((kind) => isNotRecorded({ kind }))) kinds.push(...failures);
    }
  }
  // Coverage below its thresholds, for one, is no failure of a test.
  const isRefused = kinds.length === 0 && exitCodeSoFar() !== 0;
  return isRefused ? EXIT.failed : exitCodeOf(kinds.map((kind) => ({ kind })));
}

/** What errors of the runner are about: a file or a setting that is wrong, or anything else. */
function kindsOf(errors: readonly object[]): readonly FailureKind[] {
  return errors.map((error) => (isWrongSetup(error) ? "setup" : "run"));
}

/** Ends a run of vitest when a person interrupts it, so that whatever runs can clean up. */
class Interruption implements Disposable {
  readonly #signal: AbortSignal;
  readonly #listeners = keepInterruptListeners();
  readonly #closed = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<undefined>();
  #vitest: Vitest | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#stop, { once: true });
  }

  /** Knows the run from its beginning. */
  get plugin(): Plugin {
    return {
      name: "llm-do:interruption",
      configureVitest: ({ vitest }) => {
        // vitest's own would end the process within a millisecond.
        this.#listeners[Symbol.dispose]();
        this.#vitest = vitest;
        vitest.onClose(() => this.#closed.resolve());
      },
    };
  }

  /** Resolves when vitest has closed, as a person ends watching. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** The result of what is under way; undefined when it was interrupted and has come to rest. */
  endOf<Value>(running: Promise<Value>): Promise<Value | undefined> {
    running.catch(() => undefined); // told by the race, unless it was interrupted before
    return Promise.race([running, this.#stopped.promise]);
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#stop);
  }

  readonly #stop = async () => {
    const vitest = this.#vitest;
    try {
      await vitest?.cancelCurrentRun("keyboard-input");
      await vitest?.close();
    } finally {
      this.#stopped.resolve(undefined);
    }
  };
}
