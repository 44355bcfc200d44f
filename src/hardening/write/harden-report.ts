import { relative } from "node:path";
import type { Host } from "../../host/host.ts";
import { terminalLines } from "../../report/terminal-lines.ts";
import { counted, grouped } from "../../words/counted.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import type { Prepared } from "./prepare.ts";
import type { HardeningPaths } from "./scaffold/hardening-paths.ts";
import type { Written } from "./scaffold/write-scaffold.ts";
import { type Candidate, scoreText } from "./synth/candidate.ts";
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
  { scan: { worker, figures } }: Prepared,
  { written, notes, isJson, host }: HardenReport,
): void {
  const files = written.map(({ path, how }) => ({ path: relative(host.cwd, path), how }));
  const { train, holdout } = figures;
  if (isJson) {
    const report = { kind: "hardened", worker, train, holdout, files, notes };
    host.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const lines = terminalLines({
    title: worker.name,
    headline: `${counted(train, "input")} to learn from, ${grouped(holdout)} held out`,
    sections: [
      { blocks: [{ kind: "lines", lines: files.map(fileText) }] },
      { blocks: [{ kind: "lines", lines: notes }] },
    ],
  });
  host.stdout.write(`${lines.join("\n")}\n`);
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

/** What became of the candidates; where one was kept, that nobody has reviewed it. */
export function candidateNotes(
  kept: Candidate | undefined,
  made: Synthesized,
  { paths, host }: { readonly paths: HardeningPaths; readonly host: Host },
): readonly string[] {
  if (!kept) {
    return ["no candidate agrees with the prompt on any input: the tool declines everything"];
  }
  return [
    `kept candidate ${kept.number}: ${scoreText(kept.score)}`,
    `inputs on which candidates differ: ${made.queries.length}`,
    `${relative(host.cwd, paths.tool)} holds code that was written by ${writerText(made)} and has run in the sandbox only.`,
    "Review it before you run it, its test or a comparison.",
  ];
}
