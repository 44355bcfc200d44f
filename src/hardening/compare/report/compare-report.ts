import type { Certificate } from "../../../certificate/certificate.ts";
import type { CertificateKind, Origin } from "../../../certificate/ledger-events.ts";
import type { ExitCode } from "../../../errors/codes.ts";
import type { Json } from "../../../model/json.ts";
import type { Tally } from "../../../statistics/clopper-pearson.ts";
import type { LeftOut } from "../../recordings/recorded-call.ts";
import type { ComparedHashes } from "../run/compared-hashes.ts";
import type { TemplateFigures } from "../run/counted-inputs.ts";
import type { Disagreement } from "../run/disagreement.ts";
import type { Counted, Noise } from "../run/figures.ts";
import type { GoldTally } from "../run/gold-labels.ts";
import type { OutFolder } from "../run/out-folder.ts";
import type { GeneratedFigures } from "../trial/generated-inputs.ts";
import type { Savings } from "./savings.ts";

/** The verdicts of a report; `not-yet` where counts are hidden, `not-looked` where nobody looked. */
export const REPORT_VERDICTS = [
  "supported",
  "refuted",
  "inconclusive",
  "not-yet",
  "not-looked",
] as const;

export type ReportVerdict = (typeof REPORT_VERDICTS)[number];

/** All that a comparison found, as `compare.json` has it. Nothing in it tells more of the holdout than it may. */
export interface CompareReport {
  /** The format. */
  readonly compare: 2;
  readonly headline: string;
  /** The whole of it in a few sentences. */
  readonly statement: string;
  readonly kind: CertificateKind;
  readonly verdict: ReportVerdict;
  /** The share of agreement that is claimed; absent for `no-worse`. */
  readonly claim?: number;
  /** What may be lost against the prompt; there for `no-worse`. */
  readonly margin?: number;
  readonly worker: { readonly name: string; readonly file: string; readonly model?: string };
  /** `file.ts#tool`, or the file of another worker. */
  readonly tool: string;
  readonly candidate: "tool" | "worker";
  /** `file.domain.ts#export`, or the file of templates. */
  readonly domain?: string;
  /** The description of the comparator, all defaults written out. */
  readonly comparator: Json;
  readonly ledger: LedgerFigures;
  readonly sources: Sources;
  readonly train: TrainFigures;
  /** Figure A; absent where nobody looked. */
  readonly look?: ReportedLook;
  /** Figure C; there for `no-worse`. */
  readonly paired?: ReportedPaired;
  /** What `--open` showed. */
  readonly opened?: { readonly inputs: number; readonly disagreements: number };
  /** Figure B; absent where nothing was asked twice. */
  readonly noise?: Noise & Sided & { readonly alpha: number };
  /** How the prompt agrees with itself on all inputs that it was asked twice. */
  readonly selfAgreement?: Tally;
  /** By calls instead of distinct inputs; no interval belongs to it. */
  readonly traffic: Tally & Sided;
  /** Why train inputs were left to the prompt. */
  readonly fallbacks: readonly Counted[];
  /** What the tool did on train inputs that no tool may do. */
  readonly faults: readonly Counted[];
  /** Figure D. */
  readonly generated?: GeneratedFigures;
  readonly gold?: GoldFigures;
  /** What a worker says of which is right. */
  readonly judge?: ReportedJudge;
  /** Figure F. */
  readonly savings: Savings;
  /** Train disagreements, which are listed in `disagreements.jsonl`. */
  readonly disagreements: number;
  readonly hashes: ComparedHashes;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly exitCode: ExitCode;
}

/** Whose inputs a figure is of. */
interface Sided {
  readonly side: "train" | "holdout";
}

interface LedgerFigures {
  /** Whether this comparison made it. */
  readonly isNew: boolean;
  /** Since when, and why, what was listed before is evidence no more. */
  readonly setAside?: { readonly at: string; readonly why: string };
  readonly holdout: number;
  readonly reference: number;
  /** The hash over all that it says. */
  readonly head: string;
}

/** Where the inputs come from. Generated inputs and gold labels have figures of their own. */
interface Sources {
  /** Cassettes that were read. */
  readonly cassettes: number;
  /** Recorded calls of today's prompt. */
  readonly calls: number;
  /** Of these, calls whose answers came from a script that stood in for the model. */
  readonly scripted: number;
  /** Of these, calls that code left to the prompt; they are no evidence. */
  readonly fallbacks: number;
  readonly distinct: number;
  /** Distinct inputs of the ledger's list. */
  readonly listed: number;
  readonly train: number;
  /** Held out and never shown. */
  readonly closed: number;
  /** Listed inputs whose recording has gone; held-out ones count as disagreements. */
  readonly gone: number;
  /** Distinct inputs with fewer samples than a reference answer takes. */
  readonly waiting: number;
  /** Listed inputs to which the other worker has no recorded answer. */
  readonly unanswered: number;
  /** Listed inputs by origin. */
  readonly origins: Readonly<Record<Origin, number>>;
  readonly leftOut: LeftOut;
}

interface TrainFigures extends Tally {
  readonly fellBack: number;
  /** Inputs of before `--since` or the last alarm, which are not counted here. */
  readonly earlier: number;
}

export type ReportedLook = HiddenLook | ShownLook;

/** Nothing but the verdict is told of it. */
interface HiddenLook {
  readonly hidden: true;
  readonly version: number;
  readonly alpha: number;
  /** At the rate of train: held-out inputs that may suffice; null where no number will do. */
  readonly needed?: number | null;
}

export interface ShownLook extends Tally {
  readonly hidden: false;
  readonly version: number;
  /** The risk of this version, which is paid once however often it looks. */
  readonly alpha: number;
  /** Of the unit. */
  readonly lower: number;
  readonly upper: number;
  /** What the verdict counts. With `template`, `templates` has its n and agreed. */
  readonly unit: "input" | "template";
  /** At the rate seen: units that may suffice; null where no number will do. Where inconclusive. */
  readonly needed?: number | null;
  /** Held-out inputs that are left to the prompt, of all that were counted. */
  readonly fallback: {
    readonly n: number;
    readonly fellBack: number;
    readonly lower: number;
    readonly upper: number;
  };
  /** The last counted inputs; once supported. */
  readonly last?: Tally;
  /** Once supported, and where they are the unit. */
  readonly templates?: TemplateFigures;
}

/** The paired test as far as it has come. */
export interface ReportedPaired {
  readonly version: number;
  readonly alpha: number;
  readonly hidden: boolean;
  /** Held-out inputs gone through; absent where hidden, as the rest is. */
  readonly n?: number;
  /** Only the tool is right. */
  readonly better?: number;
  /** Only the prompt is right. */
  readonly worse?: number;
  readonly labels?: number;
  /** The tool loses at most this share; below 0: it is better by at least that. */
  readonly loss?: number;
  /** What ended the walk: the verdict, a disagreement without a label, an input without an answer, the list. */
  readonly stoppedBy?: "verdict" | "label" | "answer" | "end";
}

interface GoldFigures {
  readonly file: string;
  readonly labels: number;
  /** On labelled train inputs that the tool answered. */
  readonly train: GoldTally;
  /** On labelled held-out inputs that were gone through, and so are open now. */
  readonly through: GoldTally;
}

export interface ReportedJudge {
  readonly file: string;
  readonly calibrated: boolean;
  readonly agreesWithPerson: Tally;
  readonly verdict: "no-worse" | "worse" | "open";
  readonly n: number;
  readonly better: number;
  readonly worse: number;
  readonly labels: number;
}

/** A finished comparison; what it found is written by whoever asked for it. */
export interface Compared {
  readonly report: CompareReport;
  /** Of train inputs. */
  readonly disagreements: readonly Disagreement[];
  /** Undefined unless supported. */
  readonly certificate: Certificate | undefined;
  readonly out: OutFolder;
}
