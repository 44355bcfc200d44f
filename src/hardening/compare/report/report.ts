import type {
  Certificate,
  CertifiedAgreement,
  CertifiedHashes,
} from "../../../certificate/certificate.ts";
import type { ExitCode } from "../../../errors/codes.ts";
import type { Json } from "../../../model/json.ts";
import type { Tally } from "../../../statistics/clopper-pearson.ts";
import type { LeftOut } from "../../recordings/recorded-call.ts";
import type { Unseen } from "../../recordings/templates/templates-of.ts";
import type { AdjudicationFigures, JudgeFigures } from "../labels/adjudication.ts";
import type { Disagreement } from "../run/disagreement.ts";
import type { Counted, Noise, SelfAgreement } from "../run/figures.ts";
import type { GeneratedFigures } from "../run/generated-inputs.ts";
import type { GoldFigures } from "../run/gold-labels.ts";
import type { OutFolder } from "../run/out-folder.ts";
import type { Savings } from "./savings.ts";

/** All that a comparison found, as `compare.json` has it. */
export interface CompareReport {
  /** The format. */
  readonly compare: 1;
  /** The whole of it in a few sentences. */
  readonly statement: string;
  readonly worker: { readonly name: string; readonly file: string; readonly model?: string };
  /** `file.ts#tool`, or the file of another worker. */
  readonly tool: string;
  readonly kind: "tool" | "worker";
  /** `file.domain.ts#export`. */
  readonly domain?: string;
  /** The description of the comparator, all defaults written out. */
  readonly comparator: Json;
  /** Figure A. */
  readonly agreement: ReportedAgreement;
  /** The risk of a wrong claim over all looks together. */
  readonly alpha: number;
  /** How often the holdout was looked at, this time included. */
  readonly looks: number;
  /** On the inputs that whoever wrote the tool may have seen. */
  readonly train: Tally;
  /** By held-out calls instead of distinct inputs; no interval belongs to it. */
  readonly traffic: Tally;
  readonly sources: Sources;
  /** Figure B, on held-out inputs; absent where none of them was asked twice. */
  readonly noise?: Noise;
  /** How the prompt agrees with itself on all inputs that it was asked twice. */
  readonly selfAgreement?: SelfAgreement;
  /** Figure C. */
  readonly adjudication?: AdjudicationFigures;
  /** The same by a worker, which is advisory. */
  readonly judge?: JudgeFigures;
  /** Figure D. */
  readonly generated?: GeneratedFigures;
  /** Figure E and what is known of fallbacks. */
  readonly fallback: FallbackFigures;
  /** What the tool did that no tool may do, on recorded inputs of either side. */
  readonly faults: readonly Counted[];
  readonly gold?: GoldFigures & { readonly file: string };
  /** Figure F. */
  readonly savings: Savings;
  /** Disagreements on recorded inputs of either side. */
  readonly disagreements: { readonly holdout: number; readonly train: number };
  readonly hashes: CertifiedHashes;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly exitCode: ExitCode;
}

interface ReportedAgreement extends CertifiedAgreement {
  /** Further distinct held-out inputs at the next look; there where the verdict is `inconclusive`. */
  readonly neededAtNextLook?: number;
}

/** Where the inputs come from. Generated inputs and gold labels have figures of their own. */
interface Sources {
  /** Cassettes that were read. */
  readonly cassettes: number;
  /** Recorded calls of today's prompt. */
  readonly calls: number;
  /** Of these, calls whose answers came from a script that stood in for the model. */
  readonly scripted: number;
  readonly distinct: number;
  readonly train: number;
  readonly holdout: number;
  readonly leftOut: LeftOut;
  /** Distinct inputs that the other worker has no recording of; there where workers are compared. */
  readonly notInBoth?: number;
}

interface FallbackFigures {
  /** Good and Turing's estimate: the share of future inputs whose shape was never recorded. */
  readonly expected: Unseen;
  /** Distinct held-out inputs that fell back. */
  readonly holdout: number;
  /** Distinct inputs of either side that fell back, by why. */
  readonly reasons: readonly Counted[];
}

/** A finished comparison; what it found is written by whoever asked for it. */
export interface Compared {
  readonly report: CompareReport;
  readonly disagreements: readonly Disagreement[];
  readonly certificate: Certificate;
  readonly out: OutFolder;
}
