import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { JsonObject } from "../model/json.ts";
import type { ApprovalConfig, WorkerSource } from "./llm-function.ts";
import type { Tool } from "./tool.ts";
import type { ToolSource } from "./tool-source.ts";

const BRAND = Symbol.for("llm-do.toolset");
const FACTORY_BRAND = Symbol.for("llm-do.toolset-factory");

/** A named group of tools, as `toolset` makes it: `Toolset<{ add: Tool<...> }>`. */
export interface Toolset<Tools extends ToolGroup = ToolGroup> {
  readonly tools: Tools;
}

/** Tools by the names that models call them by. */
export type ToolGroup = Readonly<Record<string, Tool>>;

/** A toolset with what only built-in ones have beside tools. */
export interface SourcedToolset extends Toolset {
  /** Sources of tools that only a run can know, such as servers. Default: none. */
  readonly sources?: readonly ConfiguredSource[];
  /** Workers that its tools call instead of their worker's functions. Default: the worker's functions. */
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

/** The worker that a toolset is made for. All paths are absolute. */
export interface ToolsetPlace {
  /** The project's folder. */
  readonly cwd: string;
  readonly workerName: string;
  readonly workerPath: string;
  readonly workerDir: string;
}

/** Makes the toolset of one worker from that worker's configuration. */
export type ToolsetFactory<Config = JsonObject, Made extends Toolset = Toolset> = (
  config: Config,
  place: ToolsetPlace,
) => Made;

/**
 * What `toolset` makes of a function: the toolset of each worker that names it. A test makes one with
 * `searchTools.make({ limit: 2 }, place)`.
 */
export interface BrandedToolsetFactory<Config = unknown, Made extends Toolset = Toolset> {
  /** Reads the configuration before `make` gets it. Default: `make` gets it as it is written. */
  readonly schema?: StandardSchemaV1;
  // A method takes every configuration, so that all factories are of one type.
  make(config: Config, place: ToolsetPlace): Made;
}

/**
 * Groups tools under one exported name that workers refer to. With a function instead of a record,
 * the toolset is made for each worker from that worker's configuration. With a schema before it, the
 * function gets what the schema makes of the configuration, and what the schema refuses is reported
 * at its own line and column.
 *
 * @param schema a Standard Schema, such as `z.strictObject({ limit: z.number().default(10) })`; it
 * must not check asynchronously
 *
 * @example
 * export const sums = toolset({ add, multiply });
 *
 * @example
 * export const searchTools = toolset(z.object({ limit: z.number().default(3) }), ({ limit }) =>
 *   toolset({ search: searchUpTo(limit) }),
 * );
 */
export function toolset<Config, Made extends Toolset>(
  schema: StandardSchemaV1<unknown, Config>,
  make: (config: Config, place: ToolsetPlace) => Made,
): BrandedToolsetFactory<Config, Made>;
export function toolset<Made extends Toolset>(
  make: ToolsetFactory<JsonObject, Made>,
): BrandedToolsetFactory<JsonObject, Made>;
export function toolset<Tools extends ToolGroup>(tools: Tools): Toolset<Readonly<Tools>>;
export function toolset(
  source: ToolGroup | ToolsetFactory<never> | StandardSchemaV1,
  make?: ToolsetFactory<never>,
): Toolset | BrandedToolsetFactory {
  // A schema may be a function, too.
  if (make) return brandedFactory({ schema: source as StandardSchemaV1, make });
  if (typeof source === "function") return brandedFactory({ make: source });
  const tools = { ...source } as Record<string, Tool>; // a schema comes with `make`
  const group: Toolset & { readonly [BRAND]: true } = { [BRAND]: true, tools };
  return group;
}

function brandedFactory(factory: BrandedToolsetFactory<never>): BrandedToolsetFactory {
  const branded: BrandedToolsetFactory<never> & { readonly [FACTORY_BRAND]: true } = {
    [FACTORY_BRAND]: true,
    ...factory,
  };
  return branded;
}

/** A toolset whose tools come from sources. */
export function sourcedToolset(sources: readonly ConfiguredSource[]): SourcedToolset {
  return { ...toolset({}), sources };
}

/** A toolset whose tools call workers that a model makes. */
export function workersToolset(tools: ToolGroup, workers: WorkerSource): SourcedToolset {
  return { ...toolset(tools), workers };
}

/** Whether a value was made by `toolset` of this or another installed copy. */
export function isToolset(value: unknown): value is SourcedToolset {
  return typeof value === "object" && value !== null && BRAND in value;
}

export function isToolsetFactory(value: unknown): value is BrandedToolsetFactory {
  return typeof value === "object" && value !== null && FACTORY_BRAND in value;
}
