/** Inputs that were gone through in the order of the list. */
export interface PairedCounts {
  readonly n: number;
  /** Only the tool is right. */
  readonly better: number;
  /** Only the prompt is right. */
  readonly worse: number;
}

export type PairedVerdict = "no-worse" | "worse" | "open";

/** The bets that the evidence is the mean of. */
const BETS = [0.1, 0.2, 0.4, 0.7, 0.95] as const;

/** Halvings that settle a double between 0 and 1. */
const HALVINGS = 60;

/**
 * The logarithm of the evidence against "the tool's accuracy is lower by the margin or more":
 *
 *     E = mean over λ of (1 + λ(1+δ))^w (1 + λ(δ-1))^l (1 + λδ)^(n-w-l)
 *
 * A test martingale (betting; Waudby-Smith and Ramdas 2024): one may stop after any label.
 *
 * @param margin δ, a share; from -1 to 1
 * @throws RangeError for counts that are none
 */
export function logPairedEvidence(counts: PairedCounts, margin: number): number {
  checkCounts(counts);
  const { n, better, worse } = counts;
  return logMean(
    BETS.map(
      (bet) =>
        power(1 + bet * (1 + margin), better) +
        power(1 + bet * (margin - 1), worse) +
        power(1 + bet * margin, n - better - worse),
    ),
  );
}

/**
 * The mirror of {@link logPairedEvidence}: the evidence against "the tool's accuracy is lower by the
 * margin at most".
 *
 * @throws RangeError for counts that are none
 */
export function logWorseEvidence(counts: PairedCounts, margin: number): number {
  checkCounts(counts);
  const { n, better, worse } = counts;
  return logMean(
    BETS.map(
      (bet) =>
        power(1 - bet * (1 + margin), better) +
        power(1 + bet * (1 - margin), worse) +
        power(1 - bet * margin, n - better - worse),
    ),
  );
}

/** What the labels so far say of a tool beside its prompt. */
export function pairedVerdict(
  counts: PairedCounts,
  { margin, alpha }: { readonly margin: number; readonly alpha: number },
): PairedVerdict {
  const most = -Math.log(alpha);
  if (logPairedEvidence(counts, margin) >= most) return "no-worse";
  return logWorseEvidence(counts, margin) >= most ? "worse" : "open";
}

/**
 * What the tool loses at most, a share: the least margin at which the evidence reaches 1/alpha. Below 0 it
 * is better by at least that much. 1 where nothing is known.
 */
export function mostLoss(counts: PairedCounts, alpha: number): number {
  const most = -Math.log(alpha);
  let [small, large] = [-1, 1];
  if (logPairedEvidence(counts, large) < most) return large;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (small + large) / 2;
    if (logPairedEvidence(counts, middle) >= most) large = middle;
    else small = middle;
  }
  return large;
}

function checkCounts({ n, better, worse }: PairedCounts): void {
  if (!(better >= 0 && worse >= 0 && better + worse <= n && Number.isFinite(n))) {
    throw new RangeError(`${better} better and ${worse} worse of ${n} are no counts`);
  }
}

/** `count · ln base`; a base of 0 or less that is never used says nothing. */
function power(base: number, count: number): number {
  if (count === 0) return 0;
  return base > 0 ? count * Math.log(base) : Number.NEGATIVE_INFINITY;
}

function logMean(logs: readonly number[]): number {
  const greatest = Math.max(...logs);
  if (greatest === Number.NEGATIVE_INFINITY) return greatest;
  const sum = logs.reduce((total, log) => total + Math.exp(log - greatest), 0);
  return greatest + Math.log(sum / logs.length);
}
