import { writeYaml } from "../../../cassette/file/yaml/write-yaml.ts";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import { listOf } from "../../../format/combine.ts";
import { mapOf, required, rootMap } from "../../../format/map.ts";
import { filledText, numberFrom, wholeNumber } from "../../../format/scalars.ts";
import type { FileSystem } from "../../../host/files/file-system.ts";
import { WORKER_EXTENSION } from "../../../project/project-files.ts";
import { parseYamlTree } from "../../../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../../../yaml/yaml-source.ts";
import type { JudgeExpectation } from "../file/judge-expectation.ts";
import { type Confusion, calibrationOf } from "./calibration.ts";
import type { Judge } from "./open-judge.ts";

/** What is known of a judge's agreement with labels; stands in a file beside the judge. */
interface CalibrationRecord {
  /** See {@link Judge.identity}. */
  readonly identity: string;
  /** As `2026-11-30`. */
  readonly date: string;
  /** The share of verdicts that had to agree, above 0 and below 1. */
  readonly claim: number;
  /** A score counts as pass from some least score on; each of these has counts of its own. */
  readonly thresholds: readonly Threshold[];
}

interface Threshold extends Confusion {
  readonly least: number;
}

const WRITE_ANEW = "write it anew: llm-do test --calibrate";

const count = wholeNumber({ least: 0 });

const FILE = mapOf({
  calibration: required(wholeNumber({ least: 1 }), again("calibration")),
  judge: required(filledText, again("judge")),
  date: required(filledText, again("date")),
  agreement: required(numberFrom(0, 1), again("agreement")),
  thresholds: required(
    listOf(
      mapOf({
        least: required(numberFrom(0, 1), again("least")),
        both_pass: required(count, again("both_pass")),
        both_fail: required(count, again("both_fail")),
        false_pass: required(count, again("false_pass")),
        false_fail: required(count, again("false_fail")),
      }),
      { expects: "a list of thresholds" },
    ),
    again("thresholds"),
  ),
});

function again(key: string): string {
  return `restore "${key}", or ${WRITE_ANEW}`;
}

const COMMENT = "# Written by llm-do test --calibrate. Commit it beside the judge.\n";

/** `grader.calibration.yaml` for `grader.worker`. */
function calibrationPath(worker: string): string {
  return `${worker.slice(0, -WORKER_EXTENSION.length)}.calibration.yaml`;
}

/** All files that a judge's word depends on, absolute. */
export function judgeFiles({ worker, files }: JudgeExpectation): readonly string[] {
  return [worker, ...files, calibrationPath(worker)];
}

/**
 * What is on record of a judge; undefined where nothing is.
 *
 * @param worker the judge's file, absolute
 * @throws LlmDoError `configuration` for a file that cannot be read
 */
function readCalibration(worker: string, files: FileSystem): CalibrationRecord | undefined {
  const path = calibrationPath(worker);
  if (files.stat(path)?.kind !== "file") return undefined;
  try {
    return parseCalibration(files.readText(path), path);
  } catch (error) {
    throw isLlmDoError(error) ? withWayOut(error) : error;
  }
}

/** Why the calibration of a judge cannot be read, in one line; undefined where it can, or is not there. */
export function calibrationDamage(worker: string, files: FileSystem): string | undefined {
  try {
    readCalibration(worker, files);
    return undefined;
  } catch (error) {
    if (isLlmDoError(error)) return error.message;
    throw error;
  }
}

function withWayOut(error: LlmDoError): LlmDoError {
  const { what, reason, place, details, tries, cause } = error;
  const isSaid = tries.some((hint) => hint.includes(WRITE_ANEW));
  return new LlmDoError({
    code: "configuration",
    verb: "read",
    what,
    reason,
    place,
    details,
    tries: isSaid ? tries : [...tries, WRITE_ANEW],
    cause,
  });
}

function parseCalibration(text: string, path: string): CalibrationRecord {
  const source: YamlSource = {
    file: path,
    code: "configuration",
    verb: "read",
    noun: "the calibration",
  };
  const tree = rootMap(parseYamlTree(text, source), source, "calibration: 1");
  const { judge, date, agreement, thresholds } = FILE.read({ source, path: [], tree });
  return {
    identity: judge,
    date,
    claim: agreement,
    thresholds: thresholds.map((one) => ({
      least: one.least,
      bothPass: one.both_pass,
      bothFail: one.both_fail,
      falsePass: one.false_pass,
      falseFail: one.false_fail,
    })),
  };
}

export function writeCalibration(
  worker: string,
  { identity, date, claim, thresholds }: CalibrationRecord,
  files: FileSystem,
): void {
  const text = writeYaml({
    calibration: 1,
    judge: identity,
    date,
    agreement: claim,
    thresholds: thresholds.map(({ least, bothPass, bothFail, falsePass, falseFail }) => ({
      least,
      both_pass: bothPass,
      both_fail: bothFail,
      false_pass: falsePass,
      false_fail: falseFail,
    })),
  });
  files.write(calibrationPath(worker), COMMENT + text);
}

/**
 * Why a judge's word does not count yet; undefined where it does. What the file says is not believed:
 * its counts are judged anew.
 *
 * @param name the judge's file, as a person knows it
 * @throws LlmDoError as {@link readCalibration}
 */
export function advisoryReason(
  { expectation: { worker, least, isCalibrating }, identity }: Judge,
  name: string,
  files: FileSystem,
): string | undefined {
  if (isCalibrating) return `${name} is being calibrated`;
  const record = readCalibration(worker, files);
  if (!record) return `${name} is not calibrated`;
  if (record.identity !== identity) return `${name} changed since it was calibrated`;
  const counts = record.thresholds.find((one) => one.least === least);
  if (!counts) return `${name} is not calibrated for least: ${least}`;
  const { kind, lacks } = calibrationOf(counts, record.claim);
  if (kind === "calibrated") return undefined;
  const why = kind === "open" ? `it lacks ${lacks.join(", ")}` : lacks.join(", ");
  return `${name} does not count: ${why}`;
}
