import type { Field } from "../format/reader.ts";
import type { Offer } from "../functions/llm-function.ts";
import type { Toolset, ToolsetPlace } from "../functions/toolset.ts";

/** Where a toolset that comes with llm-do will work, and what its configuration hands on. */
export interface BuiltInPlace extends ToolsetPlace {
  readonly offer: Offer;
  /** Files that the project is made of, absolute: its workers and its code. */
  readonly projectFiles: readonly string[];
  /** Whether a name means something in the project; to be asked when all of it is linked. */
  readonly isTaken: (name: string) => boolean;
}

/** Makes the toolset of one worker from that worker's configuration, which knows its places. */
export type BuiltInFactory = (config: Field, place: BuiltInPlace) => Toolset;
