import { hash } from "node:crypto";
import type { LedgerEvent } from "./ledger-events.ts";
import { readEvent } from "./ledger-events.ts";

/**
 * What was listed, looked at and opened of one worker's recordings, kept as `split.lock.json`.
 *
 * It only grows: each event carries a hash over all that stands before it, so that an edit, a removal
 * or another order shows. Nothing in it is ever changed or taken back.
 */
export interface SplitLedger {
  /** The worker's name. */
  readonly worker: string;
  /** The ledger's own folder, relative to that of the worker's file, with `/`: `hardening/NAME`. */
  readonly folder: string;
  /** The share of inputs that is held out, fixed when the ledger is made. */
  readonly holdout: number;
  /** How many first samples the reference answer is the majority of, fixed when the ledger is made. */
  readonly reference: number;
  readonly events: readonly ChainedEvent[];
}

export type ChainedEvent = LedgerEvent & {
  /** SHA-256 in hexadecimal over the chain before and this event's text. */
  readonly chain: string;
};

/** The name of its file, beside the reports. */
export const LEDGER_FILE = "split.lock.json";

/** Of the file and of the rule by which `splitInput` splits. */
export const LEDGER_FORMAT = 2;

/** Half: code needs fewer examples than evidence does. */
export const DEFAULT_HOLDOUT = 0.5;

export const DEFAULT_REFERENCE = 1;

/** What a ledger says once, before its events. */
export type LedgerHeader = Omit<SplitLedger, "events">;

/**
 * The ledger of a worker whose holdout nobody has looked at.
 *
 * @example
 * const ledger = newLedger({ worker: "slug", folder: "hardening/slug" });
 */
export function newLedger({
  worker,
  folder,
  holdout = DEFAULT_HOLDOUT,
  reference = DEFAULT_REFERENCE,
}: Pick<LedgerHeader, "worker" | "folder"> & Partial<LedgerHeader>): SplitLedger {
  return { worker, folder, holdout, reference, events: [] };
}

/** The text of an event as its line and its hash have it, without the chain. */
export function eventText(event: LedgerEvent): string {
  return JSON.stringify(event);
}

/** The chain of a ledger without events. It covers the header, so that an edit of that shows as well. */
export function firstChain({ worker, folder, holdout, reference }: LedgerHeader): string {
  const said = JSON.stringify([LEDGER_FORMAT, worker, folder, holdout, reference]);
  return hash("sha256", `llm-do ledger\n${said}`);
}

export function nextChain(before: string, text: string): string {
  return hash("sha256", `${before}\n${text}`);
}

/** The last chain of a ledger: it stands for all that the ledger says. */
export function head(ledger: SplitLedger): string {
  return ledger.events.at(-1)?.chain ?? firstChain(ledger);
}

/** Whether a ledger has, or once had, this head: then it says all that the other one said. */
export function hasHead(ledger: SplitLedger, chain: string): boolean {
  return firstChain(ledger) === chain || ledger.events.some((event) => event.chain === chain);
}

/**
 * The ledger with further events at its end.
 *
 * @throws WrongEvent for events that could not be read again
 */
export function withEvents(ledger: SplitLedger, events: readonly LedgerEvent[]): SplitLedger {
  if (events.length === 0) return ledger;
  let before = head(ledger);
  const added = events.map((one): ChainedEvent => {
    const event = readEvent(one);
    before = nextChain(before, eventText(event));
    return { ...event, chain: before };
  });
  return { ...ledger, events: [...ledger.events, ...added] };
}
