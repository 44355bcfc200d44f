import type { RecordedRun } from "../cassette/file/header.ts";
import { addAnswer, type Bill, formatBill, NO_BILL } from "../cassette/read/bill.ts";
import type { RecordedCall, RecordedStep } from "../cassette/read/call-tree.ts";
import type { Json } from "../model/json.ts";
import type { AnswerPart, ContentPart, Message } from "../model/message.ts";
import { totalTokens } from "../model/usage.ts";
import { counted } from "../words/counted.ts";
import { indented, printable, printableLines, shortened } from "../words/printable.ts";

/** Lines of a text that are shown. */
const MOST_LINES = 12;

/** Characters of a line that are shown. */
const MOST_CHARACTERS = 160;

interface ShownCassette {
  readonly path: string;
  /** What its header says was run; its files as a person would name them. */
  readonly run: RecordedRun | undefined;
  readonly calls: readonly RecordedCall[];
}

/** A cassette to read: what was run, what each call asked and was answered, what it took. */
export function cassetteText({ path, run, calls }: ShownCassette): string {
  const lines = [
    printable(path),
    ...(run ? runLines(run) : []),
    ...calls.flatMap(callLines),
    totalsLine(calls),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function runLines(run: RecordedRun): readonly string[] {
  const { files, entry, input, model, set = [], limits = {}, flags = [] } = run;
  const how = [
    ...(model === undefined ? [] : [`model ${model}`]),
    ...set.map((one) => `set ${one}`),
    ...Object.entries(limits).map(([name, limit]) => `${name} ${limit}`),
    ...flags,
  ];
  const extras = how.length === 0 ? "" : ` (${how.join(", ")})`;
  const what = printable(`run: ${entry} of ${files.join(" ")}${extras}`);
  return [what, ...labelled("input", shownJson(input))];
}

function callLines({ id, steps }: RecordedCall): readonly string[] {
  return [id === "" ? "(no call)" : printable(id), ...indented(steps.flatMap(stepLines))];
}

function stepLines(step: RecordedStep): readonly string[] {
  switch (step.kind) {
    case "call":
      return callLines(step.call);
    case "exchange":
      return exchangeLines(step);
    case "effect":
      return effectLines(step.fields);
    case "decision":
      return decisionLines(step.fields);
    case "damaged":
      return [`cannot be read: ${printable(step.error.reason)}`];
  }
}

function exchangeLines({ exchange }: Extract<RecordedStep, { kind: "exchange" }>) {
  const { entry, request, answer, newMessages } = exchange;
  const { usage, source, timing, stop, stopDetail, answeredBy } = answer;
  const facts = [
    `${totalTokens(usage)} tokens`,
    `${timing.totalMs} ms`,
    ...(source === "script" ? ["from a script"] : []),
    ...(source === "imported" ? ["imported"] : []),
    ...(answeredBy === undefined ? [] : [`answered by ${printable(answeredBy)}`]),
    ...(entry.sample > 1 ? [`sample ${entry.sample}`] : []),
    ...(stop === "end" || stop === "tool-calls" ? [] : [`stop: ${stop}`]),
    ...(stopDetail === undefined ? [] : [printable(stopDetail)]),
  ];
  const asked = request.messages.slice(request.messages.length - newMessages);
  return [
    `asks ${printable(request.model)} (${facts.join(", ")})`,
    ...indented([...asked.flatMap(messageLines), ...answer.parts.flatMap(partLines)]),
  ];
}

function messageLines(message: Message): readonly string[] {
  switch (message.kind) {
    case "assistant":
      return message.parts.flatMap(partLines);
    case "user":
      return labelled("user", contentText(message.content));
    case "tool":
      return labelled(message.isError ? "failed" : "result", contentText(message.content));
  }
}

function contentText(content: readonly ContentPart[]): string {
  const texts = content.map((part) => {
    if (part.kind === "text") return part.text;
    return `[${part.mediaType} ${part.kind === "attachment" ? part.name : part.url}]`;
  });
  return texts.join("\n");
}

function partLines(part: AnswerPart): readonly string[] {
  switch (part.kind) {
    case "text":
      return labelled("answers", part.text);
    case "thinking":
      return labelled("thinks", part.text);
    case "tool-call":
      return labelled(`calls ${part.name}`, part.invalidInput ?? shownJson(part.input));
    case "opaque":
      return [`a part that only ${printable(part.extra.wire)} understands`];
  }
}

type Fields = Extract<RecordedStep, { kind: "effect" | "decision" }>["fields"];

function effectLines(fields: Fields): readonly string[] {
  const { sampled, tool, kind, input, output, error } = fields;
  if (sampled !== undefined) return labelled(`ctx.${shownJson(sampled)}()`, shownJson(output));
  const outcome = labelled(error === undefined ? "gives" : "fails", shownJson(output ?? error));
  return [
    ...labelled(`${shownJson(kind)} effect of ${shownJson(tool)}`, shownJson(input)),
    ...indented(outcome),
  ];
}

function decisionLines({ tool, input, allowed, by, reason }: Fields): readonly string[] {
  const why = reason === undefined ? "" : ` (${shownJson(reason)})`;
  const what = `${shownJson(tool)} is ${allowed === true ? "allowed" : "denied"} by ${shownJson(by)}${why}`;
  return labelled(what, shownJson(input));
}

/** A label with its text behind it, or below it where that is long; nothing steers the terminal. */
function labelled(label: string, text: string): readonly string[] {
  const name = printable(label);
  const lines = printableLines(text).replace(/\n$/, "").split("\n");
  const shown = lines.slice(0, MOST_LINES).map((line) => shortened(line, MOST_CHARACTERS));
  const left = lines.length - shown.length;
  if (lines.length === 1) return [`${name}: ${shown[0]}`];
  const more = left > 0 ? [`… ${counted(left, "line")} more`] : [];
  return [`${name}:`, ...indented([...shown, ...more])];
}

function shownJson(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

interface Totals {
  readonly exchanges: number;
  readonly effects: number;
  readonly decisions: number;
  readonly damaged: number;
  readonly bill: Bill;
  /** How long the answers took. */
  readonly answersMs: number;
}

function totalsOf(calls: readonly RecordedCall[]): Totals {
  const totals = {
    exchanges: 0,
    effects: 0,
    decisions: 0,
    damaged: 0,
    bill: NO_BILL,
    answersMs: 0,
  };
  const steps = calls.flatMap(allSteps);
  for (const step of steps) {
    if (step.kind === "effect") totals.effects++;
    if (step.kind === "decision") totals.decisions++;
    if (step.kind === "damaged") totals.damaged++;
    if (step.kind !== "exchange") continue;
    const { request, answer } = step.exchange;
    totals.exchanges++;
    totals.bill = addAnswer(totals.bill, request.model, answer);
    totals.answersMs += answer.timing.totalMs;
  }
  return totals;
}

function allSteps({ steps }: RecordedCall): readonly RecordedStep[] {
  return steps.flatMap((step) => (step.kind === "call" ? allSteps(step.call) : step));
}

/** What some recorded calls come to, in one line: counts, tokens, money, time. */
function totalsLine(calls: readonly RecordedCall[]): string {
  const { exchanges, effects, decisions, damaged, bill, answersMs } = totalsOf(calls);
  const counts = [
    [exchanges, "exchange"],
    [effects, "effect"],
    [decisions, "decision"],
  ] as const;
  const told = counts.flatMap(([count, noun]) => (count === 0 ? [] : [counted(count, noun)]));
  const took = formatBill(bill) ?? (exchanges === 0 ? undefined : "all from a script");
  return [
    `${told.join(", ") || "nothing"} on record`,
    ...(took === undefined ? [] : [took]),
    ...(exchanges === 0 ? [] : [`${answersMs} ms of answers`]),
    ...(damaged === 0 ? [] : [`${counted(damaged, "entry", "entries")} cannot be read`]),
  ].join("; ");
}
