import { LlmDoError } from "../errors/llm-do-error.ts";
import { isJsonObject, tryParseJson } from "../model/json.ts";
import { readEvent, WrongEvent } from "./ledger-events.ts";
import {
  type ChainedEvent,
  eventText,
  firstChain,
  LEDGER_FORMAT,
  type LedgerHeader,
  nextChain,
  type SplitLedger,
} from "./split-ledger.ts";

const RESTORE = "restore it from version control, as in git checkout -- FILE";

const ANEW =
  "or delete it to begin anew: the next report of llm-do compare says that its ledger is new";

const JOIN_AGAIN = "run llm-do compare WORKER TOOL again: what is missing is added at its end";

/** The text of the ledger's file: one event a line, so that a merge shows what was added. */
export function formatSplitLedger({ events, ...header }: SplitLedger): string {
  const { worker, folder, holdout, reference } = header;
  const said = { split: LEDGER_FORMAT, worker, folder, holdout, reference };
  const lines = Object.entries(said).map(
    ([name, value]) => `  "${name}": ${JSON.stringify(value)},`,
  );
  const list = events.map((event) => `    ${eventText(event)}`).join(",\n");
  return `{\n${lines.join("\n")}\n  "events": [${list === "" ? "" : `\n${list}\n  `}]\n}\n`;
}

/**
 * Reads the text of a `split.lock.json` and checks its chain.
 *
 * @param file the path that errors name
 * @throws LlmDoError `file`, with the line, for what is no ledger, is of another format, or was edited,
 * cut short, reordered or merged; it says what to do
 */
export function parseSplitLedger(text: string, file: string): SplitLedger {
  const ledger = { text, file };
  refuseConflict(ledger);
  const value = parsedJson(ledger);
  if (!isJsonObject(value)) throw damaged(ledger, "it is not a ledger", { line: 1 });
  refuseOtherFormat(value["split"], ledger);
  const header = readHeader(value, ledger);
  const { events } = value;
  if (!Array.isArray(events)) throw damaged(ledger, "it has no list of events", { line: 1 });
  return { ...header, events: readEvents(events, header, ledger) };
}

interface LedgerText {
  readonly text: string;
  readonly file: string;
}

function parsedJson(ledger: LedgerText): unknown {
  try {
    return JSON.parse(ledger.text);
  } catch (cause) {
    throw damaged(ledger, "it is not valid JSON", { line: syntaxErrorLine(ledger.text, cause) });
  }
}

/** The line that is no JSON: the first event's that is none by itself, or else where the parser says. */
function syntaxErrorLine(text: string, cause: unknown): number {
  const lines = text.split("\n");
  const wrong = lines.findIndex((line) => {
    return (
      /^ {4}\{/.test(line) &&
      line.length > 5 &&
      tryParseJson(line.replace(/,\s*$/, "")) === undefined
    );
  });
  if (wrong >= 0) return wrong + 1;
  const said = cause instanceof Error ? cause.message : "";
  const position = /position (\d+)/.exec(said)?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  // Some messages of V8 quote what stands around the place, ten characters on each side.
  const around = /"(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(said)?.[1];
  const at = around === undefined ? -1 : text.indexOf(around);
  return lineAt(text, at < 0 ? text.length : at + Math.floor((around?.length ?? 0) / 2));
}

function readHeader(value: Readonly<Record<string, unknown>>, ledger: LedgerText): LedgerHeader {
  const { split: _split, events: _events, worker, folder, holdout, reference, ...others } = value;
  const [unknown] = Object.keys(others);
  const refuse = (reason: string, name: string) =>
    damaged(ledger, reason, { line: lineOf(ledger.text, new RegExp(`"${name}"\\s*:`)) });
  if (unknown !== undefined) throw damaged(ledger, `unknown key "${unknown}"`, { line: 1 });
  if (typeof worker !== "string") throw refuse("it names no worker", "worker");
  if (typeof folder !== "string") throw refuse("it does not say its folder", "folder");
  if (!(typeof holdout === "number" && holdout > 0 && holdout < 1)) {
    throw refuse("its holdout must be a share above 0 and below 1", "holdout");
  }
  if (!(typeof reference === "number" && Number.isSafeInteger(reference) && reference > 0)) {
    throw refuse("its reference must be a number of samples", "reference");
  }
  return { worker, folder, holdout, reference };
}

function readEvents(
  values: readonly unknown[],
  header: LedgerHeader,
  ledger: LedgerText,
): readonly ChainedEvent[] {
  const events: ChainedEvent[] = [];
  let before = firstChain(header);
  for (const [index, value] of values.entries()) {
    const event = readChained(value, index, ledger);
    const { chain, ...said } = event;
    const text = eventText(said);
    if (chain !== nextChain(before, text)) {
      throw broken(ledger, { index, text, chain, header, values, events });
    }
    before = chain;
    events.push(event);
  }
  return events;
}

function readChained(value: unknown, index: number, ledger: LedgerText): ChainedEvent {
  try {
    const { chain, ...said } = isJsonObject(value) ? value : { chain: undefined };
    if (typeof chain !== "string") throw new WrongEvent("it has no chain");
    return { ...readEvent(said), chain };
  } catch (error) {
    if (!(error instanceof WrongEvent)) throw error;
    throw damaged(ledger, error.message, { line: eventLine(ledger.text, index) });
  }
}

interface BrokenLink {
  readonly index: number;
  readonly text: string;
  readonly chain: string;
  readonly header: LedgerHeader;
  readonly values: readonly unknown[];
  /** Those before it. */
  readonly events: readonly ChainedEvent[];
}

/** An event that does not follow from the one before: it says what most likely has happened. */
function broken(
  ledger: LedgerText,
  { index, text, chain, header, values, events }: BrokenLink,
): LlmDoError {
  const line = eventLine(ledger.text, index);
  const follows = (before: string) => chain === nextChain(before, text);
  const fork = [firstChain(header), ...events.map((event) => event.chain)].findIndex(follows);
  if (fork >= 0) {
    const first = eventLine(ledger.text, fork);
    const both = `lines ${first} and ${line} both follow line ${first - 1}`;
    return damaged(ledger, `two branches appended to it, and a merge kept both: ${both}`, {
      line,
      tries: [
        `remove lines ${line} and later that one branch added, keeping the other's`,
        JOIN_AGAIN,
      ],
    });
  }
  const later = values
    .slice(index + 1)
    .map((one) => (isJsonObject(one) ? one["chain"] : undefined));
  const moved = later.findIndex((one) => typeof one === "string" && follows(one));
  if (moved >= 0) {
    const other = eventLine(ledger.text, index + 1 + moved);
    return damaged(ledger, `its events were reordered: line ${line} follows line ${other}`, {
      line,
    });
  }
  const what = index === 0 ? "the head of the file" : "the line before it";
  const reason = `line ${line} does not follow from ${what}: one of them was edited, or lines between them were removed`;
  return damaged(ledger, reason, { line });
}

function refuseConflict(ledger: LedgerText): void {
  const at = ledger.text.search(/^(?:<{7}|={7}|>{7})(?:\s|$)/m);
  if (at < 0) return;
  throw damaged(ledger, "a merge left its conflict in it: two branches have appended to it", {
    line: lineAt(ledger.text, at),
    tries: [
      "keep one side whole, the one with more looks: git checkout --ours FILE, or --theirs",
      JOIN_AGAIN,
    ],
  });
}

function refuseOtherFormat(format: unknown, ledger: LedgerText): void {
  if (format === LEDGER_FORMAT) return;
  const line = lineOf(ledger.text, /"split"\s*:/);
  if (format === 1) {
    throw damaged(ledger, "it was made by the first method, whose looks do not carry over", {
      line,
      tries: ["delete it; llm-do compare WORKER TOOL begins the new one"],
    });
  }
  const reason =
    format === undefined
      ? `it does not say "split": ${LEDGER_FORMAT}`
      : `its format is ${JSON.stringify(format)}, and this version of llm-do reads ${LEDGER_FORMAT}`;
  const tries = format === undefined ? undefined : ["use the version of llm-do that wrote it"];
  throw damaged(ledger, reason, { line, ...(tries && { tries }) });
}

function damaged(
  { file }: LedgerText,
  reason: string,
  { line, tries = [RESTORE, ANEW] }: { readonly line: number; readonly tries?: readonly string[] },
): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what: file,
    reason,
    place: { file, line },
    tries: tries.map((hint) => hint.replaceAll("FILE", file)),
  });
}

function lineAt(text: string, position: number): number {
  return text.slice(0, Math.max(0, position)).split("\n").length;
}

function lineOf(text: string, pattern: RegExp): number {
  return lineAt(text, text.search(pattern));
}

/**
 * The line of an event: it begins a line of its own, unless a formatter has laid the file out anew. Then
 * it begins with its kind; within a text the quotes of such a beginning are escaped.
 */
function eventLine(text: string, index: number): number {
  const own = [...text.matchAll(/^ {4}\{"/gm)];
  const events = own.length > 0 ? own : [...text.matchAll(/\{\s*"kind"\s*:/g)];
  return lineAt(text, events[index]?.index ?? text.length);
}
