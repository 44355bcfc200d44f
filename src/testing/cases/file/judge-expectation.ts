import { dirname, resolve } from "node:path";
import { about, listOf } from "../../../format/combine.ts";
import { defaulted, mapOf, required } from "../../../format/map.ts";
import type { ValueOf } from "../../../format/reader.ts";
import { anyJson, filledText, numberFrom, oneOf, textLike } from "../../../format/scalars.ts";
import type { Json } from "../../../model/json.ts";
import { WORKER_EXTENSION } from "../../../project/project-files.ts";

/** What a person says of an answer. */
export const LABELS = ["pass", "fail"] as const;

export type Label = (typeof LABELS)[number];

/** What a case says of the worker that judges its answer. */
export interface JudgeExpectation {
  /** Its `.worker` file, absolute. */
  readonly worker: string;
  /** Further files of the judge's project, absolute. */
  readonly files: readonly string[];
  /** The least score that passes, from 0 to 1. */
  readonly least: number;
  /** What a good answer is like, for the judge. */
  readonly criteria: string | undefined;
  /** An answer that is known to be good, for the judge. */
  readonly expected: Json | undefined;
  /** What a person says of the answer on record. The judge never sees it. */
  readonly label: Label | undefined;
  /** Whether it is being calibrated: what was known of it before does not matter. Default false. */
  readonly isCalibrating?: true;
}

/** What a case leaves out: a score of one half separates pass from fail. */
export const DEFAULT_LEAST = 0.5;

/** The keys of `expect.judge`. */
export const JUDGE = mapOf({
  worker: about(
    "the judge, relative to the file of cases",
    required(
      textLike(`a ${WORKER_EXTENSION} file`, /\.worker$/),
      "write the judge's file: judge: { worker: grader.worker, least: 0.8 }",
    ),
  ),
  files: about(
    "further files of the judge's project: helpers and tools",
    listOf(filledText, { expects: "a list of worker and code files", least: 1 }),
  ),
  least: about("the least score that passes", defaulted(numberFrom(0, 1), DEFAULT_LEAST)),
  criteria: about("what a good answer is like; the judge reads it as instructions", filledText),
  expected: about("an answer that is known to be good", anyJson),
  label: about(
    "what a person says of the answer on record; the judge never sees it",
    oneOf(LABELS),
  ),
});

/**
 * A judge with its defaults filled in.
 *
 * @param path absolute path of the file of cases, which the judge's files are relative to
 */
export function judgeOf(written: ValueOf<typeof JUDGE>, path: string): JudgeExpectation {
  const inFolder = (name: string) => resolve(dirname(path), name);
  return {
    worker: inFolder(written.worker),
    files: (written.files ?? []).map(inFolder),
    least: written.least,
    criteria: written.criteria,
    expected: written.expected,
    label: written.label,
  };
}
