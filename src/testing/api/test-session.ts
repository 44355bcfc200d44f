import { resolve } from "node:path";
import { CassetteSession } from "../../cassette/session/session.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { WorkerFunction } from "../../functions/llm-function.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { Project } from "../../project/project.ts";
import { toJson } from "../../runtime/state/output.ts";
import type { CaseRun } from "../run/case-run.ts";
import type { SharedBudget } from "../run/shared-budget.ts";
import type { WorkCopy } from "../run/work-copy.ts";
import type { TestSettings } from "../settings/test-settings.ts";
import type { TestScript } from "./answers.ts";
import type { TestCassette, TestOptions } from "./test-options.ts";

/** What is run in a test. */
export interface TestSubject {
  readonly input: unknown;
  /** Loads it, to work in a folder; what it throws is the error of the run. */
  load(host: Host, workFolder: string | undefined): Promise<Project>;
  /** Absolute paths of the project's files, for the header of a cassette; none where it has no files. */
  readonly files: readonly string[];
  readonly onBehalfOf?: WorkerFunction | undefined;
  /** The command that would record the run anew, for advice. */
  readonly rerecord?: string | undefined;
  /** Who decides later whether a recording is kept. Default: it is, if the run ended well. */
  readonly decideLater?: ((recording: MadeRecording) => void) | undefined;
}

/** What a run recorded in a cassette of its own, which is not in its place yet. */
export interface MadeRecording {
  /**
   * Puts it in the place of the old one, or leaves that as it is. What was recorded first stays.
   *
   * @returns where what was not kept is left; undefined where nothing is
   * @throws LlmDoError `cassette-refused` when it cannot be written
   */
  settle(isKept: boolean): string | undefined;
}

/** All that a run of a test is made with. */
export interface TestSetting {
  readonly options: TestOptions;
  readonly host: Host;
  readonly cassette: Required<TestCassette> | undefined;
  readonly script: TestScript | undefined;
  readonly copy: WorkCopy | undefined;
  readonly budget: SharedBudget | undefined;
  /** What the command line says of tools; goes before the test. */
  readonly tools: TestSettings["tools"];
  /** The file with a recording that is replayed to see that it can be. Default: none. */
  readonly checking?: string | undefined;
}

/** Opens the cassette of a test; undefined where it has none. */
export async function openTestSession(
  { files, input, rerecord, decideLater }: TestSubject,
  { entry, folder, workFolder }: Project,
  { options, cassette, host, tools, copy, checking }: TestSetting,
): Promise<CassetteSession | undefined> {
  if (!cassette) return undefined;
  // A test that says itself how its cassette is used lets happen what its tools do.
  const isGuarded = options.cassette?.mode === undefined;
  const unrecorded = tools === "recorded" ? "refuse" : "first";
  const run = { files, entry: entry.name, input: toJson(input, entry.name), model: options.model };
  return CassetteSession.open({
    ...cassette,
    ...(checking === undefined
      ? { path: resolve(host.cwd, cassette.path), tools: tools ?? options.tools }
      : {
          path: checking,
          checking: cassette.path,
          mode: "replay",
          tools: copy ? undefined : "recorded",
        }),
    host,
    isChecked: cassette.mode !== "record" && checking === undefined,
    // Only a cassette of the run's own is written anew: others may have been recorded in it as well.
    whole: decideLater !== undefined,
    ...(isGuarded ? { effects: { unrecorded, byName: new Map(), advice: "test" } } : {}),
    rules: loadProjectConfig(folder, host.files).rules,
    workFolder: workFolder === folder ? undefined : workFolder,
    ...(files.length > 0 ? { run } : {}),
    ...(rerecord === undefined ? {} : { rerecord }),
  });
}

/** Ends of a run that a test may be about, so that what led there is worth keeping. */
const ENDS_OF_RUNS: readonly ErrorCode[] = ["call", "approval-needed", "approval-denied", "limit"];

export type Observed = Omit<CaseRun, "summary">;

/** Whether a run ended in a way that a test may be about. */
export function isKept({ error, notRecorded }: Observed): boolean {
  return !notRecorded && (!error || ENDS_OF_RUNS.includes(error.code));
}

/** Ends the session of a run, unless somebody decides later about what was recorded. */
export function closeTestSession(
  session: CassetteSession | undefined,
  run: Observed,
  decideLater: TestSubject["decideLater"],
): CaseRun {
  const ok = isKept(run);
  try {
    if (ok && session && decideLater) decideLater(madeRecording(session));
    const summary = ok && decideLater ? session?.summary : session?.close({ ok });
    return { ...run, summary, ...(session ? { performed: session.performed } : {}) };
  } catch (error) {
    // The answers are there and cannot be kept.
    if (!isLlmDoError(error)) throw error;
    return { ...run, output: undefined, error, exitCode: error.exitCode, summary: undefined };
  }
}

function madeRecording(session: CassetteSession): MadeRecording {
  return {
    settle: (isKept) => {
      session.close({ ok: isKept || session.isFirst });
      return session.leftover;
    },
  };
}
