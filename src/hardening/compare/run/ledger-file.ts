import { relative } from "node:path";
import {
  formatSplitLedger,
  newLedger,
  parseSplitLedger,
  type SplitLedger,
} from "../../../certificate/split-ledger.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import { unwritable } from "../../../errors/unwritable.ts";
import { withLock } from "../../../host/locks/file-lock.ts";
import type { LockHost } from "../../../host/locks/lock-holder.ts";

export interface LedgerPlace {
  /** Absolute path of the `split.lock.json`. */
  readonly path: string;
  readonly worker: string;
  /** Its folder, from that of the worker's file. */
  readonly folder: string;
  /** What a new ledger is made with; a ledger that is there must say the same. */
  readonly holdout: number | undefined;
  readonly reference: number | undefined;
  readonly host: LockHost & { readonly cwd: string };
}

/**
 * The ledger of a worker's evidence, with whether it has yet to be made.
 *
 * @throws LlmDoError `file` when it is damaged or another worker's; `usage` for settings that are not its own
 */
export function readLedger(place: LedgerPlace): {
  readonly ledger: SplitLedger;
  readonly isNew: boolean;
} {
  const { path, worker, folder, holdout, reference, host } = place;
  if (!host.files.stat(path)) {
    const settings = {
      ...(holdout === undefined ? {} : { holdout }),
      ...(reference === undefined ? {} : { reference }),
    };
    return { ledger: newLedger({ worker, folder, ...settings }), isNew: true };
  }
  const file = relative(host.cwd, path);
  const ledger = parseSplitLedger(host.files.readText(path), file);
  if (ledger.worker !== worker) throw othersLedger(file, ledger.worker, worker);
  refuseOther("--holdout", holdout, ledger.holdout);
  refuseOther("--reference-samples", reference, ledger.reference);
  return { ledger, isNew: false };
}

/**
 * Changes the ledger as it stands now: others may have added to it since it was read. What is to be told
 * of the holdout is written first; what is not on record has not been paid for.
 *
 * @throws LlmDoError `file` when it cannot be written
 */
export function changeLedger(
  place: LedgerPlace,
  change: (ledger: SplitLedger) => SplitLedger,
): SplitLedger {
  const { path, host } = place;
  try {
    return withLock(path, host, {
      change: () => {
        const { ledger: before } = readLedger(place);
        const after = change(before);
        if (after !== before) host.files.write(path, formatSplitLedger(after));
        return after;
      },
    });
  } catch (cause) {
    throw unwritable(cause, { path, verb: "write to" });
  }
}

function refuseOther(flag: string, asked: number | undefined, said: number): void {
  if (asked === undefined || asked === said) return;
  throw new LlmDoError({
    code: "usage",
    verb: "compare",
    what: `${flag} ${asked}`,
    reason: `the ledger was made with ${said}, and its list cannot be split anew`,
    tries: [`leave out ${flag}`],
  });
}

function othersLedger(file: string, found: string, worker: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what: file,
    reason: `it is about the worker "${found}", not "${worker}"`,
    place: { file },
    tries: ["name another folder with --out"],
  });
}
