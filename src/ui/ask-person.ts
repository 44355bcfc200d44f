import { type ApprovalRequest, type Preview, TOOL_CHANGED } from "../approval/approval-request.ts";
import type { Asker } from "../approval/decide.ts";
import type { Decision } from "../approval/decision.ts";
import { printable, shortened } from "../cassette/printable.ts";
import type { Input, Output } from "../host/host.ts";

/** Lines of a file's change that are shown before the question. */
const MOST_DIFF_LINES = 60;

/** Characters of an input or a line that are shown. */
const LONGEST_TEXT = 2000;

export interface Person {
  readonly input: Input;
  readonly output: Output;
  /** Aborts when the run ends: the question is then withdrawn. */
  readonly signal: AbortSignal;
}

/**
 * Asks a person on a terminal: shows who wants what, and takes y (yes), n with a reason, or a (yes,
 * for the rest of this run). Anything else is asked again; the end of the input denies.
 */
export function askPerson({ input, output, signal }: Person): Asker {
  async function nextLine(): Promise<string | undefined> {
    let line: string | undefined;
    try {
      line = await input.readLine(signal);
    } finally {
      if (line === undefined) output.write("\n"); // what is said next begins a line of its own
    }
    return line;
  }
  return async (request) => {
    output.write(`${await describeRequest(request)}\n`);
    for (;;) {
      output.write("Allow it? y(es), n(o) REASON, a(lways in this run): ");
      const line = await nextLine();
      if (line === undefined) return denied("nobody answered");
      const decision = decisionOf(line.trim());
      if (decision) return decision;
    }
  };
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

/** Who wants what, in lines for a person. */
export async function describeRequest(request: ApprovalRequest): Promise<string> {
  const who = [...request.chain, request.tool].join(" > ");
  const { change } = request;
  const changed = change
    ? [`  ${TOOL_CHANGED}:`, ...change.lines.map((line) => `    ${shown(line)}`)]
    : [];
  return [`${who} needs approval:`, ...changed, ...(await whatLines(request))].join("\n");
}

async function whatLines({ preview, input }: ApprovalRequest): Promise<readonly string[]> {
  switch (preview?.kind) {
    case "command":
      return [`  $ ${shown(preview.text)}`];
    case "file-change":
      return changeLines(preview);
    case undefined:
      return [`  ${shown(JSON.stringify(input))}`];
  }
}

async function changeLines(
  change: Extract<Preview, { kind: "file-change" }>,
): Promise<readonly string[]> {
  const { structuredPatch } = await import("diff");
  const { before, after, path } = change;
  const patch = structuredPatch(path, path, before ?? "", after, "", "", { context: 2 });
  const lines = patch.hunks.flatMap((hunk) => [
    `  @@ line ${hunk.newStart}`,
    ...hunk.lines.map((line) => `  ${shown(line)}`),
  ]);
  const head = `  ${before === undefined ? "new file" : "change of"} ${shown(path)}`;
  if (lines.length === 0) return [head, "  (no change)"];
  const rest = lines.length - MOST_DIFF_LINES;
  return [
    head,
    ...lines.slice(0, MOST_DIFF_LINES),
    ...(rest > 0 ? [`  … ${rest} more lines`] : []),
  ];
}

/** What a model wrote must not steer the terminal that its approval is asked on. */
function shown(text: string): string {
  return shortened(printable(text), LONGEST_TEXT);
}
