import { dirname, relative, resolve } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { canonicalJson } from "../../model/canonical.ts";
import { CASES_ENDING } from "../cases/file/case-name.ts";
import { parseCases } from "../cases/file/parse-cases.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { walkFiles } from "../status/walk-files.ts";

/** Which cases are meant; what is absent leaves none out. */
export interface CaseFilter {
  /** Parts of paths of files, of which one must fit. */
  readonly words: readonly string[];
  /** Must be found in the name. */
  readonly name: RegExp | undefined;
}

export interface FoundCase {
  /** The path of its file, from the folder that the command was started in. */
  readonly file: string;
  readonly one: TestCase;
}

/** A file of cases that cannot be read. */
export interface BrokenFile {
  readonly file: string;
  /** What is wrong with it, one or more lines. */
  readonly message: string;
}

export interface FoundCases {
  readonly cases: readonly FoundCase[];
  readonly broken: readonly BrokenFile[];
}

/** Finds the cases below a host's current folder, as `llm-do test` does. */
export function findCases({ words, name }: CaseFilter, host: Host): FoundCases {
  const { files, cwd } = host;
  const cases: FoundCase[] = [];
  const broken: BrokenFile[] = [];
  if (files.stat(cwd)?.kind !== "directory") return { cases, broken };
  for (const path of walkFiles(cwd, files)) {
    const file = relative(cwd, path);
    if (!(path.endsWith(CASES_ENDING) && fits(file, words, cwd))) continue;
    try {
      const parsed = parseCases(files.readText(path), path, file).cases;
      const meant = parsed.filter((one) => name === undefined || name.test(one.name));
      cases.push(...meant.map((one) => ({ file, one })));
    } catch (error) {
      if (!isLlmDoError(error)) throw error;
      broken.push({ file, message: error.report() });
    }
  }
  return { cases, broken };
}

function fits(file: string, words: readonly string[], cwd: string): boolean {
  return words.length === 0 || words.some((word) => file.includes(pathPart(word, cwd)));
}

/** `./a` and an absolute path are what they are from here. */
function pathPart(word: string, cwd: string): string {
  return /^(?:\.{0,2}\/)/.test(word) ? relative(cwd, resolve(cwd, word)) : word;
}

/** A case with what it was before. */
export interface CasePair {
  readonly before: FoundCase;
  readonly after: FoundCase;
}

interface PairedCases {
  readonly pairs: readonly CasePair[];
  readonly added: readonly FoundCase[];
  readonly removed: readonly FoundCase[];
}

/**
 * Finds each case again by its file and its name. Of those that are left, one whose name or file
 * changed is the only one that asks for the same.
 */
export function pairCases(before: readonly FoundCase[], after: readonly FoundCase[]): PairedCases {
  const known = new Map(before.map((found) => [placeKey(found), found]));
  const pairs: CasePair[] = [];
  const added: FoundCase[] = [];
  for (const found of after) {
    const same = known.get(placeKey(found));
    if (same) pairs.push({ before: same, after: found });
    else added.push(found);
    known.delete(placeKey(found));
  }
  return withRenamed({ pairs, added, removed: [...known.values()] });
}

function withRenamed({ pairs, added, removed }: PairedCases): PairedCases {
  const befores = Map.groupBy(removed, askedKey);
  const afters = Map.groupBy(added, askedKey);
  const renamed = [...afters].flatMap(([key, [found, ...others]]): readonly CasePair[] => {
    const [one, ...more] = befores.get(key) ?? [];
    if (!(found && one) || others.length + more.length > 0) return [];
    return [{ before: one, after: found }];
  });
  const isLeft = (found: FoundCase) =>
    !renamed.some((pair) => pair.before === found || pair.after === found);
  return {
    pairs: [...pairs, ...renamed],
    added: added.filter(isLeft),
    removed: removed.filter(isLeft),
  };
}

function placeKey({ file, one }: FoundCase): string {
  return JSON.stringify([file, one.name]);
}

/** What a case asks for, wherever its files are. */
function askedKey({ one: { files, entry, input, model, workspace } }: FoundCase): string {
  const names = files.map((path) => path.split(/[\\/]/).at(-1));
  return canonicalJson([names, entry ?? null, input, model ?? null, workspace !== undefined]);
}

/** What of a case itself is not as it was, in words: `its input`. */
export function changedFields({ before, after }: CasePair): readonly string[] {
  const parts = [
    ["its input", ({ input }: TestCase) => input],
    ["what it expects", (one: TestCase) => plain(expectedOf(one))],
    ["its approvals", ({ approvals }: TestCase) => plain(approvals)],
    ["its samples", ({ samples }: TestCase) => samples],
    ["its model", ({ model }: TestCase) => model ?? null],
  ] as const;
  return parts
    .filter(([, part]) => canonicalJson(part(before.one)) !== canonicalJson(part(after.one)))
    .map(([what]) => what);
}

/** What a case expects, with the files of its judge as they are beside those of its project. */
function expectedOf({ files: [main = ""], expect }: TestCase): unknown {
  const { judge } = expect;
  if (!judge) return expect;
  const beside = (path: string) => relative(dirname(main), path);
  const { worker, files } = judge;
  return { ...expect, judge: { ...judge, worker: beside(worker), files: files.map(beside) } };
}

/** A value with maps, patterns and schemas as JSON has them. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(plain);
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  // Where a schema stands in its file is no part of it.
  if ("jsonSchema" in value) return value.jsonSchema;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
