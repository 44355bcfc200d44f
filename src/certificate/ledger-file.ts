import { dirname, join, relative, sep } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { withLock } from "../host/locks/file-lock.ts";
import type { LockHost } from "../host/locks/lock-holder.ts";
import { formatSplitLedger, parseSplitLedger } from "./ledger-text.ts";
import { LEDGER_FILE, type LedgerHeader, type SplitLedger } from "./split-ledger.ts";

/** Where a ledger is kept, and whose it must be. */
export interface LedgerPlace extends Pick<LedgerHeader, "worker" | "folder"> {
  /** Absolute path of the `split.lock.json`. */
  readonly path: string;
}

/**
 * The place of a worker's ledger.
 *
 * @param worker its name, and the absolute path of its file
 * @param folder absolute: `hardening/NAME` beside the worker, or what `--out` says
 */
export function ledgerPlace(
  worker: { readonly name: string; readonly path: string },
  folder: string,
): LedgerPlace {
  const inside = relative(dirname(worker.path), folder).split(sep).join("/");
  return { path: join(folder, LEDGER_FILE), worker: worker.name, folder: inside };
}

/**
 * The ledger of a worker's holdout; undefined where there is none yet. Whoever begins one with
 * `newLedger` says in its report that the ledger is new: the old one may have been deleted.
 *
 * @throws LlmDoError `file` when it is damaged, another worker's, or was made in another folder
 */
export function readLedger(
  { path, worker, folder }: LedgerPlace,
  { files }: Pick<LockHost, "files">,
): SplitLedger | undefined {
  if (!files.stat(path)) return undefined;
  const ledger = parseSplitLedger(files.readText(path), path);
  const reason =
    ledger.worker !== worker
      ? `it is about the worker "${ledger.worker}", not "${worker}"`
      : ledger.folder !== folder
        ? `it was made in ${ledger.folder}, and this is ${folder}`
        : undefined;
  if (reason === undefined) return ledger;
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: path,
    reason,
    place: { file: path },
    tries: ["restore the folder's own ledger from version control", "or name another folder"],
  });
}

/**
 * Changes a ledger under a lock, so that processes that append at once lose nothing.
 *
 * Write before you tell: a look that is not on record has not been paid for.
 *
 * @param change gets the ledger as it is at this moment, which others may have appended to, and gives
 * what to write. If its answers were made of an older ledger (another `head`), it gives undefined,
 * which writes nothing, and the caller starts over.
 * @returns what `change` gave
 * @throws LlmDoError `file` when the ledger is damaged or cannot be written
 * @example
 * changeLedger(place, host, (now) => withCut(now ?? newLedger(place), cut));
 */
export function changeLedger<Changed extends SplitLedger | undefined>(
  place: LedgerPlace,
  host: LockHost,
  change: (now: SplitLedger | undefined) => Changed,
): Changed {
  return withLock(place.path, host, {
    change: () => {
      const now = readLedger(place, host);
      const changed = change(now);
      if (changed && changed !== now) host.files.write(place.path, formatSplitLedger(changed));
      return changed;
    },
  });
}
