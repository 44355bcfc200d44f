import { join, relative } from "node:path";
import type { Host } from "../../host/host.ts";
import { terminalLines } from "../../report/terminal-lines.ts";
import { counted, grouped } from "../../words/counted.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import type { HardeningPaths } from "./hardening-paths.ts";
import type { Prepared } from "./prepare.ts";
import type { Written } from "./scaffold/write-scaffold.ts";
import { bothScoresText, type Candidate } from "./synth/candidate.ts";
import type { Synthesized } from "./synth/run-synthesis.ts";
import { writerText } from "./synth/write-candidates.ts";

interface HardenReport {
  readonly written: readonly Written[];
  /** What there is to say beside, one line each. */
  readonly notes: readonly string[];
  readonly isJson: boolean;
  readonly host: Host;
}

/** Tells on stdout what was written. */
export function reportHardened(
  { scan: { worker, inputs }, scaffold }: Prepared,
  { written, notes, isJson, host }: HardenReport,
): void {
  const files = written.map(({ path, how }) => ({ path: relative(host.cwd, path), how }));
  const train = scaffold.train.length;
  const holdout = inputs.length - train;
  if (isJson) {
    const report = { kind: "hardened", worker, train, holdout, files, notes };
    host.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const lines = terminalLines({
    title: worker.name,
    headline: `${counted(train, "input")} to learn from, ${grouped(holdout)} held out`,
    sections: [
      { blocks: [{ kind: "lines", lines: filesText(files) }] },
      { blocks: [{ kind: "lines", lines: notes }] },
    ],
  });
  host.stdout.write(`${lines.join("\n")}\n`);
}

/** What was written or kept, one a line; of what is as it was, how much that is. */
function filesText(files: readonly Written[]): readonly string[] {
  const changed = files.filter(({ how }) => how !== "unchanged");
  const same = files.length - changed.length;
  return [...changed.map(fileText), ...(same > 0 ? [`${counted(same, "file")} unchanged`] : [])];
}

function fileText({ path, how }: Written): string {
  return `${how} ${path}${how === "kept" ? whyKept(path) : ""}`;
}

function whyKept(path: string): string {
  return path.endsWith(".ts") || path.endsWith("templates.json")
    ? " (it differs; --force writes it anew)"
    : " (it holds who has looked)";
}

/** What is to be done with a tool that nobody has written yet. */
export function nextSteps({ scaffold, paths, scan }: Prepared, host: Host): readonly string[] {
  const tool = shellQuote(relative(host.cwd, paths.tool));
  const test = shellQuote(relative(host.cwd, paths.test));
  const file = shellQuote(scan.worker.file);
  return [
    `Next: write the function answer in ${tool}, and run npx vitest run ${test}`,
    `Then: llm-do compare ${file} ${tool}#${scaffold.worker.name}`,
  ];
}

/** What is to be done with a tool that a person has accepted. */
export function acceptedSteps({ scaffold, paths, scan }: Prepared, host: Host): readonly string[] {
  const tool = shellQuote(relative(host.cwd, paths.tool));
  return [`Next: llm-do compare ${shellQuote(scan.worker.file)} ${tool}#${scaffold.worker.name}`];
}

/** What became of the candidates; where one was chosen, that a person has to accept it. */
export function candidateNotes(
  chosen: Candidate | undefined,
  made: Synthesized,
  { worker, paths, host }: { worker: string; readonly paths: HardeningPaths; readonly host: Host },
): readonly string[] {
  if (!chosen) {
    return ["no candidate agrees with the prompt on any input: the tool declines everything"];
  }
  return [
    `chosen: candidate ${chosen.number}: ${bothScoresText(chosen, made.isKeptBack)}`,
    ...(made.isKeptBack ? [] : ["too few inputs to keep some from the writer: it was shown all"]),
    ...(made.candidates.length > 1
      ? [`inputs on which candidates differ: ${made.queries.length}`]
      : []),
    `It was written by ${writerText(made)} and has run in the sandbox only.`,
    `Next: review ${shellQuote(relative(host.cwd, join(paths.candidates, `candidate-${chosen.number}.ts.txt`)))}`,
    `Then: llm-do harden --accept ${shellQuote(worker)}`,
  ];
}
