import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonObject } from "../model/json.ts";
import type { ApprovalConfig, WorkerSource } from "./llm-function.ts";
import type { Tool } from "./tool.ts";
import type { ToolSource } from "./tool-source.ts";

const BRAND = Symbol.for("llm-do.toolset");
const FACTORY_BRAND = Symbol.for("llm-do.toolset-factory");

/** A named group of tools. */
export interface Toolset {
  readonly tools: Readonly<Record<string, Tool>>;
  /** What has more tools, which only a run can know. Default: nothing. */
  readonly sources?: readonly ConfiguredSource[];
  /** What its tools call in the place of their worker's functions. Default: those. */
  readonly workers?: WorkerSource;
}

/** A source of tools as its toolset configures it. */
export interface ConfiguredSource {
  readonly source: ToolSource;
  /** What goes before a tool's name where another function has it, too. Default: a clash is an error. */
  readonly prefix?: string;
  /** What is said of its tools, by the names that it has for them. Default: nothing. */
  readonly approvals?: Readonly<Record<string, ApprovalConfig>>;
}

/** Where a toolset that is made per worker will work. All paths are absolute. */
export interface ToolsetPlace {
  /** The project's folder. */
  readonly cwd: string;
  readonly workerName: string;
  readonly workerPath: string;
  readonly workerDir: string;
}

/** Makes the toolset of one worker from that worker's configuration. */
export type ToolsetFactory = (config: JsonObject, place: ToolsetPlace) => Toolset;

export interface BrandedToolsetFactory {
  /** Reads the configuration before `make` gets it. Default: `make` gets it as it is written. */
  readonly schema?: StandardSchemaV1;
  readonly make: ToolsetFactory;
}

/**
 * Groups tools under one exported name that workers refer to. With a function instead of a record,
 * the toolset is made for each worker from that worker's configuration. With a schema before it, the
 * function gets what the schema makes of the configuration, and what the schema refuses is reported
 * at its own line and column.
 *
 * @param schema a Standard Schema, such as `z.strictObject({ limit: z.number().default(10) })`; it
 * must not check asynchronously
 */
export function toolset<Config extends StandardSchemaV1>(
  schema: Config,
  make: (config: StandardSchemaV1.InferOutput<Config>, place: ToolsetPlace) => Toolset,
): BrandedToolsetFactory;
export function toolset(make: ToolsetFactory): BrandedToolsetFactory;
export function toolset<Tools extends Readonly<Record<string, Tool>>>(
  tools: Tools,
): Toolset & { readonly tools: Readonly<Tools> };
export function toolset(
  source: Readonly<Record<string, Tool>> | ToolsetFactory | StandardSchemaV1,
  make?: ToolsetFactory,
): Toolset | BrandedToolsetFactory {
  // A schema may be a function, too.
  if (make) return brandedFactory({ schema: source as StandardSchemaV1, make });
  if (typeof source === "function") return brandedFactory({ make: source });
  const tools = { ...source } as Record<string, Tool>; // a schema comes with `make`
  const group: Toolset & { readonly [BRAND]: true } = { [BRAND]: true, tools };
  return group;
}

function brandedFactory(factory: BrandedToolsetFactory): BrandedToolsetFactory {
  const branded: BrandedToolsetFactory & { readonly [FACTORY_BRAND]: true } = {
    [FACTORY_BRAND]: true,
    ...factory,
  };
  return branded;
}

/** A toolset whose tools come from sources. */
export function sourcedToolset(sources: readonly ConfiguredSource[]): Toolset {
  return { ...toolset({}), sources };
}

/** A toolset whose tools call workers that a model makes. */
export function workersToolset(
  tools: Readonly<Record<string, Tool>>,
  workers: WorkerSource,
): Toolset {
  return { ...toolset(tools), workers };
}

/** Whether a value was made by `toolset` of this or another installed copy. */
export function isToolset(value: unknown): value is Toolset {
  return typeof value === "object" && value !== null && BRAND in value;
}

export function isToolsetFactory(value: unknown): value is BrandedToolsetFactory {
  return typeof value === "object" && value !== null && FACTORY_BRAND in value;
}
