import { createRequire } from "node:module";
import { isTooLarge, NODES_OF_AN_ENTRY } from "../../../yaml/size-bound.ts";
import { MOST_LEVELS } from "./json-line.ts";

const require = createRequire(import.meta.url);

/** Levels above a value of an entry: its message, part and field. */
const LEVELS_ABOVE = 100;

/** What takes about a second as long as it is texts; what this program wrote has no such bound. */
const MOST_CHARACTERS = 32 * 1024 ** 2;

/** Thrown for what is not YAML, or more of it than is read; `message` is one line. */
export class UnreadableYaml extends Error {
  /** 1-based, in the text that was read. */
  readonly line: number;

  constructor(reason: string, line: number, cause?: unknown) {
    super(reason, { cause });
    this.line = line;
  }
}

/**
 * Reads the YAML of a cassette that a person has edited; what this program writes is read by
 * `readOwnYaml`. Takes no aliases and one document.
 *
 * @throws UnreadableYaml
 */
export function readEditedYaml(text: string): unknown {
  if (text.length > MOST_CHARACTERS || isTooLarge(text, NODES_OF_AN_ENTRY)) {
    throw new UnreadableYaml("it was edited, and has more in it than is read then", 1);
  }
  // Loaded late: a replay of what nobody has edited does not need it.
  const { CORE_SCHEMA, load, YAMLException } = require("js-yaml") as typeof import("js-yaml");
  try {
    const maxDepth = MOST_LEVELS + LEVELS_ABOVE;
    return load(text, { schema: CORE_SCHEMA, maxAliases: 0, maxDepth });
  } catch (error) {
    if (error instanceof YAMLException) {
      const reason = error.reason.includes("maxAliases") ? "it has aliases" : error.reason;
      throw new UnreadableYaml(reason, (error.mark?.line ?? 0) + 1, error);
    }
    if (!(error instanceof RangeError)) throw error; // of the stack
    throw new UnreadableYaml("it is nested too deeply", 1, error);
  }
}
