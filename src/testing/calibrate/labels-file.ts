import { writeYaml } from "../../cassette/file/yaml/write-yaml.ts";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { listOf } from "../../format/combine.ts";
import { mapOf, required, rootMap } from "../../format/map.ts";
import { filledText, oneOf, writtenText } from "../../format/scalars.ts";
import type { FileSystem } from "../../host/files/file-system.ts";
import { withLock } from "../../host/locks/file-lock.ts";
import type { LockHost } from "../../host/locks/lock-holder.ts";
import { WORKER_EXTENSION } from "../../project/project-files.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import { LABELS, type Label } from "../cases/file/judge-expectation.ts";

/** One answer of a case, by which a label holds for it and for no other. */
export interface LabelledAnswer {
  /** The file of cases, relative to the folder of the judge, with forward slashes. */
  readonly cases: string;
  /** The case's name. */
  readonly case: string;
  /** See {@link Judgement.answer}. */
  readonly answer: string;
}

/** A line of a labels file. */
export interface LabelEntry extends LabelledAnswer {
  /** The beginning of the answer, for whoever labels it. */
  readonly says: string;
  /** Undefined where nobody has labelled it yet. */
  readonly label: Label | undefined;
}

const OPEN = "open";

const WRITTEN_LABELS = [...LABELS, OPEN] as const;

const ENTRY = mapOf({
  cases: required(filledText, "name the file of cases"),
  case: required(filledText, "name the case"),
  answer: required(writtenText, "llm-do test --calibrate writes the lines to label"),
  says: writtenText,
  label: required(oneOf(WRITTEN_LABELS), "write label: pass or label: fail"),
});

const FILE = mapOf({ labels: listOf(ENTRY, { expects: "a list of labelled answers" }) });

/** Most labelled answers of one judge, with what each line holds. */
const MAX_VALUES = 100_000;

/** `grader.labels.yaml` for `grader.worker`. */
export function labelsPath(worker: string): string {
  return `${worker.slice(0, -WORKER_EXTENSION.length)}.labels.yaml`;
}

/**
 * Reads the labels of a judge; none where there is no such file.
 *
 * @param worker the judge's file, absolute
 * @throws LlmDoError `configuration` for a file that cannot be read
 */
export function readLabels(worker: string, files: FileSystem): readonly LabelEntry[] {
  const path = labelsPath(worker);
  return files.stat(path)?.kind === "file" ? parseLabels(files.readText(path), path) : [];
}

function parseLabels(text: string, path: string): readonly LabelEntry[] {
  const source: YamlSource = {
    file: path,
    code: "configuration",
    verb: "read",
    noun: "a file of labels",
    maxValues: MAX_VALUES,
  };
  const tree = rootMap(parseYamlTree(text, source), source, "labels: []");
  const { labels = [] } = FILE.read({ source, path: [], tree });
  return labels.map(({ says = "", label, ...answer }) => ({
    ...answer,
    says,
    label: label === OPEN ? undefined : label,
  }));
}

const COMMENT = "# Write pass or fail in the place of open, then: llm-do test --calibrate\n";

/** What a judge is labelled with, and what that makes of it. */
interface Change<Result> {
  /** Lines that are not there yet. */
  readonly added: readonly LabelEntry[];
  readonly result: Result;
}

/**
 * Adds answers at the end of a judge's labels file, which stays as a person wrote it wherever that is
 * possible. Other processes wait meanwhile, so that each answer gets one line.
 *
 * @param change told what is on record by then
 */
export function changeLabels<Result>(
  worker: string,
  host: LockHost,
  change: (known: readonly LabelEntry[]) => Change<Result>,
): Result {
  return withLock(labelsPath(worker), host, {
    change: () => {
      const known = readLabels(worker, host.files);
      const { added, result } = change(known);
      if (added.length > 0) append(worker, { known, added }, host.files);
      return result;
    },
  });
}

function append(
  worker: string,
  { known, added }: Record<"known" | "added", readonly LabelEntry[]>,
  files: FileSystem,
): void {
  const path = labelsPath(worker);
  const before = files.stat(path)?.kind === "file" ? files.readText(path) : "";
  const lines = labelsText(added).slice("labels:\n".length);
  const appended = `${before}${before.endsWith("\n") ? "" : "\n"}${lines}`;
  const isGrown = known.length > 0 && holds(appended, known.length + added.length, path);
  files.write(path, isGrown ? appended : COMMENT + labelsText([...known, ...added]));
}

function labelsText(entries: readonly LabelEntry[]): string {
  return writeYaml({
    labels: entries.map(({ cases, case: name, answer, says, label = OPEN }) => ({
      cases,
      case: name,
      answer,
      says,
      label,
    })),
  });
}

/** Whether a text is a file of so many labels: a list that is indented otherwise takes no lines. */
function holds(text: string, count: number, path: string): boolean {
  try {
    return parseLabels(text, path).length === count;
  } catch (error) {
    if (isLlmDoError(error)) return false;
    throw error;
  }
}
