import { LlmDoError } from "../errors/llm-do-error.ts";
import { unwritable } from "../errors/unwritable.ts";
import { withLock } from "../host/locks/file-lock.ts";
import type { LockHost } from "../host/locks/lock-holder.ts";
import { formatSplitLedger, parseSplitLedger } from "./ledger-text.ts";
import type { LedgerHeader, SplitLedger } from "./split-ledger.ts";

/** Where a ledger is kept, and whose it must be. */
export interface LedgerPlace extends Pick<LedgerHeader, "worker" | "folder"> {
  /** Absolute path of the `split.lock.json`. */
  readonly path: string;
}

/**
 * The ledger of a worker's holdout; undefined where there is none yet.
 *
 * @throws LlmDoError `file` when it is damaged, another worker's, or was made in another folder
 */
export function readLedger(
  { path, worker, folder }: LedgerPlace,
  { files }: Pick<LockHost, "files">,
): SplitLedger | undefined {
  if (!files.stat(path)) return undefined;
  const ledger = parseSplitLedger(files.readText(path), path);
  const wrong =
    ledger.worker !== worker
      ? `it is about the worker "${ledger.worker}", not "${worker}"`
      : ledger.folder !== folder
        ? `it was made in ${ledger.folder}, and this is ${folder}`
        : undefined;
  if (wrong === undefined) return ledger;
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: path,
    reason: wrong,
    place: { file: path },
    tries: [
      "name another folder with --out",
      "restore the folder's own ledger from version control",
    ],
  });
}

/**
 * Changes a ledger under a lock, so that processes that append at once lose nothing.
 *
 * Write before you tell: a look that is not on record has not been paid for.
 *
 * @param change gets the ledger as it is at this moment, which others may have appended to, and gives
 * what to write. When its answers were made of an older ledger (another `head`), give undefined, which
 * writes nothing, and start over.
 * @returns what `change` gave
 * @throws LlmDoError `file` when the ledger is damaged or cannot be written
 */
export function changeLedger(
  place: LedgerPlace,
  host: LockHost,
  change: (now: SplitLedger | undefined) => SplitLedger | undefined,
): SplitLedger | undefined {
  const { path } = place;
  try {
    return withLock(path, host, {
      change: () => {
        const now = readLedger(place, host);
        const changed = change(now);
        if (changed && changed !== now) host.files.write(path, formatSplitLedger(changed));
        return changed;
      },
    });
  } catch (cause) {
    throw unwritable(cause, { path, verb: "write the look to" });
  }
}
