import { LlmDoError } from "../errors/llm-do-error.ts";
import { formatPlace } from "../errors/place.ts";
import type { Host } from "../host/host.ts";
import { checkProject, type Finding, type Note } from "../project/check/check-project.ts";
import { jsonView } from "../ui/json-view.ts";
import { counted } from "../words/counted.ts";
import type { CheckFlags } from "./project-commands.ts";

/**
 * `llm-do check`: prints how many functions there are when nothing is wrong with them, and notes on
 * what reaches a model in another way than it was written.
 *
 * @throws LlmDoError `project` with everything that is
 */
export async function checkCommand(
  files: readonly string[],
  flags: CheckFlags,
  host: Host,
): Promise<void> {
  const { entry, model, headless, json } = flags;
  const report = await checkProject({ files, entry, model, headless }, host);
  const { findings, notes, functions } = report;
  const write = jsonView(host.stderr);
  if (json) for (const note of notes) write({ kind: "note", ...note });
  if (findings.length === 0) {
    host.stdout.write(`${counted(functions, "function")}, nothing wrong\n`);
    host.stdout.write(notes.map(lineOf).join(""));
    return;
  }
  if (json) for (const finding of findings) write({ kind: "finding", ...finding });
  throw foundWrong(files, findings);
}

/** The error that lists findings. */
export function foundWrong(files: readonly string[], findings: readonly Finding[]): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "check",
    what: files.join(" "),
    reason: counted(findings.length, "finding"),
    details: findings.flatMap(linesOf),
  });
}

function lineOf({ place, note }: Note): string {
  return `  ${formatPlace(place)}: note: ${note}\n`;
}

function linesOf({ place, problem, tries }: Finding): readonly string[] {
  return [`  ${formatPlace(place)}: ${problem}`, ...tries.map((hint) => `    Try: ${hint}`)];
}
