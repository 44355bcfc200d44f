import { LlmDoError } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import { formatPlace } from "../errors/place.ts";
import {
  type Grant,
  type LlmFunction,
  toolFunction,
  type WorkerFunction,
} from "../functions/llm-function.ts";
import { workerInputSchema } from "../functions/worker-input.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";
import type { FoundExports } from "./found-exports.ts";
import { grantsOf, type LinkScope } from "./link-toolset.ts";
import type { Project } from "./project.ts";

export interface LinkInput {
  readonly workers: readonly WorkerDefinition[];
  readonly found: FoundExports;
  /** Absolute. */
  readonly folder: string;
  readonly cwd: string;
  readonly entry: string | undefined;
}

/**
 * Resolves every name of a project.
 *
 * The entry is the named function, else the worker that says `entry: true`, else `main`, else the
 * only function there is.
 *
 * @throws LlmDoError `project` for names that clash or do not resolve, with their places
 */
export function linkProject(input: LinkInput): Project {
  const { space, grants } = spaceOf(input);
  checkToolsetNames(input.found, space);
  const entry = entryOf(input, space);
  const scope: LinkScope = { ...input, space };
  for (const definition of input.workers) {
    const functions = grants.get(definition.name);
    for (const grant of grantsOf(definition, scope)) functions?.set(grant.function.name, grant);
  }
  return { folder: input.folder, space, entry };
}

/**
 * The function that the project starts with, found before anything is linked.
 *
 * @throws LlmDoError `project` for functions that clash, or when there is no such entry
 */
export function findEntry(input: LinkInput): LlmFunction {
  return entryOf(input, spaceOf(input).space);
}

interface UnlinkedSpace {
  readonly space: ReadonlyMap<string, LlmFunction>;
  /** By worker; what linking fills. */
  readonly grants: ReadonlyMap<string, Map<string, Grant>>;
}

function spaceOf({ workers, found }: LinkInput): UnlinkedSpace {
  const space = new Map<string, LlmFunction>();
  const add = (target: LlmFunction) => {
    const other = space.get(target.name);
    if (other) throw clash("functions", target, other);
    space.set(target.name, target);
  };
  const grants = new Map<string, Map<string, Grant>>();
  for (const definition of workers) {
    const functions = new Map<string, Grant>();
    add(workerFunction(definition, functions));
    grants.set(definition.name, functions);
  }
  for (const { name, file, value } of found.tools) add(toolFunction(name, value, file));
  for (const { file, value } of found.toolsets) {
    for (const [name, tool] of Object.entries(value.tools)) add(toolFunction(name, tool, file));
  }
  return { space, grants };
}

/** A worker's `toolsets` name toolsets and functions alike: each name must mean one thing. */
function checkToolsetNames(found: FoundExports, space: ReadonlyMap<string, LlmFunction>): void {
  const seen = new Map<string, Named>();
  for (const toolset of [...found.toolsets, ...found.factories]) {
    const other = seen.get(toolset.name);
    if (other) throw clash("toolsets", toolset, other);
    seen.set(toolset.name, toolset);
  }
  for (const { name, file, value } of [...found.toolsets, ...found.factories]) {
    const target = space.get(name);
    const isItsOwn = "tools" in value && Object.hasOwn(value.tools, name);
    if (target && !isItsOwn) throw clash("things", { name, file }, target);
  }
}

function workerFunction(
  definition: WorkerDefinition,
  functions: ReadonlyMap<string, Grant>,
): WorkerFunction {
  const { name, description, instructions, file, model, compatibleModels } = definition;
  for (const key of ["inputSchema", "outputSchema"] as const) {
    if (definition[key]) throw schemaNotTaken(definition, key);
  }
  return {
    kind: "worker",
    name,
    description: description ?? `Worker ${name}.`,
    instructions,
    file,
    model,
    compatibleModels,
    settings: definition.settings,
    serverTools: definition.serverTools,
    input: workerInputSchema,
    limits: definition.limits,
    functions,
  };
}

function entryOf(
  { entry, workers }: LinkInput,
  space: ReadonlyMap<string, LlmFunction>,
): LlmFunction {
  const names = [...space.keys()];
  if (entry !== undefined) {
    const named = space.get(entry);
    if (named) return named;
    const near = nearest(entry, names);
    throw noEntry(`there is no function "${entry}"`, names, near && `--entry ${near}`);
  }
  const marked = workers.filter((worker) => worker.entry);
  if (marked.length > 1) {
    const both = marked.map(({ file }) => file).join(" and ");
    throw noEntry(`${both} both say entry: true`, names, "keep one of the two, or pass --entry");
  }
  const target =
    space.get(marked[0]?.name ?? "main") ?? (space.size === 1 ? [...space.values()][0] : undefined);
  if (target) return target;
  throw noEntry('there is no function "main"', names, names[0] && `--entry ${names[0]}`);
}

function noEntry(reason: string, names: readonly string[], hint: string | undefined): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "find",
    what: "entry",
    reason: `${reason}; known: ${names.length === 0 ? "none" : names.join(", ")}`,
    tries: hint === undefined || hint === "" ? [] : [hint],
  });
}

interface Named {
  readonly name: string;
  readonly file: string;
}

function clash(kind: "functions" | "toolsets" | "things", target: Named, other: Named): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: target.name,
    reason: `two ${kind} have this name: one in ${other.file}, one in ${target.file}`,
    place: { file: target.file },
    tries: ["rename one of the two: workers, tools and toolsets share one name space"],
  });
}

function schemaNotTaken(
  definition: WorkerDefinition,
  key: "inputSchema" | "outputSchema",
): LlmDoError {
  const written = key === "inputSchema" ? "input_schema" : "output_schema";
  const place = definition.places.get(written);
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: definition.file,
    reason: `this version does not take ${written}${place ? ` (${formatPlace(place)})` : ""}`,
    place,
    tries: ["remove it: workers take { input, attachments } and answer with text"],
  });
}
