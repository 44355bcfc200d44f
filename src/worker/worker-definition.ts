import type { Place } from "../errors/place.ts";
import type { ServerTool } from "../model/request.ts";
import type { WorkerLimits } from "./limits.ts";
import type { SchemaReference } from "./schema-reference.ts";
import type { WorkerSettings } from "./settings.ts";
import type { ToolsetReference } from "./toolset-reference.ts";

/** A worker as its file says it, checked by itself; names in it are not linked to anything yet. */
export interface WorkerDefinition {
  /** `[A-Za-z0-9_-]{1,64}`. */
  readonly name: string;
  readonly description: string | undefined;
  /** The body without surrounding white space, lines ended by `\n` whatever the file uses. */
  readonly instructions: string;
  /** The path that the file was loaded by. */
  readonly file: string;
  /** Whether the file marks itself as the function that a run starts with. */
  readonly entry: boolean;
  readonly model: string | undefined;
  /** Patterns for `isCompatibleModel`, at least one; undefined where any model will do. */
  readonly compatibleModels: readonly string[] | undefined;
  /** In file order. */
  readonly toolsets: readonly ToolsetReference[];
  readonly serverTools: readonly ServerTool[];
  readonly settings: WorkerSettings;
  readonly inputSchema: SchemaReference | undefined;
  readonly outputSchema: SchemaReference | undefined;
  readonly limits: WorkerLimits;
  /** Where each key of the front matter stands, for errors that later steps find. */
  readonly places: ReadonlyMap<string, Place>;
  /** Where code made it, and the value that code has of it. Default: a `.worker` file says it. */
  readonly inCode?: WorkerInCode;
}

/** A worker that code made. */
export interface WorkerInCode {
  /** Where it was made. */
  readonly place: Place;
  /** What code knows it by. */
  readonly value: object;
}

/** Where a worker is written: the call of `worker`, or its file. */
export function workerPlace({
  file,
  inCode,
}: {
  readonly file: string;
  readonly inCode?: WorkerInCode;
}): Place {
  return inCode?.place ?? { file };
}
