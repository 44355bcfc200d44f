import { resolve } from "node:path";
import type { Reporter, TestSpecification, Vitest } from "vitest/node";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import { NODE_PROGRAM } from "../../../host/this-process.ts";
import { CASES_ENDING } from "../../cases/file/case-name.ts";
import type { CaseRange, TestCase } from "../../cases/file/test-case.ts";
import { LABEL_WIDTH } from "../../report/summary.ts";
import type { EstimateRequest, ToldStatus } from "../../status/recording-estimate.ts";

interface EstimateOptions {
  readonly vitest: Vitest;
  /** The command line of this package, absolute. */
  readonly bin: string;
  /** The cases that are run, by their files; undefined: all. Asked when the run begins. */
  readonly rangesOf: () => ReadonlyMap<string, CaseRange> | undefined;
  readonly host: Host;
  readonly mode: EstimateRequest["mode"];
  /** What the command may spend, as a person wrote it; undefined: whatever it takes. */
  readonly maxUsd: string | undefined;
  /** Runs of each case at least; undefined: as many as it says. */
  readonly samples: number | undefined;
}

const LABEL = "To record";

const STATUS_LIMITS = { timeoutMs: 300_000, keptBytes: 2 ** 28, writtenBytes: 2 ** 28 };

/** Says what is about to be recorded and what that costs, before the first request. */
export class EstimateReporter implements Reporter {
  readonly #options: EstimateOptions;

  constructor(options: EstimateOptions) {
    this.#options = options;
  }

  async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    const { vitest, host, maxUsd } = this.#options;
    const interrupted = new AbortController();
    vitest.onCancel(() => interrupted.abort(new Error("interrupted")));
    try {
      const text = await this.#estimate(specifications, interrupted.signal);
      if (text === undefined) return;
      const most = maxUsd === undefined ? "" : `; at most $${Number(maxUsd)} is spent`;
      host.stderr.write(`${LABEL.padStart(LABEL_WIDTH)}  ${text}${most}\n\n`);
    } catch (error) {
      if (!interrupted.signal.aborted) throw error;
      await new Promise(() => undefined); // the run must not begin: whoever interrupted it ends it
    }
  }

  async #estimate(
    specifications: readonly TestSpecification[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { host, mode, vitest, samples } = this.#options;
    const { files } = host;
    // A run that records nothing needs none of it.
    const { parseCases } = await import("../../cases/file/parse-cases.ts");
    const { entryModel, listPrice } = await import("../../status/list-prices.ts");
    const { estimateRecording, estimateText } = await import("../../status/recording-estimate.ts");
    const byFile = new Map<string, readonly TestCase[]>();
    for (const { moduleId } of specifications) {
      if (!moduleId.endsWith(CASES_ENDING)) continue;
      byFile.set(
        moduleId,
        orNone(() => parseCases(files.readText(moduleId), moduleId, moduleId).cases),
      );
    }
    const pattern = vitest.getGlobalTestNamePattern();
    const ranges = this.#options.rangesOf();
    const cases = [...byFile]
      .flatMap(([path, all]) => all.slice(ranges?.get(path)?.from, ranges?.get(path)?.to))
      .filter(({ name }) => pattern?.test(name) ?? true);
    const recordings = await recordingsOf(cases, byFile, host);
    const statuses = await this.#statuses([...recordings.values()], signal);
    return estimateText(
      estimateRecording({
        mode,
        cases,
        casesOf: (file) => byFile.get(file) ?? [],
        listPriceOf: (one) => listPrice(entryModel(one, host) ?? ""),
        recordingOf: (one) => recordings.get(one),
        statusOf: (cassette) => statuses.get(cassette),
        files,
        samples,
      }),
      mode,
    );
  }

  /**
   * How cassettes stand, from a process of its own: it runs the tools, whose code may have
   * changed since this process read it, and which may leave something behind.
   */
  async #statuses(
    there: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ToldStatus>> {
    const { host, bin } = this.#options;
    if (there.length === 0) return new Map();
    const ended = await host.processes.run({
      program: NODE_PROGRAM,
      arguments: [bin, "cassette", "status", "--json", ...new Set(there)],
      cwd: host.cwd,
      ...STATUS_LIMITS,
      signal,
    });
    if (ended.kind === "not-started") return new Map();
    const lines = Buffer.from(ended.stderr.head).toString("utf8").split("\n");
    return new Map(lines.flatMap((line) => toldStatus(line, host.cwd)));
  }
}

/** What is on record of cases, also under another name: running such a case moves it. */
async function recordingsOf(
  cases: readonly TestCase[],
  byFile: ReadonlyMap<string, readonly TestCase[]>,
  host: Host,
): Promise<ReadonlyMap<TestCase, string>> {
  const { recordingOfRenamed } = await import("../../status/renamed-case.ts");
  const found = cases.flatMap((one) => {
    const { cassette, place } = one;
    if (host.files.stat(cassette)) return [[one, cassette] as const];
    const ofFile = { path: place.file, cases: byFile.get(place.file) ?? [] };
    const renamed = recordingOfRenamed(one, ofFile, host);
    return renamed === undefined ? [] : [[one, renamed] as const];
  });
  return new Map(found);
}

/** One line of `cassette status --json`, by the absolute path of its cassette. */
function toldStatus(line: string, cwd: string): readonly (readonly [string, ToldStatus])[] {
  if (!line.startsWith("{")) return [];
  const told: { kind?: string; path?: string } & ToldStatus = JSON.parse(line); // as it writes them
  if (told.kind !== "cassette" || told.path === undefined) return [];
  return [[resolve(cwd, told.path), told]];
}

/** Files of cases that cannot be read say so when they are run. */
function orNone(read: () => readonly TestCase[]): readonly TestCase[] {
  try {
    return read();
  } catch (error) {
    if (isLlmDoError(error)) return [];
    throw error;
  }
}
