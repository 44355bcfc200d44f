import { dirname, join, relative, resolve } from "node:path";
import { CERTIFIED } from "../../certificate/certificate.ts";
import { checkLedger } from "../../certificate/check-ledger.ts";
import { parseSplitLedger } from "../../certificate/ledger-text.ts";
import { readCertificate } from "../../certificate/read-certificate.ts";
import { LEDGER_FILE, type SplitLedger } from "../../certificate/split-ledger.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { changedSince } from "../../project/lock/certified.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import type { FoundLock } from "../../project/lock/lock-store.ts";
import { rareInterval } from "../../statistics/rare-interval.ts";
import { interval } from "../../statistics/time-uniform.ts";
import { readComparator } from "../agree/read-comparator.ts";
import { logPath } from "../watch/log-file.ts";
import { claimText, wordsOf } from "./check-certificate.ts";
import { observedDisagreements } from "./disagreements.ts";
import { type LockedPair, lockedPair } from "./locked-pair.ts";
import { alarmOf, type LogFigures, readLogFigures } from "./log-figures.ts";
import { mergedPath, mergeLogs } from "./merged-log.ts";
import type {
  AlarmLevel,
  CertificateState,
  MonitoredFunction,
  ObservedCalls,
  ObservedComparisons,
  ObservedShare,
} from "./monitored-function.ts";
import type { MonitoredName } from "./monitored-functions.ts";
import { type RecordedSides, savedSoFar } from "./saved-so-far.ts";
import { todaysEvidence } from "./todays-evidence.ts";

/** Where a function is looked at, and by what. */
interface MonitorScope {
  readonly lock: FoundLock;
  readonly recordings: readonly string[] | undefined;
  /** For workers that name none. */
  readonly model: string | undefined;
  /** Logs of other machines. */
  readonly logs: readonly string[];
  readonly monthlyCalls: number | undefined;
  readonly host: Host;
}

/**
 * Looks at one function with prompt and code.
 *
 * @throws LlmDoError `file` for a log or ledger that cannot be read or merged
 */
export async function observeFunction(
  one: MonitoredName,
  scope: MonitorScope,
): Promise<MonitoredFunction> {
  const { lock, logs, host } = scope;
  const { name, worker, locked } = one;
  const top = dirname(lock.path);
  if (logs.length > 0) mergeLogs({ top, worker, logs }, host);
  const figures = readLogFigures(logPath(top, worker), host.files);
  const { certificate, recorded, candidateCalls } = locked
    ? await lookedAt(locked, scope)
    : { certificate: ON_ITS_WORD };
  const ledger = ledgerOf(one, top, host);
  const cassettes = { recordings: scope.recordings, top, host };
  return {
    name,
    worker,
    mode: locked?.mode,
    tool: locked?.tool,
    share: locked?.share,
    check: locked?.check,
    certificate,
    calls: observedCalls(figures),
    compared: observedComparisons(figures),
    disagreements: observedDisagreements(figures.disagreed, { name, recorded, ledger }, cassettes),
    alarm: levelOf(figures, locked),
    merged: mergedFigures(one, top, host),
    saved: savedSoFar(figures, { recorded, candidateCalls, monthlyCalls: scope.monthlyCalls }),
    days: figures.days,
    damagedLines: figures.damaged,
  };
}

const ON_ITS_WORD: CertificateState = {
  kind: "none",
  reason: "it is declared in code, and answers on its author's word",
};

interface LookedAt extends RecordedSides {
  readonly certificate: CertificateState;
}

/** Whatever keeps a certificate from being looked at is what is wrong with it. */
async function lookedAt(locked: LockedFunction, scope: MonitorScope): Promise<LookedAt> {
  const { lock, recordings, model, host } = scope;
  try {
    const pair = await lockedPair(locked, lock, host);
    const comparator = readComparator(locked.comparator ?? "exact", relative(host.cwd, lock.path));
    const parts = { ...pair, entry: locked, lock, comparator, recordings, model };
    const { hashes, ...sides } = await todaysEvidence(parts, host);
    const today = { hashes, candidate: pair.candidate };
    return { certificate: certificateState(locked, today, scope), ...sides };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { certificate: unfit(`it cannot be checked: ${error.message}`) };
  }
}

function certificateState(
  locked: LockedFunction,
  {
    hashes,
    candidate,
  }: Pick<LockedPair, "candidate"> & {
    readonly hashes: Parameters<typeof changedSince>[1];
  },
  { lock, host }: MonitorScope,
): CertificateState {
  const top = dirname(lock.path);
  const path = resolve(top, locked.certificate);
  if (locked.mode === "shadow" && host.files.stat(path)?.kind !== "file") {
    return { kind: "none", reason: "none yet: a shadow makes the evidence for one" };
  }
  try {
    const certificate = readCertificate(path, host);
    const changed = changedSince(certificate.hashes, hashes, CERTIFIED);
    if (changed.length > 0) return unfit(wordsOf(changed, candidate));
    checkLedger(certificate, { path, workerPath: resolve(top, locked.worker) }, host);
    return { kind: "fits", claims: claimText(certificate), madeAt: certificate.madeAt };
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return unfit(error.reason);
  }
}

function unfit(reason: string): CertificateState {
  return { kind: "unfit", reason };
}

/** A ledger that cannot be read shows nothing: which inputs are held out follows from their hashes. */
function ledgerOf({ name, worker }: MonitoredName, top: string, host: Host) {
  const path = join(dirname(resolve(top, worker)), "hardening", name, LEDGER_FILE);
  if (!host.files.stat(path)) return undefined;
  return parseSplitLedger(
    host.files.readText(path),
    relative(host.cwd, path),
  ) satisfies SplitLedger;
}

/** The risk of each bound that is shown; certificates have their own. */
const RISK = 0.05;

function observed(agreed: number, n: number): ObservedShare | undefined {
  return n === 0 ? undefined : { share: agreed / n, ...interval({ agreed, n }, RISK) };
}

/** A share that may be large or small: what both intervals leave, each at half of the risk. */
function either(part: number, n: number): ObservedShare | undefined {
  if (n === 0) return undefined;
  const tally = { n, agreed: part };
  const [large, small] = [interval(tally, RISK / 2), rareInterval(tally, RISK / 2)];
  return {
    share: part / n,
    lower: Math.max(large.lower, small.lower),
    upper: Math.min(large.upper, small.upper),
  };
}

function observedCalls({ calls, reasons }: LogFigures): ObservedCalls {
  const { code, fallbacks, undrawn } = calls;
  const n = code + fallbacks;
  return {
    code,
    fallbacks,
    undrawn,
    coverage: either(code, n),
    fallback: either(fallbacks, n),
    reasons: reasons.map(([reason, count]) => ({ reason, count })),
  };
}

function observedComparisons({ state, scripted }: LogFigures): ObservedComparisons {
  const { compared, counted, disagreed } = state;
  return {
    compared,
    counted,
    disagreed,
    scripted,
    agreement: observed(counted - disagreed, counted),
  };
}

/** From this share of the alarm's level on a rise is worth a word: levels multiply. */
const RISING = 0.1;

function levelOf(figures: LogFigures, locked: LockedFunction | undefined): AlarmLevel {
  const { tolerated, falseAlarmEvery } = figures.settings;
  const found = locked?.reverted ?? alarmOf(figures);
  const { level } = figures.state;
  const { counted, disagreed } = figures.state;
  // A level is not 0 at rest: it also counts how long nothing was wrong.
  const isRising = level >= falseAlarmEvery * RISING && disagreed > counted * tolerated;
  const state = found ? "raised" : isRising ? "rising" : "calm";
  const raised = found && { at: found.at, reason: found.reason };
  return { tolerated, falseAlarmEvery, level, state, raised };
}

function mergedFigures(
  { worker }: MonitoredName,
  top: string,
  { files }: Host,
): MonitoredFunction["merged"] {
  const path = mergedPath(top, worker);
  if (!files.stat(path)) return undefined;
  const figures = readLogFigures(path, files);
  const log = relative(top, path);
  return { log, ...observedComparisons(figures), alarm: levelOf(figures, undefined) };
}
