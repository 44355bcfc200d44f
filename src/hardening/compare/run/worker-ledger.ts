import { changeLedger, type LedgerPlace, readLedger } from "../../../certificate/ledger-file.ts";
import { newLedger, type SplitLedger } from "../../../certificate/split-ledger.ts";
import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { LockHost } from "../../../host/locks/lock-holder.ts";

/** Where a comparison keeps its ledger, and what it makes a new one with. */
interface WorkerLedgerPlace extends LedgerPlace {
  /** The share that is held out; undefined: the usual one, or the ledger's. */
  readonly holdout: number | undefined;
  /** Samples of a reference answer; undefined: the usual number, or the ledger's. */
  readonly reference: number | undefined;
}

/**
 * The ledger of a worker's evidence.
 *
 * A ledger's list cannot be split anew, so what it was made with is refused where it differs.
 */
export class WorkerLedger {
  /** Whether there was none when the comparison began. */
  readonly isNew: boolean;
  readonly #place: WorkerLedgerPlace;
  readonly #host: LockHost;
  #latest: SplitLedger;

  private constructor(place: WorkerLedgerPlace, host: LockHost) {
    this.#place = place;
    this.#host = host;
    const found = readLedger(place, host);
    this.isNew = found === undefined;
    this.#latest = found ?? made(place);
  }

  /**
   * @throws LlmDoError `file` when it is damaged or another worker's; `usage` for settings that are not
   * its own
   */
  static open(place: WorkerLedgerPlace, host: LockHost): WorkerLedger {
    const ledger = new WorkerLedger(place, host);
    const { holdout, reference } = ledger.latest;
    refuseOther("--holdout", place.holdout, holdout);
    refuseOther("--reference-samples", place.reference, reference);
    return ledger;
  }

  /** As it was when this last read or changed it. */
  get latest(): SplitLedger {
    return this.#latest;
  }

  /**
   * Changes it as it stands now: others may have added to it. What is to be told of the holdout is written
   * first; what is not on record has not been paid for.
   *
   * @throws LlmDoError `file` when it cannot be written
   */
  change(change: (now: SplitLedger) => SplitLedger): SplitLedger {
    const start = made(this.#place);
    const changed = changeLedger(this.#place, this.#host, (now) => {
      const after = change(now ?? start);
      // What says nothing yet is not written.
      return after === start ? undefined : after;
    });
    this.#latest = changed ?? start;
    return this.#latest;
  }
}

function made({ worker, folder, holdout, reference }: WorkerLedgerPlace): SplitLedger {
  return newLedger({
    worker,
    folder,
    ...(holdout === undefined ? {} : { holdout }),
    ...(reference === undefined ? {} : { reference }),
  });
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
