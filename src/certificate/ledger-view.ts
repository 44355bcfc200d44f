import { hash } from "node:crypto";
import type {
  CertificateKind,
  LedgerInput,
  ListPart,
  LookEvent,
  OpenedEvent,
  Origin,
  Side,
  VersionSubject,
} from "./ledger-events.ts";
import type { SplitLedger } from "./split-ledger.ts";

/** An input of the list, as it stands now. */
export interface ListedInput {
  readonly key: string;
  /** Its place in its part of the list, from 0. It never changes. */
  readonly position: number;
  /** `holdout` as long as it is closed; what was opened or cut off is `train`. */
  readonly side: Side;
  /** The side that its hash drew. */
  readonly drawn: Side;
  readonly origin: Origin;
  /** Hash of the reference answer. */
  readonly answer: string;
  /** When it was listed, ISO 8601. */
  readonly at: string;
  /** Whether it was listed before the last cut: it is of another world, and counts for nobody. */
  readonly isCut: boolean;
}

/** A version, found again or new. */
export interface VersionMatch {
  readonly kind: CertificateKind;
  readonly subject: VersionSubject;
  /** From 1; decides alpha. */
  readonly version: number;
  /** Its last look; undefined for a new version. */
  readonly known: LookEvent | undefined;
  /** The position from which inputs count: above 0 for `fresh` versions only. */
  readonly from: number;
}

/** The answer of a version to an input whose recording, and so whose input, has gone. */
export const GONE = "gone";

/** Versions whose counts may be shown; with one more, counts are hidden for the whole ledger. */
const MOST_SHOWN_VERSIONS = 20;

interface Entry extends LedgerInput {
  readonly at: string;
  /** The index of the event that lists it. */
  readonly event: number;
}

interface Part {
  readonly entries: Entry[];
  /** The position up to which it was opened. */
  openedUpTo: number;
}

interface Look {
  readonly look: LookEvent;
  readonly event: number;
}

/**
 * What a ledger's events come to: the list with its sides, the versions, and what counts for whom.
 *
 * The rules (docs/hardening-statistics.md says why):
 *
 * - The list only grows, and a reference answer never changes. Each prompt and model has its own part;
 *   positions, `m` and `upTo` count within that. An input whose recording has gone stays in the list:
 *   its answer is {@link GONE}, so that it disagrees with every version that did not have it so before.
 * - An input is shown as soon as it is train in any part of the list: drawn, imported, opened or cut
 *   off. One that was shown before it enters a part is train there from the start.
 * - What was opened counts for versions that had answered it before: that had looked at a list which
 *   reached beyond it. It counts for no later version, and for no later look of another one.
 * - After a cut earlier inputs count for nobody, and what is looked at then is a new version: the test
 *   begins anew, and a test that begins anew has to be paid for.
 */
export class LedgerView {
  readonly #parts = new Map<string, Part>();
  readonly #looks: Look[] = [];
  /** By key: the index of the event from which on the input is shown as train. */
  readonly #shownFrom = new Map<string, number>();
  #lastCut = -1;

  constructor({ events }: Pick<SplitLedger, "events">) {
    for (const [index, event] of events.entries()) {
      if (event.kind === "inputs") this.#list(event, index);
      else if (event.kind === "look") this.#looks.push({ look: event, event: index });
      else if (event.kind === "opened") this.#open(event, index);
      else if (event.kind === "cut") this.#cut(index);
    }
  }

  #list(
    { prompt, model, at, inputs }: ListPart & { at: string; inputs: readonly LedgerInput[] },
    event: number,
  ): void {
    const id = partId({ prompt, model });
    const part = this.#parts.get(id) ?? { entries: [], openedUpTo: 0 };
    this.#parts.set(id, part);
    for (const input of inputs) {
      part.entries.push({ ...input, at, event });
      if (input.side === "train") this.#show(input.key, event);
    }
  }

  #open({ upTo, ...part }: OpenedEvent, event: number): void {
    const opened = this.#parts.get(partId(part));
    if (!opened) return;
    for (const { key } of opened.entries.slice(opened.openedUpTo, upTo)) this.#show(key, event);
    opened.openedUpTo = Math.max(opened.openedUpTo, upTo);
  }

  #cut(event: number): void {
    this.#lastCut = event;
    for (const { entries } of this.#parts.values()) {
      for (const { key } of entries) this.#show(key, event);
    }
  }

  #show(key: string, event: number): void {
    if (!this.#shownFrom.has(key)) this.#shownFrom.set(key, event);
  }

  /** The inputs of a part of the list, in its order. */
  listed(part: ListPart): readonly ListedInput[] {
    return this.#entries(part).map(({ side: drawn, event, ...input }, position) => {
      const side = this.#shownFrom.has(input.key) ? "train" : "holdout";
      return { ...input, position, side, drawn, isCut: event < this.#lastCut };
    });
  }

  /** How many inputs a part of the list has. */
  length(part: ListPart): number {
    return this.#entries(part).length;
  }

  /** Positions of the next held-out inputs that are closed, from the front: what `--open` opens. */
  nextClosed(part: ListPart, count: number): readonly number[] {
    const positions: number[] = [];
    for (const [position, { key }] of this.#entries(part).entries()) {
      if (positions.length >= count) break;
      if (!this.#shownFrom.has(key)) positions.push(position);
    }
    return positions;
  }

  #entries(part: ListPart): readonly Entry[] {
    return this.#parts.get(partId(part))?.entries ?? [];
  }

  /** How many versions of a kind have looked, before cuts and of other prompts too. */
  versions(kind: CertificateKind): number {
    let most = 0;
    for (const { look } of this.#looks) {
      if (look.certificate === kind) most = Math.max(most, look.version);
    }
    return most;
  }

  /**
   * The lowest claim that was asked where counts are hidden; undefined where none was.
   *
   * Each claim of a version says something of its count, and claims that close in on it tell all of it. A
   * claim that only falls tells that once, and no later version can be chosen by it for a higher claim.
   */
  lowestHiddenClaim({ prompt, model }: ListPart): number | undefined {
    let lowest: number | undefined;
    for (const { look } of this.#looksSinceCut("agreement")) {
      const { claim, subject } = look;
      if (claim === undefined || subject.prompt !== prompt || subject.model !== model) continue;
      lowest = Math.min(lowest ?? claim, claim);
    }
    return lowest;
  }

  /**
   * Finds a version again by its answers, or gives the next number of its kind.
   *
   * A worker's recorded first answers are part of it too: recordings that come first may hold others, and
   * answers that are drawn anew until they agree would be one claim at the price of one.
   *
   * There is at most one match: a look covers the whole list, the list only grows, and a version that
   * was new differed from each older one within what that had answered.
   *
   * @param answersTo the hash of its answers to the first m inputs of its part: {@link answersHash}
   */
  match(
    kind: CertificateKind,
    subject: VersionSubject,
    answersTo: (m: number) => string,
  ): VersionMatch {
    const fits = ({ look }: Look) => look.answers === answersTo(look.m);
    const known = this.#lastLooks(kind, subject).find(fits)?.look;
    if (known) return { kind, subject, version: known.version, known, from: known.from };
    const version = this.versions(kind) + 1;
    if (!subject.fresh) return { kind, subject, version, known, from: 0 };
    // The same answers may have been looked at without --fresh: all that was listed since is fresh.
    const base = this.#lastLooks(kind, { ...subject, fresh: false }).find(fits)?.look.version;
    const first = this.#looksSinceCut(kind).find(({ look }) => look.version === base);
    return { kind, subject, version, known, from: first?.look.m ?? this.length(subject) };
  }

  /** The last look of each version with this subject. */
  #lastLooks(kind: CertificateKind, subject: VersionSubject): readonly Look[] {
    const last = new Map<number, Look>();
    for (const one of this.#looksSinceCut(kind)) {
      if (isSameSubject(one.look.subject, subject)) last.set(one.look.version, one);
    }
    return [...last.values()];
  }

  #looksSinceCut(kind: CertificateKind): readonly Look[] {
    return this.#looks.filter(
      ({ look, event }) => look.certificate === kind && event > this.#lastCut,
    );
  }

  /**
   * Positions of the held-out inputs that count for a version, in the order of the list.
   *
   * Those are the closed ones, and those that it had answered before they were shown: so what a version
   * counted once counts for it until a cut. What is train by its hash, or was cut off, was shown before
   * any version of today answered it.
   */
  counted({ kind, subject, known, from }: VersionMatch): readonly number[] {
    const sinceMs = subject.since === undefined ? undefined : Date.parse(subject.since);
    const looks = this.#looksSinceCut(kind).filter(({ look }) => look.version === known?.version);
    const answeredBefore = (position: number, event: number) =>
      looks.some((one) => one.event < event && one.look.m > position);
    const positions: number[] = [];
    for (const [position, entry] of this.#entries(subject).entries()) {
      if (position < from) continue;
      if (sinceMs !== undefined && Date.parse(entry.at) < sinceMs) continue;
      const shown = this.#shownFrom.get(entry.key);
      if (shown !== undefined && !answeredBefore(position, shown)) continue;
      positions.push(position);
    }
    return positions;
  }
}

/**
 * Whether reports of a ledger say "supported" or "not yet" and no count: from the 21st version of the
 * kind on, and always to a program that searches (`--synth`, CI). What is not shown can't be climbed on.
 *
 * @param match the version that is looked at
 */
export function countsAreHidden(
  view: LedgerView,
  { kind, version }: Pick<VersionMatch, "kind" | "version">,
  isProgram: boolean,
): boolean {
  return isProgram || Math.max(version, view.versions(kind)) > MOST_SHOWN_VERSIONS;
}

/**
 * Hashes of a version's answers to the first m inputs, for all m.
 *
 * @param answers one token an input, in the order of the list: the answer's hash, `falls back`,
 * {@link GONE}
 * @example
 * const answersTo = answersHash(tokens);
 * view.match("agreement", subject, answersTo);
 */
export function answersHash(answers: readonly string[]): (m: number) => string {
  const hashes = [hash("sha256", "llm-do answers")];
  return (m) => {
    if (!(m <= answers.length))
      throw new RangeError(`there are ${answers.length} answers, not ${m}`);
    for (let at = hashes.length; at <= m; at++) {
      hashes.push(hash("sha256", `${hashes[at - 1]}\n${answers[at - 1]}`));
    }
    return hashes[m] ?? "";
  };
}

function isSameSubject(one: VersionSubject, other: VersionSubject): boolean {
  return (
    one.prompt === other.prompt &&
    one.model === other.model &&
    one.candidate === other.candidate &&
    one.comparator === other.comparator &&
    one.guard === other.guard &&
    one.reference === other.reference &&
    one.since === other.since &&
    one.fresh === other.fresh
  );
}

function partId({ prompt, model }: ListPart): string {
  return `${prompt} ${model}`;
}
