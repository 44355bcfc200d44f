import type { Tally } from "../statistics/clopper-pearson.ts";
import type {
  CutEvent,
  InputsEvent,
  LabelsEvent,
  LedgerInput,
  ListPart,
  OpenedEvent,
} from "./ledger-events.ts";
import { LedgerView, type VersionMatch } from "./ledger-view.ts";
import { type SplitLedger, withEvents } from "./split-ledger.ts";

/** Inputs of one event, and so of one line: a line that was edited is named, and a merge shows it. */
const INPUTS_A_LINE = 100;

/** What opens the front of the queue: so many held-out inputs, or all before a position. */
interface Opening extends ListPart {
  readonly at: string;
  readonly by: OpenedEvent["by"];
  readonly front: { readonly count: number } | { readonly upTo: number };
}

interface LookFindings {
  readonly at: string;
  readonly answersTo: (m: number) => string;
  readonly tally: Tally | undefined;
  /** The claim that was asked, where counts are hidden. */
  readonly claim?: number | undefined;
}

/**
 * Adds inputs to the end of their part of the list. Those that are listed already keep their side,
 * origin and answer; imported ones are train.
 */
export function withInputs(
  ledger: SplitLedger,
  { inputs, ...of }: Omit<InputsEvent, "kind">,
): SplitLedger {
  const { prompt, model } = of;
  const known = new Set(new LedgerView(ledger).listed({ prompt, model }).map(({ key }) => key));
  const added = inputs.filter(({ key }) => !known.has(key) && known.add(key)).map(onItsSide);
  const events: InputsEvent[] = [];
  for (let start = 0; start < added.length; start += INPUTS_A_LINE) {
    const some = added.slice(start, start + INPUTS_A_LINE);
    events.push({ kind: "inputs", ...of, inputs: some });
  }
  return withEvents(ledger, events);
}

function onItsSide(input: LedgerInput): LedgerInput {
  return input.origin === "imported" ? { ...input, side: "train" } : input;
}

/**
 * Writes a look down. One that finds what the version's last look found is on record already.
 *
 * @param match as the ledger has it at this moment
 * @param look `answersTo`: {@link answersHash} of its answers to the whole list; `tally`: undefined where
 * counts are hidden and the claim is not supported, since a count in the file is a count that was shown
 * @throws RangeError where the list has grown beyond the answers
 */
export function withLook(
  ledger: SplitLedger,
  { kind, version, subject, known, from }: VersionMatch,
  { at, answersTo, tally, claim }: LookFindings,
): SplitLedger {
  const m = new LedgerView(ledger).length(subject);
  const answers = answersTo(m);
  const counts = {
    ...(claim === undefined ? {} : { claim }),
    ...(tally === undefined ? {} : { n: tally.n, agreed: tally.agreed }),
  };
  const isKnown =
    known?.m === m &&
    known.answers === answers &&
    known.n === tally?.n &&
    known.agreed === tally?.agreed &&
    known.claim === claim;
  if (isKnown) return ledger;
  const said = { certificate: kind, version, subject, m, answers, from, ...counts };
  return withEvents(ledger, [{ kind: "look", at, ...said }]);
}

/**
 * Opens the front of the queue, whole: the next so many held-out inputs that are closed, or all before
 * a position. Without any that are closed, the ledger stays as it is.
 */
export function withOpened(
  ledger: SplitLedger,
  { at, prompt, model, by, front }: Opening,
): SplitLedger {
  const closed = new LedgerView(ledger).nextClosed(
    { prompt, model },
    "count" in front ? front.count : Infinity,
  );
  const opened = "upTo" in front ? closed.filter((position) => position < front.upTo) : closed;
  const last = opened.at(-1);
  if (last === undefined) return ledger;
  const upTo = last + 1;
  const said = { prompt, model, by, count: opened.length, upTo };
  return withEvents(ledger, [{ kind: "opened", at, ...said }]);
}

/**
 * Writes down how far a `no-worse` test has come, and opens what it went through.
 *
 * @param match a version that has looked at the inputs before: they count for no other
 * @throws RangeError for a version that has not
 */
export function withLabels(
  ledger: SplitLedger,
  { version, known, subject }: VersionMatch,
  progress: Omit<LabelsEvent, "kind" | "version"> & { readonly by: OpenedEvent["by"] },
): SplitLedger {
  const { by, at, n, better, worse, upTo } = progress;
  if (!known || known.m < upTo) throw new RangeError("label what the version has looked at");
  const labels: LabelsEvent = { kind: "labels", at, version, n, better, worse, upTo };
  const { prompt, model } = subject;
  return withOpened(withEvents(ledger, [labels]), { at, prompt, model, by, front: { upTo } });
}

/** Ends the evidence so far: after an alarm, or a changed model behind an alias. */
export function withCut(ledger: SplitLedger, cut: Omit<CutEvent, "kind">): SplitLedger {
  return withEvents(ledger, [{ kind: "cut", ...cut }]);
}
