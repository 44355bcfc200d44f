import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { ProcessSpan } from "../../host/process-span.ts";
import { isJsonObject, type Json } from "../../model/json.ts";

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60_000;

/** Texts that say a moment, and how exactly: as code makes them of a `Date`. */
const WRITTEN: readonly { readonly pattern: RegExp; readonly stepMs: number }[] = [
  { pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:?\d\d)?/g, stepMs: 1 },
  { pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)?/g, stepMs: MS_PER_SECOND },
  { pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)?/g, stepMs: MS_PER_MINUTE },
  { pattern: /[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4}/g, stepMs: MS_PER_SECOND },
  { pattern: /\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, stepMs: MS_PER_SECOND },
];

/** Numbers that count milliseconds or seconds since 1970, with a fraction or without. */
const COUNTED = /(?<![\d.])(?:\d{13}|\d{10})(?:\.\d+)?(?!\d|\.\d)/g;

/**
 * Finds a text or number in the input of a test that was the time while its process ran: the next run
 * asks with another one, which no recording answers. A time that the test fixed is not found, and
 * neither is a date without a time, which a test may have fixed to today.
 */
export function momentIn(input: Json, span: ProcessSpan): string | undefined {
  if (typeof input === "string") return momentInText(input, span);
  if (typeof input === "number") return momentInText(String(input), span);
  const parts = Array.isArray(input) ? input : isJsonObject(input) ? Object.values(input) : [];
  for (const part of parts) {
    const found = momentIn(part, span);
    if (found !== undefined) return found;
  }
  return undefined;
}

function momentInText(text: string, span: ProcessSpan): string | undefined {
  for (const { pattern, stepMs } of WRITTEN) {
    const found = text.match(pattern)?.find((said) => isDuring(Date.parse(said), stepMs, span));
    if (found !== undefined) return found;
  }
  return text.match(COUNTED)?.find((said) => {
    const isSeconds = said.split(".")[0]?.length === 10;
    const [unitMs, stepMs] = isSeconds ? [MS_PER_SECOND, MS_PER_SECOND] : [1, 1];
    return isDuring(Number(said) * unitMs, stepMs, span);
  });
}

/** @param stepMs how much was rounded down at most */
function isDuring(atMs: number, stepMs: number, { fromMs, toMs }: ProcessSpan): boolean {
  return atMs > fromMs - stepMs && atMs <= toMs;
}

/** The error of a recording with such an input. A replay of it has the same, so nothing else finds it. */
export function momentProblem(path: string, moment: string): LlmDoError {
  const pattern = moment.replace(/\d/g, "\\d").replaceAll(".", "\\.");
  return new LlmDoError({
    code: "cassette-refused",
    verb: "record",
    what: path,
    reason: `its recording cannot be replayed: the test's input holds the time (${moment}), which is another in each run`,
    tries: [
      "fix the time in the test: vi.setSystemTime(new Date(0)), or write it down",
      `or add it to llm-do.yaml: volatile: ['${pattern}']`,
    ],
  });
}
