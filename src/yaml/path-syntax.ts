import type { PathStep } from "./path.ts";
import { MAX_DEPTH } from "./tree.ts";

interface ReadPath {
  readonly path: readonly PathStep[];
  /** The index at which the path ended: at `=`, at the text's end, or where it broke. */
  readonly end: number;
  /** What is wrong, if the path is no path. */
  readonly problem?: string;
}

const BARE_KEY = /[^.[\]="']+/y;
const INDEX = /\[(\d{1,6})\]/y;
const QUOTED_KEY = /\[(?:("(?:[^"\\]|\\.)*")|'([^']*)')\]/sy;

/**
 * Reads the path before the `=` of `KEY=VALUE`: names with dots between them, `["literal"]` (a
 * JSON string) or `['literal']` (as it stands) for other keys, `[0]` for an item of a list.
 */
export function readPath(text: string): ReadPath {
  const path: PathStep[] = [];
  let end = 0;
  const broken = (problem: string): ReadPath => ({
    path,
    end: Math.max(end, keyEnd(text)),
    problem,
  });
  while (end < text.length && text[end] !== "=") {
    if (path.length === MAX_DEPTH) return broken(`the key has more than ${MAX_DEPTH} steps`);
    const step =
      path.length > 0 && text[end] === "." ? stepAfterDot(text, end) : firstStep(text, end);
    if (typeof step === "string") return broken(step);
    path.push(step.value);
    end = step.end;
  }
  if (path.length === 0) return broken("the key is empty");
  if (typeof path[0] === "number") return broken("the key begins with an index");
  return { path, end };
}

interface Step {
  readonly value: PathStep;
  readonly end: number;
}

/** A step, or what is wrong with it. */
function stepAfterDot(text: string, dot: number): Step | string {
  return bareStep(text, dot + 1) ?? "a name is missing after a dot";
}

function firstStep(text: string, start: number): Step | string {
  if (text[start] === "[") {
    const step = bracketStep(text, start);
    if (step?.value === "") return "the key is empty";
    return step ?? "a bracket must hold a number or a quoted key and be closed";
  }
  if (start > 0) return "a dot or a bracket must stand between two keys";
  return bareStep(text, start) ?? "the key is empty";
}

function bareStep(text: string, start: number): Step | undefined {
  BARE_KEY.lastIndex = start;
  const name = BARE_KEY.exec(text)?.[0];
  if (name === undefined || name.trim() === "") return undefined;
  return { value: name.trim(), end: start + name.length };
}

function bracketStep(text: string, start: number): Step | undefined {
  INDEX.lastIndex = start;
  QUOTED_KEY.lastIndex = start;
  const index = INDEX.exec(text);
  if (index?.[1] !== undefined) return { value: Number(index[1]), end: INDEX.lastIndex };
  const quoted = QUOTED_KEY.exec(text);
  const literal = quoted?.[2] ?? parsedText(quoted?.[1]);
  if (literal === undefined) return undefined;
  return { value: literal, end: QUOTED_KEY.lastIndex };
}

function parsedText(quoted: string | undefined): string | undefined {
  if (quoted === undefined) return undefined;
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined; // an escape that JSON does not know: reported as a bad bracket
  }
}

/** Where the key ends at the latest, for errors that must not show the value. */
function keyEnd(text: string): number {
  const equals = text.indexOf("=");
  return equals < 0 ? text.length : equals;
}
