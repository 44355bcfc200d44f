import { dirname, relative, resolve } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type AnsweredCall, answeredCall } from "../../cassette/file/gate-entries.ts";
import { NOT_DRAWN } from "../../cassette/gates.ts";
import { CERTIFIED } from "../../certificate/certificate.ts";
import { checkLooks, readCertificate } from "../../certificate/read-certificate.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { Host } from "../../host/host.ts";
import { changedSince } from "../../project/lock/certified.ts";
import type { LockedFunction } from "../../project/lock/lock-file.ts";
import type { FoundLock } from "../../project/lock/lock-store.ts";
import { readComparator } from "../agree/read-comparator.ts";
import { findCassettes } from "../recordings/find-cassettes.ts";
import { readShadow, type ShadowRecord } from "../swap/alarm-file.ts";
import { wordsOf } from "./swap-function.ts";
import { lockedWorker } from "./swap-plan.ts";
import { type SwappedFunction, swappedFunctions } from "./swapped-functions.ts";
import { todaysEvidence } from "./todays-evidence.ts";

interface GuardRequest {
  /** Files or names of workers. Default: all that are known. */
  readonly workers: readonly string[];
  /** Default: the folders where recordings are kept. */
  readonly recordings: readonly string[] | undefined;
  /** For workers that name none. */
  readonly model?: string | undefined;
}

/** How a function with prompt and code is doing. */
export interface GuardedFunction extends SwappedFunction {
  readonly certificate: CertificateState;
  /** What was compared while it ran, on this machine. */
  readonly shadow: ShadowRecord;
  /** Who answered its recorded calls. */
  readonly answered: AnsweredCounts;
  /** When and why its alarm was raised. */
  readonly alarm: { readonly at: string; readonly reason: string } | undefined;
}

export type CertificateState =
  | {
      readonly kind: "fits";
      readonly claim: number;
      /** Held-out inputs. */
      readonly inputs: number;
      /** Whether there are other recordings than those that it was made of. */
      readonly isOutgrown: boolean;
    }
  /** It is not there, supports nothing, or was made of something else. */
  | { readonly kind: "unfit"; readonly reason: string }
  /** The function is declared in code, on a person's word. */
  | { readonly kind: "none" };

/**
 * How the functions of a project with prompt and code are doing.
 *
 * @throws LlmDoError `configuration` for a wrong lock file or record, `usage` for an unknown worker
 */
export async function guardFunctions(
  request: GuardRequest,
  host: Host,
): Promise<readonly GuardedFunction[]> {
  const { lock, top, functions } = swappedFunctions(request.workers, host);
  const { recordings, model } = request;
  const found = findCassettes({ paths: recordings, folder: top }, host);
  const cassettes = found.map((path) => resolve(host.cwd, path));
  const calls = answeredCalls(cassettes, host.files);
  const guarded: GuardedFunction[] = [];
  for (const one of functions) {
    const shadow = readShadow(top, one, host.files);
    const certificate: CertificateState = one.locked
      ? await certificateState(one.locked, { lock, recordings, model, host })
      : { kind: "none" };
    const answered = countAnswered(calls.get(one.name) ?? []);
    guarded.push({
      ...one,
      certificate,
      shadow,
      answered,
      alarm: one.locked?.reverted ?? shadow.raised,
    });
  }
  return guarded;
}

interface CertificateScope {
  readonly lock: FoundLock;
  readonly recordings: readonly string[] | undefined;
  readonly model: string | undefined;
  readonly host: Host;
}

/** Whatever keeps a certificate from being looked at is what is wrong with it. */
async function certificateState(
  locked: LockedFunction,
  scope: CertificateScope,
): Promise<CertificateState> {
  try {
    return await comparedState(locked, scope);
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return { kind: "unfit", reason: `it cannot be checked: ${error.message}` };
  }
}

async function comparedState(
  entry: LockedFunction,
  { lock, recordings, model, host }: CertificateScope,
): Promise<CertificateState> {
  const path = resolve(dirname(lock.path), entry.certificate);
  const certificate = readCertificate(path, host);
  const { hashes, exitCode, agreement } = certificate;
  if (exitCode !== 0) return { kind: "unfit", reason: "it supports no claim" };
  const worker = await lockedWorker(entry, lock, host);
  const comparator = readComparator(entry.comparator ?? "exact", relative(host.cwd, lock.path));
  const parts = { worker, entry, lock, comparator, recordings, model };
  const { hashes: today, subject } = await todaysEvidence(parts, host);
  const changed = changedSince(hashes, today, CERTIFIED);
  const { files, cwd } = host;
  if (changed.length === 0) checkLooks(certificate, path, { files, cwd, subject });
  // Every run that is recorded adds to the recordings: that takes nothing from what was shown.
  const unfit = changed.filter((part) => part !== "recordings");
  if (unfit.length > 0) return { kind: "unfit", reason: wordsOf(unfit) };
  const { claim, n: inputs } = agreement;
  return { kind: "fits", claim, inputs, isOutgrown: changed.length > 0 };
}

/** Who answered the recorded calls of a function with prompt and code. */
interface AnsweredCounts {
  readonly code: number;
  /** Calls that the code was to answer and did not. */
  readonly fallbacks: number;
  /** Fallbacks by their reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, count: number])[];
}

/**
 * The calls of functions with prompt and code that some cassettes hold, by the function's name.
 *
 * @throws LlmDoError `cassette-damaged` for what is no cassette
 */
function answeredCalls(
  cassettes: readonly string[],
  files: FileSystem,
): ReadonlyMap<string, readonly AnsweredCall[]> {
  const byName = new Map<string, AnsweredCall[]>();
  for (const path of cassettes) {
    const file = CassetteFile.read(path, files);
    for (const slice of file.slices) {
      // Most effects are others': a look at the text is enough to leave them alone.
      const at = slice.kind === "effect" ? file.text.indexOf("\nanswered: ", slice.start) : -1;
      if (at < 0 || at >= slice.end) continue;
      const call = answeredCall(file.fields(slice));
      if (call) byName.set(call.function, [...(byName.get(call.function) ?? []), call]);
    }
  }
  return byName;
}

function countAnswered(calls: readonly AnsweredCall[]): AnsweredCounts {
  const reasons = new Map<string, number>();
  let code = 0;
  let fallbacks = 0;
  for (const { answered } of calls) {
    if (answered.by === "code") code++;
    else if (answered.reason !== NOT_DRAWN) {
      fallbacks++;
      reasons.set(answered.reason, (reasons.get(answered.reason) ?? 0) + 1);
    }
  }
  const sorted = [...reasons].sort(
    ([one, left], [other, right]) => right - left || (one < other ? -1 : 1),
  );
  return { code, fallbacks, reasons: sorted };
}
