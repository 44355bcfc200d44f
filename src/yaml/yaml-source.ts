import { LlmDoError, type PlainErrorCode } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";

/** Where a YAML text comes from, and how errors speak of it. */
export interface YamlSource {
  /** The path that places name. */
  readonly file: string;
  readonly code: PlainErrorCode;
  /** What is attempted on the file, as an infinitive: `load`, `read`. */
  readonly verb: string;
  /** What the YAML is called at the start of a reason: `front matter`, `the script`. */
  readonly noun: string;
  /** Most values, with what aliases stand for counted each time. Default: {@link MAX_VALUES}. */
  readonly maxValues?: number;
}

/**
 * Most values of a YAML text: a hundred times the largest worker file of the Python llm-do's
 * examples, and read in milliseconds.
 */
export const MAX_VALUES = 10_000;

export interface YamlProblem {
  /** One line, no full stop. */
  readonly reason: string;
  readonly place: Place;
  readonly tries?: readonly string[];
  readonly cause?: unknown;
}

/** What is wrong with a YAML file, with its place. */
export function yamlError(source: YamlSource, problem: YamlProblem): LlmDoError {
  const { code, verb, file } = source;
  return new LlmDoError({ code, verb, what: file, ...problem });
}
