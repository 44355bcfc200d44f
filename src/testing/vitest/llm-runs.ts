import { dirname, relative, resolve } from "node:path";
import { sumLedgers } from "../../cassette/state/ledger.ts";
import { EXIT } from "../../errors/codes.ts";
import type { Host } from "../../host/host.ts";
import { interruptSignal } from "../../host/interrupts.ts";
import { type RunTestRequest, runProjectTest } from "../api/run-test.ts";
import type { TestCassette, TestRun } from "../api/test-options.ts";
import type { MadeRecording } from "../api/test-session.ts";
import { checkLedger } from "../cases/check-ledger.ts";
import type { Failure } from "../run/failure.ts";
import type { CaseReport } from "./case-report.ts";
import { untilEnded } from "./end-after.ts";
import { failedUnexpectedly, isUntold } from "./expected-failures.ts";
import { cassettePathOf, claimCassette, type NamedTest } from "./test-cassette-path.ts";
import type { TestSettings } from "./test-settings.ts";

/** What `llm` takes: as `runTest`, with paths relative to the test's file. */
export interface LlmRequest extends Omit<RunTestRequest, "cassette"> {
  /**
   * Default: one beside the test's file, named like the test; `none` where a script or a transport
   * answers. `none`: the run asks no model and performs no external effect.
   */
  readonly cassette?: TestCassette | "none";
}

/** Runs a project in a test, against a cassette of the test's own. */
export type Llm = (request: LlmRequest) => Promise<TestRun>;

export interface LlmSetting {
  readonly test: NamedTest;
  readonly host: Host;
  readonly settings: TestSettings;
  readonly signal: AbortSignal;
  /** Ends the test, which did neither pass nor fail. */
  readonly skip: (note: string) => never;
}

/** The runs of one test, which must have proved something when the test ends. */
export class LlmRuns implements Disposable {
  readonly #setting: LlmSetting;
  readonly #runs: TestRun[] = [];
  readonly #recordings: MadeRecording[] = [];
  readonly #underWay = new Set<Promise<TestRun>>();
  readonly #over = new AbortController();
  #count = 0;

  constructor(setting: LlmSetting) {
    this.#setting = setting;
  }

  readonly run: Llm = async (request) => {
    const { test, host, signal } = this.#setting;
    const cassette = this.#cassetteOf(request, ++this.#count);
    const { cassette: _default, ...rest } = request;
    const placed = { ...rest, host: { ...host, ...request.host, cwd: dirname(test.file) } };
    const ended = [signal, interruptSignal(), this.#over.signal, placed.signal ?? []].flat();
    const options = {
      ...placed,
      signal: AbortSignal.any(ended),
      ...(cassette ? { cassette } : {}),
    };
    // A cassette that the test names may be another run's as well.
    const isOwn = cassette !== undefined && request.cassette === undefined;
    const decideLater = isOwn
      ? (recording: MadeRecording) => this.#recordings.push(recording)
      : undefined;
    const { rerecord } = this;
    const running = runProjectTest(options, { rerecord, decideLater });
    this.#underWay.add(running);
    const run = await running.finally(() => this.#underWay.delete(running));
    this.#runs.push(run);
    if (run.notRecorded) this.#setting.skip(`not recorded: ${run.notRecorded.message}`);
    return run;
  };

  /** The command that records the test anew. */
  get rerecord(): string {
    const { test, host } = this.#setting;
    return rerecordCommand(test, host);
  }

  /** Ends what is still under way, as where the test was given up, so that nothing of it is lost. */
  async end(): Promise<void> {
    if (this.#underWay.size === 0) return;
    this.#over.abort(new Error("the test is over"));
    await untilEnded(Promise.allSettled(this.#underWay), this.#setting.host);
  }

  /** In which ways the runs prove nothing, or ended as the test did not expect. */
  failures(): readonly Failure[] {
    const unrecorded = this.#unrecorded;
    if (unrecorded) return [unrecorded];
    return this.#runs.flatMap((run) => this.#failuresOf(run));
  }

  /** Errors that runs ended in, where no failure of the test shows them. */
  untold(): readonly Failure[] {
    if (this.#unrecorded) return [];
    return this.#runs.filter(isUntold).flatMap((run) => errorOf(run) ?? []);
  }

  /**
   * Keeps what the runs recorded, or leaves the old cassettes as they are.
   *
   * @returns where what was not kept is left
   * @throws LlmDoError `cassette-refused` when it cannot be written
   */
  settle({ isKept }: { readonly isKept: boolean }): readonly string[] {
    const made = this.#recordings.splice(0);
    return made.flatMap((recording) => recording.settle(isKept) ?? []);
  }

  /** What the summary of all tests is made of; undefined for a test without a cassette. */
  report(failures: readonly Failure[]): CaseReport | undefined {
    const { test, settings } = this.#setting;
    const [cassette] = this.#runs.flatMap((run) => run.cassette ?? []);
    if (!cassette) return undefined;
    return {
      name: test.names.join(" > "),
      cassette: cassette.path,
      mode: settings.mode,
      ledger: sumLedgers(this.#runs.flatMap(({ ledger }) => ledger ?? [])),
      failures: failures.map(({ kind }) => kind),
      ...(this.#unrecorded ? { notRecorded: this.#unrecorded.reason ?? "" } : {}),
      ...this.#performed(),
    };
  }

  get #unrecorded(): Failure | undefined {
    return this.#runs.find(({ notRecorded }) => notRecorded)?.notRecorded;
  }

  [Symbol.dispose](): void {
    this.settle({ isKept: false }); // where nobody came to decide
    for (const run of this.#runs) run[Symbol.dispose]();
  }

  #cassetteOf(request: LlmRequest, count: number): TestCassette | undefined {
    const { test } = this.#setting;
    const { cassette, script, transport } = request;
    if (cassette === "none") return undefined;
    if (!cassette && (script !== undefined || transport)) return undefined;
    const path = cassette
      ? resolve(dirname(test.file), cassette.path)
      : cassettePathOf(test, count);
    if (!cassette) claimCassette(path, test);
    return { ...cassette, path };
  }

  #performed(): Pick<CaseReport, "performed"> {
    const performed = this.#runs.flatMap((run) => run.performed ?? []);
    return performed.length > 0 ? { performed } : {};
  }

  #failuresOf(run: TestRun): readonly Failure[] {
    const ended = failedUnexpectedly(run) ? errorOf(run) : undefined;
    if (ended) return [ended];
    const { ledger, cassette } = run;
    if (!ledger || !cassette) return [];
    const { allowUnused } = this.#setting.settings;
    return checkLedger(ledger, { cassette: cassette.path, mode: cassette.mode, allowUnused });
  }
}

/** The error that a run ended in, as a failure of its test. */
function errorOf({ error, exitCode }: TestRun): Failure | undefined {
  if (!error) return undefined;
  return { kind: exitCode === EXIT.cassette ? "cassette" : "run", message: error.report() };
}

function rerecordCommand({ file, names }: NamedTest, { cwd }: Host): string {
  const name = JSON.stringify(names.join(" "));
  return `llm-do test ${relative(cwd, file)} -t ${name} --mode record`;
}
