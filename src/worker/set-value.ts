import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Json } from "../model/json.ts";
import type { Path } from "../yaml/path.ts";
import { readPath } from "../yaml/path-syntax.ts";
import { MAX_DEPTH } from "../yaml/tree.ts";

/** One `--set KEY=VALUE`: where in the front matter, and what to put there. */
export interface SetOverride {
  /** At least one step, the first a key. */
  readonly path: Path;
  readonly value: Json;
}

const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["true", true],
  ["no", false],
  ["off", false],
  ["false", false],
]);

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads the argument of `--set`: a path with dots, quoted brackets for literal keys and numbers in
 * brackets for list items, then `=`, then JSON, `yes`/`no`/`on`/`off`/`true`/`false` in any case, a
 * number, or else text.
 *
 * @throws LlmDoError `usage` when there is no `=`, a key is empty or a bracket is not closed
 *
 * @example
 * parseSet('toolsets["my-pkg#tools"].limit=5');
 * // { path: ["toolsets", "my-pkg#tools", "limit"], value: 5 }
 */
export function parseSet(argument: string): SetOverride {
  const { path, end, problem } = readPath(argument);
  if (problem !== undefined) throw badSet(argument.slice(0, end), problem);
  if (argument[end] !== "=") throw badSet(argument, "there is no = between key and value");
  return { path, value: readValue(argument.slice(end + 1), argument.slice(0, end)) };
}

function readValue(text: string, key: string): Json {
  const word = FLAG_WORDS.get(text.trim().toLowerCase());
  if (word !== undefined) return word;
  const number = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return number;
  const json = parseJson(text);
  if (json === undefined || typeof json === "number") return text; // a number beyond doubles
  const problem = jsonProblem(json, 1);
  if (problem !== undefined) throw badSet(key, problem);
  return json;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what is not JSON is text
  }
}

/** A value may be as deep as front matter itself. */
function jsonProblem(json: Json, depth: number): string | undefined {
  if (typeof json === "number" && !Number.isFinite(json))
    return "a number in the value is too large";
  if (typeof json !== "object" || json === null) return undefined;
  if (depth > MAX_DEPTH) return `the value is nested more than ${MAX_DEPTH} levels deep`;
  for (const child of Object.values(json)) {
    const problem = jsonProblem(child, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Names the key alone: the value may be nobody's business. */
function badSet(key: string, reason: string): LlmDoError {
  const shown = key.length > 80 ? `${key.slice(0, 80)}...` : key;
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: `--set ${shown}`,
    reason,
    tries: ["--set settings.temperature=0.2", `--set 'toolsets["my-package#tools"].limit=5'`],
  });
}
