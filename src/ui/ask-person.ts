import type { ApprovalRequest } from "../approval/approval-request.ts";
import type { AskOptions } from "../approval/decide.ts";
import type { Decision } from "../approval/decision.ts";
import type { Input, Output } from "../host/host.ts";
import { lazily } from "../host/lazily.ts";

/** Marks and wraps texts, which a run that asks nobody does not need. */
const shownRequest = lazily(() => import("./shown-request.ts"));

/** Rows of one text that a question shows before a person asks to see the rest. */
const MOST_ROWS = 20;
/** Rows of all that a question shows. */
const MOST_QUESTION_ROWS = 120;

/** Its last words end every question. */
const QUESTION = "Allow it? v(iew all), y(es), n(o) REASON, a(lways in this run): ";

interface Person {
  readonly input: Input;
  readonly output: Output;
  /** Aborts when the run ends: the question is then withdrawn. */
  readonly signal: AbortSignal;
}

/**
 * Asks a person on a terminal: shows who wants what, and takes v (view all of it, page by page), y
 * (yes), n with a reason, or a (yes, for the rest of this run). Anything else is asked again; the end
 * of the input denies. A question that is withdrawn no longer waits for a line.
 */
export function askPerson(
  terminal: Person,
): (request: ApprovalRequest, options: AskOptions) => Promise<Decision> {
  const { output } = terminal;
  return async (request, { signal }) => {
    const person = { ...terminal, signal: AbortSignal.any([terminal.signal, signal]) };
    const { headOf, requestLines } = await shownRequest();
    const room = { columns: output.columns, mostRows: MOST_ROWS };
    const lines = await requestLines(request, room);
    output.write(`${shortQuestion(lines).join("\n")}\n`);
    for (;;) {
      output.write(QUESTION);
      const line = await nextLine(person);
      if (line === undefined) return denied("nobody answered");
      const answer = line.trim();
      if (/^v(?:iew)?(?: all)?$/i.test(answer)) {
        const { columns } = output;
        await showPages(person, await requestLines(request, { columns, mostRows: undefined }));
        output.write(`${headOf(request)}\n`);
        continue;
      }
      const decision = decisionOf(answer);
      if (decision) return decision;
    }
  };
}

/** A request in full, as one text that somebody else shows. */
export async function describeRequest(request: ApprovalRequest): Promise<string> {
  const { requestLines } = await shownRequest();
  const lines = await requestLines(request, { columns: undefined, mostRows: undefined });
  return lines.join("\n");
}

async function nextLine({ input, output, signal }: Person): Promise<string | undefined> {
  let line: string | undefined;
  try {
    line = await input.readLine(signal);
  } finally {
    if (line === undefined) output.write("\n"); // what is said next begins a line of its own
  }
  return line;
}

/** Shows lines page by page, each as high as the terminal; q and the end of the input go back. */
async function showPages(person: Person, lines: readonly string[]): Promise<void> {
  const { output } = person;
  const height = Math.max(2, (output.rows ?? 24) - 2);
  for (let start = 0; start < lines.length; start += height) {
    const page = lines.slice(start, start + height);
    output.write(`${page.join("\n")}\n`);
    const end = start + page.length;
    if (end >= lines.length) return;
    output.write(`-- lines ${start + 1} to ${end} of ${lines.length}; Enter: next, q: back -- `);
    const answer = await nextLine(person);
    if (answer === undefined || /^q(?:uit)?$/i.test(answer.trim())) return;
  }
}

/** So many rows that a person still sees where the question begins; says how many more there are. */
function shortQuestion(lines: readonly string[]): readonly string[] {
  const left = lines.length - MOST_QUESTION_ROWS;
  if (left <= 0) return lines;
  return [...lines.slice(0, MOST_QUESTION_ROWS), `… ${left} more lines, press v to view`];
}

function decisionOf(answer: string): Decision | undefined {
  if (/^y(?:es)?$/i.test(answer)) return { kind: "allow", by: "person" };
  if (/^a(?:lways)?$/i.test(answer)) return { kind: "allow", by: "person", forSession: true };
  const no = /^n(?:o)?(?:\s+(?<reason>.+))?$/i.exec(answer);
  return no ? denied(no.groups?.["reason"] ?? "the person said no") : undefined;
}

function denied(reason: string): Decision {
  return { kind: "deny", by: "person", reason };
}
