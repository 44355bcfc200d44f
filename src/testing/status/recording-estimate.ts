import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type Bill, formatUsd } from "../../cassette/read/bill.ts";
import { billOf, wholeBillOf } from "../../cassette/read/read-exchanges.ts";
import type { RecordingPlace } from "../../cassette/read/tape.ts";
import type { CassetteMode } from "../../cassette/state/session-state.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import type { TestCase } from "../cases/file/test-case.ts";

/** A stale recording, and the model that is asked in its place today. */
type StalePlace = RecordingPlace & { readonly model?: string };

/** How a cassette stands, as far as an estimate looks at it; see {@link CassetteStatus}. */
export interface ToldStatus {
  readonly state: "fresh" | "stale" | "imported" | "unrecorded" | "unknown";
  /** What the stale answers took. */
  readonly bill?: Bill;
  readonly missing?: readonly { readonly kind: string }[];
  readonly stale?: readonly StalePlace[];
}

export interface EstimateRequest {
  readonly mode: Exclude<CassetteMode, "replay">;
  /** The cases that are to be run. */
  readonly cases: readonly TestCase[];
  /** All cases of a file: what those on record took says what a new one takes. */
  readonly casesOf: (file: string) => readonly TestCase[];
  /** The recording of a case, also one that it had under another name; undefined where it has none. */
  readonly recordingOf: (one: TestCase) => string | undefined;
  /** The list price of the model of a case, in words; undefined where there is none. */
  readonly listPriceOf: (one: TestCase) => string | undefined;
  /** How a cassette stands; undefined where nobody could tell. */
  readonly statusOf: (cassette: string) => ToldStatus | undefined;
  readonly files: FileSystem;
  /** Runs of each case at least, as `--samples` says; default: what the case says. */
  readonly samples?: number | undefined;
}

/** What recording some cases comes to, before a model is asked. */
export interface RecordingEstimate {
  /** Cases whose recordings no longer fit; in `record`, all that have recordings. */
  readonly anew: number;
  readonly unrecorded: number;
  /** Cases whose recordings fit, and of which more samples are drawn than there are. */
  readonly more: number;
  /** Cases of which it cannot be told what they would ask. */
  readonly unknown: number;
  /** US dollars for all cases whose price can be told. */
  readonly usd: number;
  /** Cases that are recorded and whose price cannot be told. */
  readonly unpriced: number;
  /** The list prices of models of these that nothing on record tells the tokens of, a line each. */
  readonly listPrices: readonly string[];
}

/** Estimates what it costs to record cases, from what their recordings took. */
export function estimateRecording(request: EstimateRequest): RecordingEstimate {
  const means = new Means(request);
  let [anew, unrecorded, more, unknown, usd, unpriced] = [0, 0, 0, 0, 0, 0];
  const listPrices = new Set<string>();
  const add = (one: TestCase, { kind, usd: cost }: Recorded) => {
    if (cost !== undefined) {
      usd += cost;
      return;
    }
    unpriced++;
    const price = kind === "unrecorded" ? request.listPriceOf(one) : undefined;
    if (price !== undefined) listPrices.add(price);
  };
  for (const one of request.cases.filter(({ cassette }) => cassette !== "none")) {
    const found = standing(one, request, means);
    if (found.kind === "unknown") unknown++;
    if (found.kind === "anew") anew++;
    if (found.kind === "unrecorded") unrecorded++;
    if (found.kind === "more") more++;
    if ("usd" in found) add(one, one.script === undefined ? found : { ...found, usd: 0 }); // it is free
  }
  return { anew, unrecorded, more, unknown, usd, unpriced, listPrices: [...listPrices] };
}

interface Recorded {
  readonly kind: "anew" | "unrecorded" | "more";
  readonly usd: number | undefined;
}

type Standing = { readonly kind: "fresh" } | { readonly kind: "unknown" } | Recorded;

function standing(one: TestCase, request: EstimateRequest, means: Means): Standing {
  const { mode, files, samples = 1 } = request;
  const cassette = request.recordingOf(one);
  const runs = Math.max(one.samples, samples);
  if (cassette === undefined) return { kind: "unrecorded", usd: times(means.ofCase(one), runs) };
  const drawn = drawnAt(cassette, files);
  const ofRun = drawn && todaysPerRun(drawn, request.statusOf(cassette)?.stale);
  if (mode === "record") return { kind: "anew", usd: times(ofRun, runs) };
  const found = standingOfRecorded(one, request.statusOf(cassette), means);
  const left = drawn ? Math.max(0, runs - Math.max(one.samples, drawn.runs)) : 0;
  if (left === 0 || found.kind === "unknown") return found;
  const further = times(ofRun, left);
  if (found.kind === "fresh") return { kind: "more", usd: further };
  const isKnown = found.usd !== undefined && further !== undefined;
  return { ...found, usd: isKnown ? found.usd + further : undefined };
}

/** What a run takes at the prices of the models that are asked today. */
function todaysPerRun(drawn: Drawn, stale: readonly StalePlace[] = []): number | undefined {
  const recorded = stale.map(({ model: _, ...place }) => place);
  const [before, today] = [recorded, stale].map((some) => billOf(drawn.file, some, false).usd);
  const whole = priceOf(drawn.bill);
  if (today === undefined || before === undefined || whole === undefined) return undefined;
  return (whole - before + today) / drawn.runs;
}

function times(usd: number | undefined, runs: number): number | undefined {
  return usd === undefined ? undefined : usd * runs;
}

function standingOfRecorded(one: TestCase, status: ToldStatus | undefined, means: Means): Standing {
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

/** What a cassette took, and how many runs it holds. */
interface Drawn {
  readonly file: CassetteFile;
  readonly bill: Bill;
  readonly runs: number;
}

function perRun({ bill, runs }: Drawn): number {
  return (bill.usd ?? 0) / runs;
}

function drawnAt(cassette: string, files: FileSystem): Drawn | undefined {
  try {
    const file = CassetteFile.read(cassette, files);
    const samples = file.slices.map((slice) => Number(file.peek(slice, "sample") ?? 1));
    return {
      file,
      bill: wholeBillOf(file),
      runs: Math.max(1, ...samples.filter(Number.isInteger)),
    };
  } catch (error) {
    if (isLlmDoError(error)) return undefined; // running its case says what is wrong with it
    throw error;
  }
}

/** What cases and answers took in the mean, of those on record in the same file of cases. */
class Means {
  readonly #request: EstimateRequest;
  readonly #byFile = new Map<string, readonly Drawn[]>();

  constructor(request: EstimateRequest) {
    this.#request = request;
  }

  /** US dollars for one run; undefined where nothing with a price is on record. */
  ofCase(one: TestCase): number | undefined {
    const drawn = this.#drawnBeside(one);
    return drawn.length === 0 ? undefined : sumOf(drawn, perRun) / drawn.length;
  }

  ofAnswer(one: TestCase): number | undefined {
    const drawn = this.#drawnBeside(one);
    const answers = sumOf(drawn, ({ bill }) => bill.answers);
    return answers === 0 ? undefined : sumOf(drawn, ({ bill }) => bill.usd ?? 0) / answers;
  }

  #drawnBeside({ place }: TestCase): readonly Drawn[] {
    const known = this.#byFile.get(place.file);
    if (known) return known;
    const { casesOf, files } = this.#request;
    const bills = casesOf(place.file).flatMap(({ cassette }) => {
      const drawn =
        cassette !== "none" && files.stat(cassette) ? drawnAt(cassette, files) : undefined;
      return drawn && priceOf(drawn.bill) !== undefined ? [drawn] : [];
    });
    this.#byFile.set(place.file, bills);
    return bills;
  }
}

function sumOf(drawn: readonly Drawn[], of: (one: Drawn) => number): number {
  return drawn.reduce((sum, one) => sum + of(one), 0);
}

const CENT = 0.01;

/**
 * As in `12 stale, 3 unrecorded, about $0.31`; undefined where nothing is to be recorded.
 *
 * @param mode in `record` nothing needs to be stale to be recorded anew
 */
export function estimateText(
  { anew, unrecorded, more, unknown, usd, unpriced, listPrices }: RecordingEstimate,
  mode: EstimateRequest["mode"],
): string | undefined {
  const counts = [
    [anew, mode === "record" ? "anew" : "stale"],
    [unrecorded, "unrecorded"],
    [more, "with too few samples"],
    [unknown, "that cannot be told"],
  ] as const;
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const recorded = anew + unrecorded + more;
  if (told.length === 0) return undefined;
  if (recorded === 0) return told.join(", ");
  if (unpriced === recorded) {
    // With nothing on record nobody knows how many tokens an answer takes.
    const known =
      listPrices.length === 0 ? "price unknown" : `cost unknown: ${listPrices.join(", ")}`;
    return `${told.join(", ")}, ${known}`;
  }
  if (usd === 0 && unpriced === 0) return `${told.join(", ")}, at no cost: scripts answer`;
  const price = usd < CENT ? formatUsd(usd) : `$${usd.toFixed(2)}`;
  const about = price.startsWith("$") ? `about ${price}` : price;
  const others = unpriced === 0 ? "" : `, and ${unpriced} of unknown price`;
  return `${told.join(", ")}, ${about}${others}`;
}
