import { isLlmDoError, type LlmDoError } from "../../errors/llm-do-error.ts";
import type { Place } from "../../errors/place.ts";
import type { CassetteFile } from "../file/cassette-file.ts";
import { decodeAnswer } from "../file/decode-entry.ts";
import { MalformedEntry } from "../file/format.ts";
import {
  askedDecision,
  askedEffect,
  decisionKey,
  decodeDecision,
  effectKey,
} from "../file/gate-entries.ts";
import type { EntrySlice } from "../file/scan.ts";
import { reconstructRequests } from "../read/reconstruct.ts";
import { ruleFindings } from "../read/rule-findings.ts";
import { type CassetteRules, olderRewrites, rewritesOf } from "../rules/rules.ts";
import type { SecretScanner } from "../secrets/secret-scanner.ts";

/** Something that is wrong with a cassette. */
export interface Finding {
  readonly place: Place;
  readonly problem: string;
  /** How it can be put right; undefined: by restoring the file, or recording it anew. */
  readonly fix?: "rekey" | "redact" | undefined;
}

/**
 * Checks every entry of a cassette: that it is well formed, that its key fits its content and that
 * its blobs are there.
 *
 * @param rules the project's; what is `volatile` stands in an answer as it was said, but not in the
 * keys of the requests that carry the answer
 * @param scanner finds secrets; undefined: only the rest is checked
 * @returns what is wrong, in the order of the file
 */
export function verifyCassette(
  file: CassetteFile,
  rules: CassetteRules,
  scanner?: SecretScanner,
): readonly Finding[] {
  const problems = new Map<EntrySlice, Finding>();
  const find = (slice: EntrySlice, problem: string) =>
    problems.set(slice, { place: placeAt(file, slice.start), problem });
  const { request } = rewritesOf(rules);
  for (const entry of reconstructRequests(file, request, olderRewrites(rules))) {
    const { slice } = entry;
    if (entry.kind === "older") {
      const problem = `the key ${slice.key} was made by other rules than today's`;
      problems.set(slice, { place: placeAt(file, slice.start), problem, fix: "rekey" });
    }
    if (entry.kind === "edited") {
      const isFirst = file.peek(slice, "after") === undefined;
      const what = isFirst ? "it was edited" : "it, or an entry that it goes on from, was edited";
      find(slice, `the key ${slice.key} does not fit its request: ${what}`);
    }
    const error = entry.kind === "damaged" ? entry.error : answerError(file, slice);
    if (error) problems.set(slice, findingOf(file, error));
  }
  for (const slice of file.slices) {
    const problem = problemOf(file, slice);
    if (typeof problem === "string") find(slice, problem);
    else if (problem) problems.set(slice, findingOf(file, problem));
  }
  const header: Finding[] = [];
  for (const found of scanner ? ruleFindings(file, { rules, scanner }, "all") : []) {
    const { slice, place, problem, isRule } = found;
    const finding: Finding = { place, problem, fix: isRule ? "rekey" : "redact" };
    if (!slice) header.push(finding);
    else if (!problems.has(slice) || problems.get(slice)?.fix === "rekey") {
      problems.set(slice, finding); // says more than that the key is an older one
    }
  }
  return [...header, ...inOrder(file, problems), ...tornTail(file)];
}

function inOrder(
  file: CassetteFile,
  problems: ReadonlyMap<EntrySlice, Finding>,
): readonly Finding[] {
  return file.slices.flatMap((slice) => problems.get(slice) ?? []);
}

function answerError(file: CassetteFile, slice: EntrySlice): LlmDoError | undefined {
  return errorOf(() => {
    const fields = file.fields(slice);
    file.decode(slice, (read) => decodeAnswer(fields, "live", read));
  });
}

/** What is wrong with an entry that is no exchange. */
function problemOf(file: CassetteFile, slice: EntrySlice): string | LlmDoError | undefined {
  switch (slice.kind) {
    case "effect":
      return effectProblem(file, slice);
    case "decision":
      return decisionProblem(file, slice);
    case "exchange":
      return undefined;
  }
}

function decisionProblem(file: CassetteFile, slice: EntrySlice): string | LlmDoError | undefined {
  let problem: string | undefined;
  const error = errorOf(() => {
    const fields = file.fields(slice);
    if (decisionKey(askedDecision(fields)) !== slice.key) {
      problem = `the key ${slice.key} does not fit its decision: it was edited`;
    }
    file.decode(slice, () => decodeDecision(fields));
  });
  return error ?? problem;
}

function effectProblem(file: CassetteFile, slice: EntrySlice): string | LlmDoError | undefined {
  let problem: string | undefined;
  const error = errorOf(() => {
    const fields = file.fields(slice);
    if (effectKey(askedEffect(fields)) !== slice.key) {
      problem = `the key ${slice.key} does not fit its effect: it was edited`;
    }
    file.decode(slice, () => {
      if (fields["output"] !== undefined || typeof fields["error"] === "string") return;
      if (fields["by"] === "prompt" && typeof fields["reason"] === "string") return;
      throw new MalformedEntry('it has no "output" and no "error"');
    });
  });
  return error ?? problem;
}

function errorOf(action: () => void): LlmDoError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return error;
  }
}

function tornTail(file: CassetteFile): readonly Finding[] {
  if (file.tornTail === "") return [];
  const bytes = Buffer.byteLength(file.tornTail);
  const place = placeAt(file, file.text.length - file.tornTail.length);
  return [{ place, problem: `the last entry was cut short (${bytes} bytes)` }];
}

function findingOf(file: CassetteFile, error: LlmDoError): Finding {
  return { place: error.place ?? { file: file.path }, problem: error.reason };
}

function placeAt(file: CassetteFile, offset: number): Place {
  return { file: file.path, line: file.lineAt(offset) };
}
