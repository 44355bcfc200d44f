import { relative, resolve } from "node:path";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
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
