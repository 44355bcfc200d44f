import { type Bill, formatUsd } from "../../cassette/bill.ts";
import { CassetteFile } from "../../cassette/cassette-file.ts";
import { wholeBillOf } from "../../cassette/read-exchanges.ts";
import type { CassetteMode } from "../../cassette/session-state.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/file-system.ts";
import type { TestCase } from "../cases/test-case.ts";

/** How a cassette stands, as far as an estimate looks at it; see {@link CassetteStatus}. */
export interface ToldStatus {
  readonly state: "fresh" | "stale" | "unrecorded" | "unknown";
  /** What the stale answers took. */
  readonly bill?: Bill;
  readonly missing?: readonly { readonly kind: string }[];
}

export interface EstimateRequest {
  readonly mode: Exclude<CassetteMode, "replay">;
  /** The cases that are to be run. */
  readonly cases: readonly TestCase[];
  /** All cases of a file: what those on record took says what a new one takes. */
  readonly casesOf: (file: string) => readonly TestCase[];
  /** In `auto`: how a cassette stands; undefined where nobody could tell. */
  readonly statusOf: (cassette: string) => ToldStatus | undefined;
  readonly files: FileSystem;
}

/** What recording some cases comes to, before a model is asked. */
export interface RecordingEstimate {
  /** Cases whose recordings no longer fit; in `record`, all that have recordings. */
  readonly anew: number;
  readonly unrecorded: number;
  /** Cases of which it cannot be told what they would ask. */
  readonly unknown: number;
  /** US dollars for all cases whose price can be told. */
  readonly usd: number;
  /** Cases that are recorded and whose price cannot be told. */
  readonly unpriced: number;
}

/** Estimates what it costs to record cases, from what their recordings took. */
export function estimateRecording(request: EstimateRequest): RecordingEstimate {
  const means = new Means(request);
  let [anew, unrecorded, unknown, usd, unpriced] = [0, 0, 0, 0, 0];
  const add = (cost: number | undefined) => {
    if (cost === undefined) unpriced++;
    else usd += cost;
  };
  for (const one of request.cases.filter(({ cassette }) => cassette !== "none")) {
    const found = standing(one, request, means);
    if (found.kind === "unknown") unknown++;
    if (found.kind === "anew") anew++;
    if (found.kind === "unrecorded") unrecorded++;
    if ("usd" in found) add(one.script === undefined ? found.usd : 0); // a script is free
  }
  return { anew, unrecorded, unknown, usd, unpriced };
}

type Standing =
  | { readonly kind: "fresh" }
  | { readonly kind: "unknown" }
  | { readonly kind: "anew" | "unrecorded"; readonly usd: number | undefined };

function standing(
  one: TestCase,
  { mode, statusOf, files }: EstimateRequest,
  means: Means,
): Standing {
  const { cassette } = one;
  if (!files.stat(cassette)) return { kind: "unrecorded", usd: means.ofCase(one) };
  if (mode === "record") return { kind: "anew", usd: priceOf(billAt(cassette, files)) };
  const status = statusOf(cassette);
  if (!status || status.state === "unknown") return { kind: "unknown" };
  const { bill, missing = [] } = status;
  const asked = missing.filter(({ kind }) => kind === "exchange").length;
  const stale = bill ? bill.answers : 0;
  if (stale + asked === 0) return { kind: "fresh" };
  const known = bill && stale > 0 ? priceOf(bill) : 0;
  const mean = asked === 0 ? 0 : means.ofAnswer(one);
  return {
    kind: "anew",
    usd: known === undefined || mean === undefined ? undefined : known + asked * mean,
  };
}

/** Answers from a script say nothing of what a model takes for them. */
function priceOf(bill: Bill | undefined): number | undefined {
  return bill && bill.scripted === 0 && bill.answers > 0 ? bill.usd : undefined;
}

function billAt(cassette: string, files: FileSystem): Bill | undefined {
  try {
    return wholeBillOf(CassetteFile.read(cassette, files));
  } catch (error) {
    if (isLlmDoError(error)) return undefined; // running its case says what is wrong with it
    throw error;
  }
}

/** What cases and answers took in the mean, of those on record in the same file of cases. */
class Means {
  readonly #request: EstimateRequest;
  readonly #byFile = new Map<string, readonly Bill[]>();

  constructor(request: EstimateRequest) {
    this.#request = request;
  }

  /** US dollars; undefined where nothing with a price is on record. */
  ofCase(one: TestCase): number | undefined {
    const bills = this.#billsBeside(one);
    return bills.length === 0 ? undefined : total(bills) / bills.length;
  }

  ofAnswer(one: TestCase): number | undefined {
    const bills = this.#billsBeside(one);
    const answers = bills.reduce((sum, bill) => sum + bill.answers, 0);
    return answers === 0 ? undefined : total(bills) / answers;
  }

  #billsBeside({ place }: TestCase): readonly Bill[] {
    const known = this.#byFile.get(place.file);
    if (known) return known;
    const { casesOf, files } = this.#request;
    const bills = casesOf(place.file).flatMap(({ cassette }) => {
      const bill =
        cassette !== "none" && files.stat(cassette) ? billAt(cassette, files) : undefined;
      return bill && priceOf(bill) !== undefined ? [bill] : [];
    });
    this.#byFile.set(place.file, bills);
    return bills;
  }
}

function total(bills: readonly Bill[]): number {
  return bills.reduce((sum, { usd = 0 }) => sum + usd, 0);
}

const CENT = 0.01;

/**
 * As in `12 stale, 3 unrecorded, about $0.31`; undefined where nothing is to be recorded.
 *
 * @param mode in `record` nothing needs to be stale to be recorded anew
 */
export function estimateText(
  { anew, unrecorded, unknown, usd, unpriced }: RecordingEstimate,
  mode: EstimateRequest["mode"],
): string | undefined {
  const counts = [
    [anew, mode === "record" ? "anew" : "stale"],
    [unrecorded, "unrecorded"],
    [unknown, "that cannot be told"],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const recorded = anew + unrecorded;
  if (told.length === 0) return undefined;
  if (recorded === 0) return told.join(", ");
  if (unpriced === recorded) return `${told.join(", ")}, price unknown`;
  if (usd === 0 && unpriced === 0) return `${told.join(", ")}, at no cost: scripts answer`;
  const price = usd < CENT ? formatUsd(usd) : `$${usd.toFixed(2)}`;
  const about = price.startsWith("$") ? `about ${price}` : price;
  const others = unpriced === 0 ? "" : `, and ${unpriced} of unknown price`;
  return `${told.join(", ")}, ${about}${others}`;
}
