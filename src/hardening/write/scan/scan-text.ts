import { DEFAULT_ALPHA } from "../../../certificate/verdict.ts";
import { counted } from "../../../words/counted.ts";
import { confidence, percent } from "../../../words/percent.ts";
import { leftOutText } from "../../recordings/recorded-call.ts";
import type { Scan, ScanFigures, ScanVerdict } from "./scan-worker.ts";

/** A scan as lines for a person. */
export function scanLines(scan: Scan): readonly string[] {
  const { worker, cassettes, figures, verdict } = scan;
  const lines = [`${worker.name} (${worker.file}): ${verdictWord(verdict)}`];
  if (verdict.kind !== "worth-trying") lines.push(`  ${verdict.reason}`);
  const where = counted(cassettes.length, "cassette");
  lines.push(
    `  recordings: ${counted(figures.calls, "call")} of ${counted(figures.distinct, "distinct input")} in ${where}${scriptedText(figures)}`,
  );
  const leftOut = leftOutText(figures.leftOut);
  if (leftOut !== "") lines.push(`  left out: ${leftOut}`);
  if (figures.calls > 0) lines.push(...figureLines(figures));
  return lines;
}

/** A scan as one JSON object. */
export function scanJson({ worker, cassettes, figures, verdict }: Scan): string {
  return JSON.stringify({ kind: "scan", worker, verdict, cassettes, ...figures });
}

function verdictWord({ kind }: ScanVerdict): string {
  switch (kind) {
    case "worth-trying":
      return "worth trying";
    case "no-recordings":
      return "no recordings";
    case "noise":
      return "not worth trying, it is noise";
    case "no-pattern":
      return "not worth trying, there is no pattern";
    case "too-few":
      return "too few recordings to say";
  }
}

function figureLines(figures: ScanFigures): readonly string[] {
  const { shapes } = figures;
  return [
    `  the prompt itself: ${selfAgreementText(figures)}`,
    `  shapes: ${shapes.different}, of which ${shapes.seenOnce} were seen once: expected fallback ${percent(shapes.share, "estimate")}`,
    `  cost: ${costText(figures)}`,
    `  split: ${splitText(figures)}`,
  ];
}

function splitText({ train, holdout, claimAtMost }: ScanFigures): string {
  if (holdout === 0) return `${train} to learn from, none held out`;
  const least = `with ${confidence(DEFAULT_ALPHA)} confidence at least ${percent(claimAtMost, "at-least")}`;
  return `${train} to learn from, ${holdout} held out; if all of those agree, ${least}`;
}

function selfAgreementText({ selfAgreement: { agreed, n } }: ScanFigures): string {
  if (n === 0) return "nothing was asked twice, so its noise is unknown";
  return `gave the same answer again for ${agreed} of ${n} inputs (${percent(agreed / n, "estimate")})`;
}

function scriptedText({ calls, scripted }: ScanFigures): string {
  if (scripted === 0) return "";
  const which = scripted === calls ? "all" : `${scripted}`;
  return `; a script stood in for the model in ${which}`;
}

function costText({ spent }: ScanFigures): string {
  const { calls, usd, tokens, totalMs } = spent;
  if (calls === 0) return "unknown, no model answered";
  const price = usd === undefined ? "price unknown" : `$${(usd / calls).toFixed(6)}`;
  const total = usd === undefined ? "" : `, $${usd.toFixed(4)} in all`;
  return `${price}, ${Math.round(tokens / calls)} tokens and ${Math.round(totalMs / calls)} ms a call${total}`;
}
