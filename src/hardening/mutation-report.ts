import { LlmDoError } from "../errors/llm-do-error.ts";
import { messageOf } from "../errors/message-of.ts";
import { isJsonObject, type Json } from "../model/json.ts";

/** A fault that no test noticed. */
interface Survivor {
  /** 1-based. */
  readonly line: number;
  /** What was done to the code, as Stryker names it: `ConditionalExpression`, ... */
  readonly mutator: string;
  readonly replacement: string;
}

/** What mutation testing found. */
export interface MutationScore {
  /** Noticed of all faults, from 0 to 1; undefined where the code has nothing to put a fault into. */
  readonly mutationScore: number | undefined;
  readonly noticed: number;
  /** Faults that count: those that could be run. */
  readonly mutants: number;
  readonly survivors: readonly Survivor[];
}

const NOTICED: readonly Json[] = ["Killed", "Timeout"];
const UNNOTICED: readonly Json[] = ["Survived", "NoCoverage"];

/**
 * Reads a report of the mutation testing report schema, as Stryker writes it
 * (https://github.com/stryker-mutator/mutation-testing-elements, read 2026-11-24): noticed is what was
 * killed or timed out, of all that ran.
 *
 * @throws LlmDoError `call` for another text
 */
export function readMutationReport(text: string): MutationScore {
  const mutants = mutantsOf(parseReport(text));
  const noticed = mutants.filter(({ status }) => NOTICED.includes(status ?? null)).length;
  const survivors = mutants
    .filter(({ status }) => UNNOTICED.includes(status ?? null))
    .map(({ location, mutatorName, replacement }) => ({
      line: lineOf(location),
      mutator: String(mutatorName ?? ""),
      replacement: String(replacement ?? ""),
    }));
  const all = noticed + survivors.length;
  const mutationScore = all === 0 ? undefined : noticed / all;
  return { mutationScore, noticed, mutants: all, survivors };
}

function mutantsOf(report: Json) {
  const files = isJsonObject(report) ? report["files"] : undefined;
  if (!isJsonObject(files)) throw noReport("it has no files");
  return Object.values(files).flatMap((file) => {
    const mutants = isJsonObject(file) ? file["mutants"] : undefined;
    return Array.isArray(mutants) ? mutants.filter(isJsonObject) : [];
  });
}

function lineOf(location: Json | undefined): number {
  const start = isJsonObject(location) ? location["start"] : undefined;
  return isJsonObject(start) ? Number(start["line"]) : 0;
}

function parseReport(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw noReport(messageOf(cause), cause);
  }
}

function noReport(reason: string, cause?: unknown): LlmDoError {
  const what = "report of Stryker";
  return new LlmDoError({ code: "call", verb: "read", what, reason, cause });
}
