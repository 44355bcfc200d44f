import { withLabels, withLook, withOpened } from "../../certificate/ledger-changes.ts";
import type { LabelsEvent, OpenedEvent } from "../../certificate/ledger-events.ts";
import { answersHash, LedgerView } from "../../certificate/ledger-view.ts";
import { head, type SplitLedger } from "../../certificate/split-ledger.ts";
import type { Host } from "../../host/host.ts";
import type { Tally } from "../../statistics/clopper-pearson.ts";
import { versionRisk } from "../../statistics/version-risk.ts";
import { grouped } from "../../words/counted.ts";
import type { LabelSource } from "./compare-request.ts";
import { askPerson } from "./labels/ask-person.ts";
import { type OpenJudge, openJudge } from "./labels/judge-worker.ts";
import type { LabelCase, Labels } from "./labels/label.ts";
import { LabelLog } from "./labels/label-log.ts";
import { type Walk, type WalkStep, walk } from "./labels/walk.ts";
import { agreementOf } from "./run/counted-inputs.ts";
import { disagreementsIn, type Right } from "./run/disagreement.ts";
import { goldRight } from "./run/gold-labels.ts";
import type { Meeting } from "./run/meet.ts";
import type { Comparison } from "./run/open-comparison.ts";
import { type Looking, matched, type RecordedLook, recordLook } from "./run/record-look.ts";
import { lookingOf } from "./run/version-subject.ts";

/** The test of "no worse than the prompt" as far as it has come. */
export interface NoWorseLook extends Omit<RecordedLook<unknown>, "found"> {
  readonly walk: Walk;
  readonly alpha: number;
  /** The inputs that were gone through, which are open now. */
  readonly through: readonly WalkStep[];
  readonly by: OpenedEvent["by"];
  readonly judge?: JudgeFigures;
}

/** What a judge says. */
export interface JudgeFigures extends Walk {
  readonly file: string;
  /** Its labels count only once it has said what a person said. */
  readonly isCalibrated: boolean;
  /** How often it said what a person said of the same cases. */
  readonly agreesWithPerson: Tally;
}

export interface LabelPlace {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/** Cases that a person has to have labelled before a judge is believed, and how often it has to agree. */
const CALIBRATION = { cases: 50, share: 0.9 } as const;

/** Goes through the closed held-out inputs in their order, as far as labels go. */
export async function lookAtNoWorse(
  comparison: Comparison,
  meeting: Meeting,
  place: LabelPlace,
): Promise<NoWorseLook> {
  const looking = lookingOf("no-worse", comparison, meeting);
  const look = recordLook(comparison.workerLedger, looking, (positions, version) => ({
    positions,
    alpha: versionRisk(version),
    tally: undefined,
    isSupported: false,
  }));
  const { positions, alpha } = look.found;
  const { recorded } = comparison.list;
  const steps = positions.map((position): WalkStep => {
    return { position, compared: meeting.compared.get(position), isGone: !recorded.has(position) };
  });
  const log = LabelLog.open(comparison.own.file("labels.jsonl"), place.host);
  const test = new NoWorseTest({ comparison, meeting, steps, alpha, log, place });
  const walked = await test.run();
  const upTo = walked.walk.upTo ?? -1;
  const through = steps.filter(({ position }) => position <= upTo);
  const ledger = comparison.workerLedger.change((now) =>
    withWalk(now, { comparison, looking, walked, through, isHidden: look.isHidden }),
  );
  return { ...look, ...walked, ledger, head: head(ledger), alpha, through };
}

interface WrittenWalk {
  readonly comparison: Comparison;
  readonly looking: Looking;
  readonly walked: Walked;
  readonly through: readonly WalkStep[];
  readonly isHidden: boolean;
}

/** What was gone through is opened before it is told; its counts are written only where they may be told. */
function withWalk(ledger: SplitLedger, written: WrittenWalk): SplitLedger {
  const { comparison, looking, walked, through, isHidden } = written;
  const { walk: found, by, opened } = walked;
  const { at } = looking;
  if (isHidden && found.verdict !== "no-worse") {
    return withOpened(ledger, { ...comparison.part, at, by, front: { upTo: opened } });
  }
  const { n, better, worse } = found;
  const match = matched(new LedgerView(ledger), looking);
  const labels = { at, by, n, better, worse, upTo: opened };
  const told = isLastProgress(ledger, match.version, labels)
    ? ledger
    : withLabels(ledger, match, labels);
  const answersTo = answersHash(looking.answers);
  return withLook(told, match, { at, answersTo, tally: agreementOf(through) });
}

/** The same command again tells nothing new, and writes nothing. */
function isLastProgress(
  { events }: SplitLedger,
  version: number,
  { n, better, worse, upTo }: Pick<LabelsEvent, "n" | "better" | "worse" | "upTo">,
): boolean {
  const last = events.findLast(
    (event): event is LabelsEvent & { chain: string } =>
      event.kind === "labels" && event.version === version,
  );
  return last?.n === n && last.better === better && last.worse === worse && last.upTo === upTo;
}

interface Walked {
  readonly walk: Walk;
  readonly by: OpenedEvent["by"];
  readonly judge?: JudgeFigures;
  /** All inputs before this position were shown or gone through. */
  readonly opened: number;
}

interface Test {
  readonly comparison: Comparison;
  readonly meeting: Meeting;
  readonly steps: readonly WalkStep[];
  readonly alpha: number;
  readonly log: LabelLog;
  readonly place: LabelPlace;
}

class NoWorseTest {
  readonly #test: Test;

  constructor(test: Test) {
    this.#test = test;
  }

  async run(): Promise<Walked> {
    const { comparison, meeting, log } = this.#test;
    const { labels } = comparison;
    switch (labels.kind) {
      case "kept":
        return this.#walked("labels", async (each) => log.said.get(each.id));
      case "person":
        return this.#byPerson();
      case "gold": {
        const { gold } = meeting;
        return this.#walked("gold", async (each) => gold && goldRight(each, gold, comparison));
      }
      case "judge":
        return this.#byJudge(labels);
    }
  }

  async #walked(by: Walked["by"], labelOf: (each: LabelCase) => Promise<Right | undefined>) {
    const found = await walk(this.#test.steps, labelOf, this.#test.alpha);
    return { walk: found, by, opened: openedBy(found) };
  }

  async #byPerson(): Promise<Walked> {
    const { log, place, steps } = this.#test;
    const { random, stdin: input, stderr: output, clock } = place.host;
    let [shown, last] = [0, -1];
    const labelOf = async (each: LabelCase, { position }: WalkStep) => {
      const known = log.said.get(each.id);
      if (known !== undefined) return known;
      this.#open(position + 1);
      last = position;
      const title = `Case ${++shown}, held-out input ${grouped(at(position) + 1)} of ${grouped(steps.length)}`;
      const right = await askPerson(each, title, { input, output, random, signal: place.signal });
      if (right !== undefined) log.add(each.id, right, new Date(clock.nowMs()).toISOString());
      return right;
    };
    const at = (position: number) => steps.findIndex((step) => step.position === position);
    const found = await walk(steps, labelOf, this.#test.alpha);
    return { walk: found, by: "labels", opened: Math.max(openedBy(found), last + 1) };
  }

  /** Before a person sees it: what was seen is open, whatever becomes of this process. */
  #open(upTo: number): SplitLedger {
    const { comparison, place } = this.#test;
    const at = new Date(place.host.clock.nowMs()).toISOString();
    return comparison.workerLedger.change((ledger) =>
      withOpened(ledger, { ...comparison.part, at, by: "labels", front: { upTo } }),
    );
  }

  async #byJudge(source: Extract<LabelSource, { kind: "judge" }>): Promise<Walked> {
    const { comparison, place, log, alpha, steps } = this.#test;
    const others = comparison.request.others;
    const judge = await openJudge({ ...source, others }, place);
    let ok = false;
    try {
      const asked = new AskedJudge(judge);
      const agreesWithPerson = await asked.calibrate(this.#labelled(), log.said);
      const { n, agreed } = agreesWithPerson;
      const isCalibrated = n >= CALIBRATION.cases && agreed >= CALIBRATION.share * n;
      const judged = await walk(steps, (each) => asked.ask(each), alpha);
      const labelOf = async (each: LabelCase) =>
        log.said.get(each.id) ?? (isCalibrated ? asked.ask(each) : undefined);
      const found = await walk(steps, labelOf, alpha);
      ok = true;
      const figures = { ...judged, file: judge.file, isCalibrated, agreesWithPerson };
      const opened = Math.max(openedBy(found), openedBy(judged));
      return { walk: found, by: "judge", judge: figures, opened };
    } finally {
      judge.close({ ok });
    }
  }

  /** Cases of today that a person has labelled. */
  #labelled(): readonly LabelCase[] {
    const { meeting, log } = this.#test;
    return disagreementsIn([...meeting.compared.values()]).flatMap((each) =>
      each.tool !== undefined && log.said.has(each.id) ? [{ ...each, tool: each.tool }] : [],
    );
  }
}

/** All inputs before this position were gone through. */
function openedBy({ upTo = -1 }: Walk): number {
  return upTo + 1;
}

/** A judge that is asked once about each case. */
class AskedJudge {
  readonly #judge: OpenJudge;
  readonly #said = new Map<string, Right>();

  constructor(judge: OpenJudge) {
    this.#judge = judge;
  }

  async ask(each: LabelCase): Promise<Right> {
    const known = this.#said.get(each.id);
    if (known !== undefined) return known;
    const right = await this.#judge.ask(each);
    this.#said.set(each.id, right);
    return right;
  }

  async calibrate(cases: readonly LabelCase[], person: Labels): Promise<Tally> {
    let agreed = 0;
    for (const each of cases) if ((await this.ask(each)) === person.get(each.id)) agreed++;
    return { n: cases.length, agreed };
  }
}
