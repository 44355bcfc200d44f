import { hash } from "node:crypto";
import { type RecordedPair, recordingsHash } from "../../../certificate/certificate.ts";
import {
  formatSplitLedger,
  looksThatCount,
  newLedger,
  parseSplitLedger,
  type SplitLedger,
  withLook,
} from "../../../certificate/split-ledger.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { unwritable } from "../../../errors/unwritable.ts";
import { withLock } from "../../../host/locks/file-lock.ts";
import type { LockHost } from "../../../host/locks/lock-holder.ts";
import type { Tally } from "../../../statistics/clopper-pearson.ts";

/** What is looked at: other code, another comparator or other recordings are another subject. */
interface Subject {
  /** The hash of the candidate's code or prompt. */
  readonly tool: string;
  readonly comparator: string;
  /** The hash of the domain; undefined where there is none. */
  readonly domain: string | undefined;
  readonly holdout: Iterable<RecordedPair>;
}

export function subjectHash({ tool, comparator, domain, holdout }: Subject): string {
  return hash("sha256", [tool, comparator, domain ?? "", recordingsHash(holdout)].join("\n"));
}

interface LedgerPlace {
  /** Absolute path of the `split.lock.json`. */
  readonly path: string;
  readonly worker: string;
  readonly host: LockHost;
}

/**
 * The ledger of a worker's holdout.
 *
 * @throws LlmDoError `file` when it is damaged, or another worker's
 */
export function readLedger({ path, worker, host: { files } }: LedgerPlace): SplitLedger {
  if (!files.stat(path)) return newLedger(worker);
  const ledger = parseSplitLedger(files.readText(path), path);
  if (ledger.worker === worker) return ledger;
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: path,
    reason: `it is about the worker "${ledger.worker}", not "${worker}"`,
    place: { file: path },
    tries: ["name another folder with --out"],
  });
}

/** How many looks count when a subject is looked at now. */
export function looksWith(ledger: SplitLedger, subject: string): number {
  return looksThatCount(withLook(ledger, { subject, n: 0, agreed: 0 }));
}

/**
 * Writes a look down. Before it is told: a look that is not on record has not been paid for.
 *
 * @returns how many looks count with it, those of processes that looked meanwhile among them
 * @throws LlmDoError `file` when it cannot be written
 */
export function recordLook(look: Tally & { readonly subject: string }, place: LedgerPlace): number {
  const { path, host } = place;
  try {
    return withLock(path, host, {
      change: () => {
        const ledger = withLook(readLedger(place), look);
        host.files.write(path, formatSplitLedger(ledger));
        return looksThatCount(ledger);
      },
    });
  } catch (cause) {
    throw unwritable(cause, { path, verb: "write the look to" });
  }
}
