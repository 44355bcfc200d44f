import { fileURLToPath } from "node:url";
import type { Place } from "./place.ts";

/** One line of a stack that is in a user's file. */
interface OwnFrame {
  /** As it stands in the stack, without blanks. */
  readonly line: string;
  /** With an absolute path. */
  readonly place: Place;
}

/** How far causes are followed. */
const CAUSE_DEPTH = 5;

/** A line of a stack: `/a.ts:2`, `at file:///a.ts:3:7`, `at f (/a b/c.ts:3:7)`; none of Node's own. */
const STACK_LINE = /^(?:at (?:async )?)?(?:.* \()?((?:file:\/\/)?\/.*?):(\d+)(?::(\d+))?\)?$/;

/** The folder that holds all of this package. */
export const OWN_FOLDER = new URL("..", import.meta.url);

/** What stands in folders that are not of the user. */
const OTHERS: readonly string[] = ["/node_modules/", OWN_FOLDER.pathname];

/** Where a stack leads through the user's files, from where it was thrown. */
export function ownFrames(error: unknown): readonly OwnFrame[] {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack.split("\n").flatMap((text) => {
    const line = text.trim();
    const place = framePlace(line);
    return place && !OTHERS.some((folder) => line.includes(folder)) ? [{ line, place }] : [];
  });
}

/** The place that a line of a stack names, with an absolute path. */
function framePlace(line: string): Place | undefined {
  const [, location = "", row, column] = STACK_LINE.exec(line) ?? [];
  if (row === undefined) return undefined;
  return {
    file: pathOf(location),
    line: Number(row),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}

/** The frames of an error, or of the first of its causes that was thrown in a user's file. */
export function thrownFrames(error: unknown): readonly OwnFrame[] {
  let current = error;
  for (let depth = 0; depth < CAUSE_DEPTH && current instanceof Error; depth++) {
    const frames = ownFrames(current);
    if (frames.length > 0) return frames;
    current = current.cause;
  }
  return [];
}

function pathOf(location: string): string {
  const path = location.startsWith("file://") ? fileURLToPath(location) : location;
  return path.replace(/\?.*$/, "");
}

/**
 * Where a function was called, with an absolute path; undefined where the stack does not say.
 *
 * @param called the function that asks; it must be on the stack
 */
export function callPlace(called: (...given: never) => unknown): Place | undefined {
  const holder: { readonly stack?: unknown } = {};
  Error.captureStackTrace(holder, called);
  const { stack } = holder; // anything, where a program has its own Error.prepareStackTrace
  const lines = typeof stack === "string" ? stack.split("\n") : [];
  return lines.map((line) => framePlace(line.trim())).find((place) => place !== undefined);
}
