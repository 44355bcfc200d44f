import { resolve } from "node:path";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import type { WorkerFunction } from "../../../functions/llm-function.ts";
import { validate } from "../../../functions/schema.ts";
import { coerceText } from "../../../functions/worker-input.ts";
import type { Host } from "../../../host/host.ts";
import { canonicalJson } from "../../../model/canonical.ts";
import { isJsonObject, type Json } from "../../../model/json.ts";
import type { Comparator } from "../../agree/comparator.ts";
import { differencesBetween } from "../../agree/differences.ts";
import { splitInput } from "../../recordings/distinct-inputs.ts";
import { agreesWith, type ComparedInput } from "./compared-inputs.ts";
import type { Right } from "./disagreement.ts";
import { isNestedTooDeeply, readLinesFile } from "./lines-file.ts";

/** An input with the answer that is right, which somebody wrote down. It is no model's answer. */
interface GoldLabel {
  readonly key: string;
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
): Promise<GoldLabels> {
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
  return labels;
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
  return { key: splitInput(input).key, input, output };
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

/** Labels by the key of their input. */
export type GoldLabels = ReadonlyMap<string, GoldLabel>;

/** What gold says of a disagreement; undefined where there is no label for its input. */
export function goldRight(
  { key, tool, prompt }: { readonly key: string; readonly tool: Json; readonly prompt: Json },
  labels: GoldLabels,
  { comparator }: { readonly comparator: Comparator },
): Right | undefined {
  const label = labels.get(key);
  if (!label) return undefined;
  const agrees = (said: Json) => differencesBetween(label.output, said, comparator).length === 0;
  const [isTool, isPrompt] = [agrees(tool), agrees(prompt)];
  if (isTool) return isPrompt ? "both" : "tool";
  return isPrompt ? "prompt" : "neither";
}

/** How often the tool and the prompt say what gold says, where both answer. */
export interface GoldTally {
  readonly n: number;
  readonly tool: number;
  readonly prompt: number;
}

/** @param inputs that whoever asks may know all about: train, and opened ones */
export function goldTally(
  inputs: readonly ComparedInput[],
  labels: GoldLabels,
  comparator: Comparator,
): GoldTally {
  const tally = { n: 0, tool: 0, prompt: 0 };
  for (const input of inputs) {
    const label = labels.get(input.key);
    if (!label || input.agrees === undefined) continue;
    tally.n++;
    if (agreesWith(label.output, input, comparator)) tally.tool++;
    if (differencesBetween(label.output, input.reference, comparator).length === 0) tally.prompt++;
  }
  return tally;
}
