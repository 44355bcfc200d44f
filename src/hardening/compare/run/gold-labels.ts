import { resolve } from "node:path";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import { validate } from "../../../functions/schema.ts";
import { coerceText } from "../../../functions/worker-input.ts";
import type { Host } from "../../../host/host.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import { isJsonObject, type Json } from "../../../model/json.ts";
import { lowerBound, type Tally, upperBound } from "../../../statistics/clopper-pearson.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import {
  type DistinctInput,
  type SplitInput,
  splitInput,
} from "../../recordings/distinct-inputs.ts";
import { agreesWith } from "./compared-inputs.ts";
import { isNestedTooDeeply, readLinesFile } from "./lines-file.ts";
import type { Trials } from "./trial.ts";

/** An input with the answer that is right, which somebody wrote down. It is no model's answer. */
interface GoldLabel extends SplitInput {
  readonly input: Json;
  readonly output: Json;
}

/**
 * Reads gold labels: one JSON object a line, `{ "input": ..., "output": ... }`. A text stands for
 * `{ input: text }` where the worker takes that.
 *
 * @throws LlmDoError `file` with the line that is wrong
 */
export async function readGoldLabels(
  file: string,
  worker: WorkerFunction,
  host: Host,
): Promise<readonly GoldLabel[]> {
  const labels = new Map<string, GoldLabel>();
  for (const [index, text] of labelLines(file, host).split("\n").entries()) {
    if (text.trim() === "") continue;
    const label = await labelIn(text, worker, (reason) => wrongLine(file, index + 1, reason));
    const known = labels.get(label.key);
    if (known && canonicalJson(known.output) !== canonicalJson(label.output)) {
      throw wrongLine(file, index + 1, "it gives another output for an input of a line above");
    }
    labels.set(label.key, label);
  }
  return [...labels.values()];
}

async function labelIn(
  text: string,
  worker: WorkerFunction,
  wrong: (reason: string) => LlmDoError,
): Promise<GoldLabel> {
  if (isNestedTooDeeply(text)) throw wrong("it is nested too deeply");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("it is not JSON");
  }
  const isLabel = isJsonObject(value) && Object.keys(value).sort().join() === "input,output";
  if (!isLabel) throw wrong('it is not a map of "input" and "output"');
  const { input: asked = null, output = null } = value as { input?: Json; output?: Json };
  const input = typeof asked === "string" ? (coerceText(asked) as Json) : asked; // JSON of JSON
  const checked = await validate(worker.input, input);
  if (checked.kind === "invalid")
    throw wrong(`its input does not fit: ${checked.issues.join("; ")}`);
  return { ...splitInput(input), input, output };
}

function labelLines(file: string, { files, cwd }: Host): string {
  try {
    return readLinesFile(resolve(cwd, file), file, files);
  } catch (cause) {
    const reason = `the file cannot be read: ${isLlmDoError(cause) ? cause.reason : messageOf(cause)}`;
    throw new LlmDoError({ code: "file", verb: "read", what: file, reason, cause });
  }
}

function wrongLine(file: string, line: number, reason: string): LlmDoError {
  return new LlmDoError({
    code: "file",
    verb: "read",
    what: file,
    reason,
    place: { file, line },
    tries: ['write one label a line: {"input": "...", "output": "..."}'],
  });
}

/** How a tool fares against gold labels, which are never pooled with a model's answers. */
export interface GoldFigures {
  /** Of the labels of held-out inputs that the tool answered, with exact one-sided bounds at alpha. */
  readonly holdout: Tally & { readonly lower: number; readonly upper: number };
  /** Of the others, which whoever wrote the tool may have seen. */
  readonly train: Tally;
  /** Labels whose input the tool left to the prompt. */
  readonly fellBack: number;
  /** The prompt's own first answers, where a labelled input was recorded. */
  readonly prompt: Tally;
}

interface GoldRun {
  readonly trials: Trials;
  readonly recorded: readonly DistinctInput[];
  readonly comparator: Comparator;
  readonly alpha: number;
}

export async function goldFigures(
  labels: readonly GoldLabel[],
  { trials, recorded, comparator, alpha }: GoldRun,
): Promise<GoldFigures> {
  const sides = { holdout: { n: 0, agreed: 0 }, train: { n: 0, agreed: 0 } };
  let fellBack = 0;
  for (const { input, output, side } of labels) {
    const trial = await trials.run(input);
    if (trial.outcome.kind === "fell-back") {
      fellBack++;
      continue;
    }
    sides[side].n++;
    if (agreesWith(output, trial, comparator)) sides[side].agreed++;
  }
  const { holdout, train } = sides;
  const [lower, upper] = [lowerBound(holdout, alpha), upperBound(holdout, alpha)];
  const prompt = promptTally(labels, recorded, comparator);
  return { holdout: { ...holdout, lower, upper }, train, fellBack, prompt };
}

function promptTally(
  labels: readonly GoldLabel[],
  recorded: readonly DistinctInput[],
  comparator: Comparator,
): Tally {
  const byKey = new Map(recorded.map((input) => [input.key, input.calls[0].output]));
  const tally = { n: 0, agreed: 0 };
  for (const { key, output } of labels) {
    const said = byKey.get(key);
    if (said === undefined) continue;
    tally.n++;
    if (differencesBetween(output, said, comparator).length === 0) tally.agreed++;
  }
  return tally;
}
