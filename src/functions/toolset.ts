import type { JsonObject } from "../model/json.ts";
import type { ApprovalConfig, WorkerSource } from "./llm-function.ts";
import type { Tool } from "./tool.ts";
import type { ToolSource } from "./tool-source.ts";

const BRAND = Symbol.for("llm-do.toolset");
const FACTORY_BRAND = Symbol.for("llm-do.toolset-factory");

/** A named group of tools. */
export interface Toolset {
  readonly tools: Readonly<Record<string, Tool>>;
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
export type ToolsetFactory = (config: JsonObject, place: ToolsetPlace) => Toolset;

export interface BrandedToolsetFactory {
  readonly make: ToolsetFactory;
}

/**
 * Groups tools under one exported name that workers refer to. With a function instead of a record,
 * the toolset is made for each worker from that worker's configuration.
 */
export function toolset(make: ToolsetFactory): BrandedToolsetFactory;
export function toolset<Tools extends Readonly<Record<string, Tool>>>(
  tools: Tools,
): Toolset & { readonly tools: Readonly<Tools> };
export function toolset(
  source: Readonly<Record<string, Tool>> | ToolsetFactory,
): Toolset | BrandedToolsetFactory {
  if (typeof source === "function") {
    const factory: BrandedToolsetFactory & { readonly [FACTORY_BRAND]: true } = {
      [FACTORY_BRAND]: true,
      make: source,
    };
    return factory;
  }
  const group: Toolset & { readonly [BRAND]: true } = { [BRAND]: true, tools: { ...source } };
  return group;
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
