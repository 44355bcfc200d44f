import { dirname } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import type { Bill } from "../../cassette/read/bill.ts";
import { billOf } from "../../cassette/read/read-exchanges.ts";
import { ruleFindings } from "../../cassette/read/rule-findings.ts";
import { Tape } from "../../cassette/read/tape.ts";
import { SecretScanner } from "../../cassette/secrets/secret-scanner.ts";
import { LenientReplay } from "../../cassette/upkeep/lenient-replay.ts";
import { findingsOf, type ReplayFindings } from "../../cassette/upkeep/replay-findings.ts";
import { EXIT, type ExitCode } from "../../errors/codes.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { loadProjectConfig } from "../../project/config/project-config.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { isWanted } from "../cases/run/case-outcome.ts";
import { runCase } from "../cases/run/run-case.ts";
import type { Failure } from "../run/failure.ts";
import { HEADER_RUN_NAME } from "./cassette-users.ts";

/** How a cassette stands against what its runs ask for today. */
export type CassetteStatus =
  /** Everything that is asked for is on record, and everything on record is asked for. */
  | ({ readonly state: "fresh" } & Replayed)
  | ({ readonly state: "stale" } & Replayed)
  /** A case uses it, and there is no such file. */
  | { readonly state: "unrecorded"; readonly path: string; readonly cases: readonly string[] }
  /** All of it was imported: it is a record to learn from, and no run asks for it. */
  | { readonly state: "imported"; readonly path: string; readonly recordings: number }
  /** It cannot be told: nothing says what to run, or it does not run. */
  | {
      readonly state: "unknown";
      readonly path: string;
      /** One or more lines. */
      readonly reason: string;
      readonly tries: readonly string[];
      /** What is wrong: the command line or a file (2), or the cassette (3). */
      readonly exitCode: ExitCode;
    };

interface NotToday {
  readonly line: number;
  readonly problem: string;
  /** Whether the rules as they are would replace it; else it is a secret that no rule finds. */
  readonly isRule: boolean;
}

interface Replayed extends ReplayFindings {
  /** Absolute. */
  readonly path: string;
  /** The names of the cases that use it; none where its header says what is run. */
  readonly cases: readonly string[];
  /** Files that its runs load; absolute. */
  readonly files: readonly string[];
  /** Whether the runs draw from further samples, which are recordings like any other then. */
  readonly draws: boolean;
  /** What the answers of the stale recordings took when they were recorded. */
  readonly bill: Bill;
  /** What today's rules, or the search for secrets, would not let be written. */
  readonly notToday: readonly NotToday[];
  /** What kept a run from its end, so that no more is known of what is unused than that. */
  readonly brokenOff: string | undefined;
}

/**
 * Replays the runs of a cassette with the nearest recording wherever nothing is on record. Asks no
 * model and writes nothing to the cassette.
 *
 * @param runs as {@link CassetteUsers.runsOf} finds them
 */
export async function cassetteStatus(
  path: string,
  runs: readonly TestCase[],
  host: Host,
): Promise<CassetteStatus> {
  const cases = runs.map(({ name }) => name).filter((name) => name !== HEADER_RUN_NAME);
  if (runs.length === 0) return importedStatus(path, host) ?? { state: "unknown", path, ...NO_RUN };
  if (!host.files.stat(path)) return { state: "unrecorded", path, cases };
  const file = readOrStatus(path, host);
  if (!(file instanceof CassetteFile)) return file;
  const replays: LenientReplay[] = [];
  let brokenOff: string | undefined;
  for (const one of runs) {
    const { replay, problem } = await replayed(one, host);
    if (!replay) return { state: "unknown", path, ...unplayable(problem) };
    replays.push(replay);
    brokenOff ??= problem?.message;
  }
  const findings = findingsOf(replays);
  const { stale, missing, unused } = findings;
  const draws = runs.some(({ samples }) => samples > 1);
  const bill = billOf(file, stale, draws);
  const notToday = notTodays(file, host);
  const wrong = stale.length + missing.length + unused.length + notToday.length;
  const state = wrong === 0 ? "fresh" : "stale";
  const files = [...new Set(runs.flatMap((one) => one.files))];
  return { state, path, cases, files, ...findings, bill, draws, notToday, brokenOff };
}

/** The status of a cassette that holds nothing but what was imported; undefined of any other. */
function importedStatus(path: string, host: Host): CassetteStatus | undefined {
  const file = readOrStatus(path, host);
  if (!(file instanceof CassetteFile)) return undefined;
  const { entries } = new Tape(file);
  const isImported = entries.length > 0 && entries.every(({ source }) => source === "imported");
  return isImported ? { state: "imported", path, recordings: entries.length } : undefined;
}

/** One that cannot be read hides nothing of the others. */
function readOrStatus(path: string, host: Host): CassetteFile | CassetteStatus {
  try {
    return CassetteFile.read(path, host.files);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    const { line } = error.place ?? {};
    const reason = line === undefined ? error.reason : `${error.reason}, at line ${line}`;
    return { state: "unknown", path, reason, tries: error.tries, exitCode: EXIT.cassette };
  }
}

/** The rules are those of the folder that the cassette is in, as for `cassette verify`. */
function notTodays(file: CassetteFile, host: Host): Replayed["notToday"] {
  const { rules } = loadProjectConfig(dirname(file.path), host.files);
  const found = ruleFindings(
    file,
    { rules, scanner: new SecretScanner(host.env, rules.allow) },
    "secret",
  );
  return found.map(({ place, problem, isRule }) => ({ line: place.line ?? 1, problem, isRule }));
}

const NO_RUN = {
  reason: "no case uses it, and its header does not say what was run",
  tries: [
    "name it in a case: cassette: FILE, in a file NAME.cases.yaml of this project",
    'or make a case of a run: llm-do test --add last --name "..."',
  ],
  exitCode: EXIT.usage,
} as const;

function unplayable(problem: Failure | undefined) {
  const exitCode = problem?.kind === "cassette" ? EXIT.cassette : EXIT.usage;
  return { reason: problem?.message ?? "it cannot be run", tries: [], exitCode };
}

interface ReplayedCase {
  /** Undefined when the run could not begin. */
  readonly replay: LenientReplay | undefined;
  /** Why it did not come to the end that it is meant to have. */
  readonly problem: Failure | undefined;
}

async function replayed(one: TestCase, host: Host): Promise<ReplayedCase> {
  const misses = new LenientReplay();
  const settings = { mode: "replay", allowUnused: true, rerecord: "", host, misses } as const;
  const { run, failures } = await runCase(one, settings);
  const [first] = failures;
  if (!run) return { replay: undefined, problem: first };
  // What the old answers lead to is not what the case expects; how the run ends is.
  const isEnd = isWanted(one, run) && first?.kind !== "timeout";
  return { replay: misses, problem: isEnd ? undefined : first };
}
