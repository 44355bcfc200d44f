import type { LlmDoError } from "../../errors/llm-do-error.ts";
import { counted } from "../../words/counted.ts";
import { printable } from "../../words/printable.ts";

/** Something that does not fit its recording, and why. */
export interface Caused {
  /** In one line, the same for all that has this cause; see {@link causeOf}. */
  readonly cause: string;
  /** What it is: a case, or a cassette. */
  readonly name: string;
  /** Where it differs and how, in a few lines. */
  readonly details?: readonly string[] | undefined;
}

/** All that has one cause. */
interface CauseGroup {
  readonly cause: string;
  /** In the order in which they were found. */
  readonly names: readonly string[];
  /** Of the first one. */
  readonly details: readonly string[];
}

/** Puts together what has the same cause: what most have first. */
export function groupByCause(found: readonly Caused[]): readonly CauseGroup[] {
  const groups = new Map<string, { names: string[]; details: readonly string[] }>();
  for (const { cause, name, details = [] } of found) {
    const group = groups.get(cause);
    if (group) group.names.push(name);
    else groups.set(cause, { names: [name], details });
  }
  return [...groups]
    .map(([cause, group]) => ({ cause, ...group }))
    .toSorted((left, right) => right.names.length - left.names.length);
}

/** Names that are told of a group where not all are asked for. */
const MOST_NAMES = 10;

interface CauseText {
  /** What the names are of, as in `case`. */
  readonly noun: string;
  /** Whether every name is told. */
  readonly isVerbose: boolean;
}

/** A group for a person: the cause with how many have it, the details, the names. */
export function causeLines(
  { cause, names, details }: CauseGroup,
  { noun, isVerbose }: CauseText,
): readonly string[] {
  const count = counted(names.length, noun);
  return [`${printable(cause)}: ${count}`, ...details, `  ${namesText(names, isVerbose)}`];
}

function namesText(names: readonly string[], isVerbose: boolean): string {
  const isCut = !isVerbose && names.length > MOST_NAMES + 1;
  const told = isCut ? names.slice(0, MOST_NAMES) : names;
  const more = isCut ? `, … and ${names.length - MOST_NAMES} more` : "";
  return told.map(printable).join(", ") + more;
}

/** What a miss says before its reason, which is the same for all. */
const OF_A_MISS = /^no record(?:ing|ed effect) answers (?:its request|it): /;

/** The cause of an error of a cassette: as in `main: its instructions changed ("a" is now "b")`. */
export function causeOf({ what, reason }: LlmDoError): string {
  // Any other error names the cassette, and each has its own.
  return OF_A_MISS.test(reason) ? `${what}: ${reason.replace(OF_A_MISS, "")}` : reason;
}

/** The cause with the worker's file in the place of its name, where a run loads a file of that name. */
export function withWorkerFile(cause: string, files: readonly string[]): string {
  const name = cause.slice(0, cause.indexOf(": "));
  const isFile = files.some((file) => file.split(/[\\/]/).at(-1) === `${name}.worker`);
  return isFile ? cause.replace(name, `${name}.worker`) : cause;
}
