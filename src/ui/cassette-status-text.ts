import { type Caused, causeLines, groupByCause, withWorkerFile } from "../cassette/miss/causes.ts";
import { functionOf } from "../cassette/miss/nearest-recording.ts";
import { addBills, leastBill, NO_BILL } from "../cassette/read/bill.ts";
import type { RecordingPlace } from "../cassette/read/tape.ts";
import type { MissingRecording, StaleRecording } from "../cassette/upkeep/replay-findings.ts";
import type { CassetteStatus } from "../testing/status/cassette-status.ts";
import { counted } from "../words/counted.ts";
import { indented, printable, printableLines } from "../words/printable.ts";
import { shellQuote } from "../words/shell-quote.ts";

/**
 * What there is to say of some cassettes: what made several of them stale, a paragraph for each of the
 * others, then what is to be done.
 *
 * @param isVerbose whether all cases of one cause are named
 */
export function statusText(statuses: readonly CassetteStatus[], isVerbose = false): string {
  const shared = sharedCauses(statuses, isVerbose);
  const lines = [
    ...shared.rest.flatMap(statusLines),
    ...shared.lines,
    ...(statuses.length > 1 ? [totalLine(statuses)] : []),
    ...costLines(statuses),
    ...tryLines(statuses),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function statusLines(status: CassetteStatus): readonly string[] {
  const path = printable(status.path);
  switch (status.state) {
    case "fresh":
      return [`${path}: fresh, ${counted(status.recordings, "recording")}`];
    case "stale":
      return [`${path}: ${headline(status)}`, ...indented(replayedLines(status))];
    case "imported":
      return [`${path}: imported, ${counted(status.recordings, "recording")}`];
    case "unrecorded":
      return [`${path}: not recorded`, `  case: ${status.cases.map(printable).join(", ")}`];
    case "unknown": {
      const [first = "", ...more] = printableLines(status.reason).split("\n");
      return [`${path}: it cannot be told: ${first}`, ...indented(more)];
    }
  }
}

/** As in `2 of 5 recordings are stale, 1 is unused`. */
function headline({ recordings, stale, missing, unused, notToday, brokenOff }: Replayed): string {
  const left = brokenOff === undefined ? "unused" : "not reached";
  const parts = [
    [stale.length, `of ${counted(recordings, "recording")}`, "stale"],
    [missing.length, "", "missing"],
    [unused.length, "", left],
    [notToday.length, "", "not as it would be recorded today"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, of, what]) => `${count}${of && ` ${of}`} ${count === 1 ? "is" : "are"} ${what}`)
    .join(", ");
}

function replayedLines(status: Replayed): readonly string[] {
  const { stale, missing, unused, notToday, brokenOff } = status;
  const left = brokenOff === undefined ? "unused" : "not reached";
  return [
    ...alike(stale).flatMap(staleLines),
    ...missing.map(missingLine),
    ...unused.map((place) => `${left}: ${whichOf([place])}`),
    ...notToday.map(({ line, problem }) => `line ${line}: ${printable(problem)}`),
    ...(brokenOff === undefined ? [] : brokenOffLines(brokenOff)),
  ];
}

/** The recordings that the same change made stale in one call: the turns of a conversation. */
function alike(stale: readonly StaleRecording[]): readonly (readonly StaleRecording[])[] {
  const groups = new Map<string, StaleRecording[]>();
  for (const one of stale) {
    const key = JSON.stringify([one.kind, one.call, one.reason, one.details]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function staleLines(group: readonly StaleRecording[]): readonly string[] {
  const [first] = group;
  if (!first) return [];
  return [`stale: ${whichOf(group)}: ${printable(first.reason)}`, ...first.details];
}

function missingLine({ call, asked, reason }: MissingRecording): string {
  return `missing: ${printable(call)} asks ${printable(asked)}: ${reason}`;
}

/** As in `main, exchanges at lines 3 and 20`. */
function whichOf(places: readonly RecordingPlace[]): string {
  const [first] = places;
  const lines = places.map(({ line }) => line);
  const kind = first?.kind ?? "";
  const called = first?.call === "" ? "" : `${printable(first?.call ?? "")}, `;
  if (lines.length === 1) return `${called}${kind} at line ${lines[0]}`;
  return `${called}${kind}s at lines ${lines.slice(0, -1).join(", ")} and ${lines.at(-1)}`;
}

function brokenOffLines(report: string): readonly string[] {
  const [first = "", ...more] = printableLines(report).split("\n");
  return [`the run broke off, and more may be stale: ${first}`, ...indented(more)];
}

function totalLine(statuses: readonly CassetteStatus[]): string {
  const count = (state: CassetteStatus["state"]) =>
    statuses.filter((status) => status.state === state).length;
  const parts = [
    [count("fresh"), "fresh"],
    [count("stale"), "not fresh"],
    [count("imported"), "imported"],
    [count("unrecorded"), "not recorded"],
    [count("unknown"), "unknown"],
  ] as const;
  const told = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
  return `${counted(statuses.length, "cassette")}: ${told.join(", ")}`;
}

/** What to expect of recording anew, by the recordings' own figures. */
function costLines(statuses: readonly CassetteStatus[]): readonly string[] {
  const replayed = statuses.filter(isReplayed);
  const bill = replayed.reduce((sum, status) => addBills(sum, status.bill), NO_BILL);
  const missing = replayed.flatMap((status) => status.missing);
  const asked = missing.filter(({ kind }) => kind === "exchange").length;
  const lines: string[] = [];
  if (bill.answers > 0) {
    const what = counted(bill.answers, "stale answer");
    const took = leastBill(bill);
    lines.push(
      took === undefined
        ? `${what} from a script: what a model takes for that is not known`
        : `recording ${what} anew takes at least ${took}, by their own figures`,
    );
  }
  if (asked > 0) lines.push(`${counted(asked, "request")} never recorded: the cost is not known`);
  return lines;
}

function isReplayed(status: CassetteStatus): status is Replayed {
  return status.state === "fresh" || status.state === "stale";
}

function tryLines(statuses: readonly CassetteStatus[]): readonly string[] {
  const replayed = statuses.filter(isReplayed);
  const toRecord = replayed.filter(isMissed);
  const byHand = toRecord.filter(({ cases }) => cases.length === 0);
  const isForTests =
    toRecord.length > byHand.length || statuses.some(({ state }) => state === "unrecorded");
  const toPrune = replayed.filter(
    (status) => status.unused.length > 0 && !isMissed(status) && status.brokenOff === undefined,
  );
  const pathsOf = (some: readonly Replayed[]) => some.map(word).join(" ");
  const found = (isRule: boolean) =>
    replayed.filter(({ notToday }) => notToday.some((one) => one.isRule === isRule));
  const toRekey = found(true);
  const hints = statuses.flatMap((status) => (status.state === "unknown" ? status.tries : []));
  return [
    ...(isForTests ? ["record what is missing: llm-do test --mode auto"] : []),
    ...byHand.map(({ path }) => `run it again with --cassette ${word({ path })} --mode auto`),
    ...(toPrune.length > 0
      ? [`remove what is unused: llm-do cassette prune ${pathsOf(toPrune)}`]
      : []),
    ...(toRekey.length > 0
      ? [`apply today's rules: llm-do cassette rekey ${pathsOf(toRekey)}`]
      : []),
    ...(found(false).length > 0
      ? [`hide it: a pattern under "redact" in llm-do.yaml, then llm-do cassette rekey`]
      : []),
    ...new Set(hints),
  ].map((hint) => `Try: ${hint}`);
}

/** A path as it is pasted at a shell. */
function word({ path }: Pick<Replayed, "path">): string {
  return shellQuote(printable(path));
}

function isMissed({ stale, missing }: Replayed): boolean {
  return stale.length + missing.length > 0;
}

type Replayed = Extract<CassetteStatus, { state: "fresh" | "stale" }>;

/** What made several cassettes stale at once, and what is left to say of each. */
interface SharedCauses {
  /** Each cause with the cases that it is the cause of. */
  readonly lines: readonly string[];
  /** The cassettes with what the lines do not say; those of which they say all are not among them. */
  readonly rest: readonly CassetteStatus[];
}

/** Tells a cause that several cassettes have once, for all of them. */
function sharedCauses(statuses: readonly CassetteStatus[], isVerbose: boolean): SharedCauses {
  const replayed = statuses.filter((status) => status.state === "stale");
  const counts = new Map<string, number>();
  for (const status of replayed) {
    for (const cause of new Set(status.stale.map((one) => causeOfStale(one, status)))) {
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
    }
  }
  const isShared = (one: StaleRecording, status: Replayed) =>
    (counts.get(causeOfStale(one, status)) ?? 0) > 1;
  const found = replayed.flatMap((status) => causedIn(status, isShared));
  const noun = replayed.some(({ cases }) => cases.length === 0) ? "cassette" : "case";
  const rest = statuses.flatMap((status): readonly CassetteStatus[] => {
    if (status.state !== "stale") return [status];
    const stale = status.stale.filter((one) => !isShared(one, status));
    const { missing, unused, notToday } = status;
    const isTold = stale.length + missing.length + unused.length + notToday.length === 0;
    return isTold && status.brokenOff === undefined ? [] : [{ ...status, stale }];
  });
  return {
    lines: groupByCause(found).flatMap((group) => causeLines(group, { noun, isVerbose })),
    rest,
  };
}

/** Each shared cause of a cassette once, for each case that uses it. */
function causedIn(
  status: Replayed,
  isShared: (one: StaleRecording, status: Replayed) => boolean,
): readonly Caused[] {
  const first = new Map<string, StaleRecording>();
  for (const one of status.stale.filter((each) => isShared(each, status))) {
    const cause = causeOfStale(one, status);
    if (!first.has(cause)) first.set(cause, one);
  }
  const names = status.cases.length > 0 ? status.cases : [status.path];
  return [...first].flatMap(([cause, { details }]) =>
    names.map((name) => ({ cause, name, details })),
  );
}

function causeOfStale({ call, reason }: StaleRecording, { files }: Replayed): string {
  return withWorkerFile(`${functionOf(call)}: ${reason}`, files);
}
