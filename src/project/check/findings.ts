import { isAbsolute, resolve } from "node:path";
import type { ErrorCode } from "../../errors/codes.ts";
import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { formatPlace, type Place } from "../../errors/place.ts";
import { counted } from "../../words/counted.ts";
import { shown } from "../project-paths.ts";

/** Something that is known to be wrong before anything runs. */
export interface Finding {
  /** The code of the error that a run would end with. */
  readonly code: ErrorCode;
  /** The file as a person in the current folder names it; line and column where they are known. */
  readonly place: Place;
  /** One line, no full stop. */
  readonly problem: string;
  /** What to do about it, one line each. */
  readonly tries: readonly string[];
}

/** Something that is right, and done in another way than it was written. */
export interface Note {
  readonly place: Place;
  /** One line, no full stop. */
  readonly note: string;
}

/** Collects what is wrong and what is worth knowing, each thing once. */
export class Findings {
  readonly #cwd: string;
  readonly #found = new Map<string, Finding>();
  readonly #notes = new Map<string, Note>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  add(finding: Finding): void {
    const place = { ...finding.place, file: this.#shown(finding.place.file) };
    const key = findingKey(place, finding.problem);
    if (!this.#found.has(key)) this.#found.set(key, { ...finding, place });
  }

  addNote({ note, ...said }: Note): void {
    const place = { ...said.place, file: this.#shown(said.place.file) };
    const key = findingKey(place, note);
    if (!this.#notes.has(key)) this.#notes.set(key, { place, note });
  }

  /**
   * Adds what was thrown; what is no error of llm-do's is a bug and goes on.
   *
   * @param fallback where to look when the error does not say
   */
  addError(thrown: unknown, fallback: Place): void {
    if (!isLlmDoError(thrown)) throw thrown;
    const place = thrown.place ?? fallback;
    const problem = this.#problemOf(thrown, place);
    this.add({ code: thrown.code, place, problem, tries: thrown.tries });
  }

  /** The files of a project are a person's, so whatever reading one throws is about that file. */
  addUnreadable(thrown: unknown, file: string): void {
    if (isLlmDoError(thrown)) {
      this.addError(thrown, { file });
    } else {
      const problem = `it cannot be read: ${messageOf(thrown)}`;
      this.add({ code: "file", place: { file }, problem, tries: [] });
    }
  }

  /** By file, line and column. */
  sorted(): readonly Finding[] {
    return [...this.#found.values()].sort(byPlace(({ problem }) => problem));
  }

  /** By file, line and column. */
  sortedNotes(): readonly Note[] {
    return [...this.#notes.values()].sort(byPlace(({ note }) => note));
  }

  /** The reason, with what it is about where that is not the file itself. */
  #problemOf({ what, reason }: LlmDoError, { file }: Place): string {
    const isItself = resolve(this.#cwd, what) === resolve(this.#cwd, file);
    return isItself ? reason : `${what}: ${reason}`;
  }

  #shown(file: string): string {
    if (!isAbsolute(file)) return file;
    return shown(file, { cwd: this.#cwd });
  }
}

function findingKey({ file, line = 0, column = 0 }: Place, text: string): string {
  return JSON.stringify([file, line, column, text]);
}

function byPlace<T extends { readonly place: Place }>(wordsOf: (found: T) => string) {
  return (left: T, right: T): number =>
    byText(left.place.file, right.place.file) ||
    (left.place.line ?? 0) - (right.place.line ?? 0) ||
    (left.place.column ?? 0) - (right.place.column ?? 0) ||
    byText(wordsOf(left), wordsOf(right));
}

/** By code unit, so that the order does not depend on the machine's language. */
function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The error that lists findings. */
export function foundWrong(files: readonly string[], findings: readonly Finding[]): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "check",
    what: files.join(" "),
    reason: counted(findings.length, "finding"),
    details: findings.flatMap(linesOf),
  });
}

function linesOf({ place, problem, tries }: Finding): readonly string[] {
  return [`  ${formatPlace(place)}: ${problem}`, ...tries.map((hint) => `    Try: ${hint}`)];
}
