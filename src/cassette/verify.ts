import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { RequestKeyer } from "../model/key.ts";
import type { CassetteFile } from "./cassette-file.ts";
import { decodeAnswer, MalformedEntry } from "./decode-entry.ts";
import { effectKey } from "./effects.ts";
import { reconstructRequests } from "./reconstruct.ts";
import { type CassetteRules, rewriteOf } from "./rules.ts";
import { type EntrySlice, lineOf } from "./scan.ts";

/** Something that is wrong with a cassette. */
export interface Finding {
  readonly place: Place;
  readonly problem: string;
}

/** Checks every entry of a cassette: that it is well formed and that its key fits its content. */
export function verifyCassette(file: CassetteFile, rules: CassetteRules): readonly Finding[] {
  const findings: Finding[] = [];
  const find = (offset: number, problem: string) =>
    findings.push({ place: { file: file.path, line: lineOf(file.text, offset) }, problem });
  const rewrite = rewriteOf([...rules.redact, ...rules.volatile]);
  try {
    for (const { slice, fits } of reconstructRequests(file, new RequestKeyer(rewrite))) {
      if (!fits) find(slice.start, `the key ${slice.key} does not fit its request: it was edited`);
      decodeAnswer(file.fields(slice), "live");
    }
    for (const slice of file.slices) {
      if (slice.kind === "effect") checkEffect(file, slice, rewrite, find);
    }
  } catch (error) {
    findings.push(malformed(file, error));
  }
  if (file.tornTail !== "") {
    const bytes = Buffer.byteLength(file.tornTail);
    find(file.text.length - file.tornTail.length, `the last entry was cut short (${bytes} bytes)`);
  }
  return findings;
}

function checkEffect(
  file: CassetteFile,
  slice: EntrySlice,
  rewrite: ((text: string) => string) | undefined,
  find: (offset: number, problem: string) => void,
): void {
  const fields = file.fields(slice);
  const asked =
    fields["sampled"] === undefined
      ? { tool: fields["tool"] ?? null, input: fields["input"] ?? null }
      : { sample: fields["sampled"], call: fields["call"] ?? null };
  if (effectKey(asked, rewrite) !== slice.key) {
    find(slice.start, `the key ${slice.key} does not fit its effect: it was edited`);
  }
}

function malformed(file: CassetteFile, error: unknown): Finding {
  if (error instanceof MalformedEntry)
    return { place: { file: file.path }, problem: error.message };
  if (isLlmDoError(error))
    return { place: error.place ?? { file: file.path }, problem: error.reason };
  throw error;
}
