import { resolve } from "node:path";
import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import {
  type Grant,
  type GrantedSource,
  type LlmFunction,
  type ToolFunction,
  toolFunction,
  type WorkerFunction,
} from "../../functions/llm-function.ts";
import { workerFunction } from "../../functions/worker-function.ts";
import { nearest } from "../../words/nearest.ts";
import {
  type WorkerDefinition,
  type WorkerInCode,
  workerPlace,
} from "../../worker/worker-definition.ts";
import type { FoundExports } from "../load/found-exports.ts";
import { isCalled, plainAdvice, plainProblem } from "../load/plain-export.ts";
import type { Alternatives } from "../lock/load-alternatives.ts";
import { StandInTools } from "../lock/stand-in-tools.ts";
import type { Project } from "../project.ts";
import { grantsOf, type LinkScope } from "./link-toolset.ts";
import type { LoadedSchemas, WorkerSchemas } from "./load-schemas.ts";
import type { LoadedToolsets } from "./toolset-source.ts";

export interface LinkInput {
  readonly workers: readonly WorkerDefinition[];
  readonly found: FoundExports;
  readonly loaded: LoadedToolsets;
  /** What workers say of their input and output. Default: none says anything. */
  readonly schemas?: LoadedSchemas;
  /** The code that stands beside prompts. Default: none. */
  readonly alternatives?: Alternatives;
  /** Absolute. */
  readonly folder: string;
  /** Absolute; default: the folder. */
  readonly workFolder?: string;
  readonly cwd: string;
  readonly entry: string | undefined;
  /** Whether any function will do where nothing says which one is the entry. Default: none will. */
  readonly anyEntry?: boolean;
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
  const { space, hands } = spaceOf(input);
  checkToolsetNames(input.found, space);
  const entry = entryFunction(input, space);
  const scope: LinkScope = { ...input, space, standIns: new StandInTools(input) };
  for (const definition of input.workers) {
    const { grants, sources } = grantsOf(definition, scope);
    const hand = hands.get(definition.name);
    for (const grant of grants) hand?.functions.set(grant.function.name, grant);
    hand?.sources.push(...sources);
  }
  return { folder: input.folder, workFolder: input.workFolder ?? input.folder, space, entry };
}

/**
 * The function that the project starts with, found before anything is linked.
 *
 * @throws LlmDoError `project` for functions that clash, or when there is no such entry
 */
export function findEntry(input: LinkInput): LlmFunction {
  return entryFunction(input, spaceOf(input).space);
}

const NO_SCHEMAS: WorkerSchemas = { input: undefined, output: undefined };

interface UnlinkedSpace {
  readonly space: ReadonlyMap<string, LlmFunction>;
  /** By worker; what linking fills. */
  readonly hands: ReadonlyMap<string, Hand>;
}

/** What one worker may call. */
interface Hand {
  readonly functions: Map<string, Grant>;
  readonly sources: GrantedSource[];
}

function spaceOf({ workers, found, schemas, alternatives, cwd }: LinkInput): UnlinkedSpace {
  const space = new Map<string, LlmFunction>();
  const add = (target: LlmFunction) => {
    const other = space.get(target.name);
    if (other) throw clash("functions", target, other, swapHint(target, other));
    space.set(target.name, target);
  };
  const hands = new Map<string, Hand>();
  const byFile = new Map<string, WorkerFunction>();
  for (const definition of workers) {
    const hand: Hand = { functions: new Map(), sources: [] };
    const { input, output } = schemas?.get(definition) ?? NO_SCHEMAS;
    const parts = { functions: hand.functions, input, output };
    const path = resolve(cwd, definition.file);
    const makeAlternative = alternatives?.byWorker.get(path);
    const worker: WorkerFunction = {
      ...workerFunction(definition, parts),
      sources: hand.sources,
      ...(makeAlternative ? { alternative: makeAlternative((other) => byFile.get(other)) } : {}),
    };
    byFile.set(path, worker);
    add(worker);
    hands.set(definition.name, hand);
  }
  const standIns = new StandInTools({ alternatives, cwd });
  const addTool = (target: ToolFunction, toolset?: string) => {
    // Under one name stand prompt and code: the worker brings both.
    const worker = standIns.workerOf(target, toolset);
    if (worker !== target.name || !hands.has(worker)) add(target);
  };
  for (const { name, file, value } of found.tools) addTool(toolFunction(name, value, file));
  for (const { name: toolset, file, value } of found.toolsets) {
    for (const [name, tool] of Object.entries(value.tools)) {
      addTool(toolFunction(name, tool, file), toolset);
    }
  }
  return { space, hands };
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

function entryFunction(
  { entry, anyEntry = false, workers, found, cwd, alternatives }: LinkInput,
  space: ReadonlyMap<string, LlmFunction>,
): LlmFunction {
  const isOwn = ({ file }: Named) => !alternatives?.added.has(resolve(cwd, file));
  const own = [...space.values()].filter(isOwn);
  const names = own.map(({ name }) => name);
  if (entry !== undefined) {
    const named = space.get(entry);
    if (named) return named;
    checkPlain(entry, found);
    const near = nearest(entry, names);
    throw noEntry(`there is no function "${entry}"`, names, near && asEntry(near));
  }
  const marked = workers.filter((worker) => worker.entry && isOwn(worker));
  if (marked.length > 1) {
    const both = marked.map(({ file }) => file).join(" and ");
    throw noEntry(`${both} both say entry: true`, names, KEEP_ONE);
  }
  // Another function in the place of a main that is not a tool would not be what was meant.
  if (!marked[0] && !anyEntry && !space.has("main")) checkPlain("main", found);
  const first = anyEntry || own.length === 1 ? own[0] : undefined;
  const chosen = marked[0]?.name ?? "main";
  const target = own.find(({ name }) => name === chosen) ?? first;
  if (target) return target;
  const hint = names[0] === undefined ? EXPORT_MAIN : asEntry(names[0]);
  throw noEntry('there is no function "main"', names, hint);
}

/** For files that bring no function at all. */
const EXPORT_MAIN = "export const main = tool({ ... }), see docs/tools.md";

/** @throws LlmDoError `project` when an export of that name was meant and is no tool */
function checkPlain(name: string, { plain }: FoundExports): void {
  const meant = plain.find((each) => isCalled(name, each));
  if (!meant) return;
  throw new LlmDoError({
    code: "project",
    verb: "find",
    what: "entry",
    reason: plainProblem(meant),
    place: meant.placeOf(),
    tries: plainAdvice(meant),
  });
}

const KEEP_ONE: Advice = {
  flags: "keep one of the two, or pass --entry",
  options: "keep one of the two, or pass entry",
};

function asEntry(name: string): Advice {
  return {
    flags: `--entry ${name}, in a case entry: ${name}`,
    options: `entry: ${JSON.stringify(name)}`,
  };
}

function noEntry(
  reason: string,
  names: readonly string[],
  hint: string | Advice | undefined,
): LlmDoError {
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
  readonly inCode?: WorkerInCode;
}

/** Two functions of one name may be meant to be one: a prompt, and code for it. */
function swapHint(target: LlmFunction, other: LlmFunction): readonly string[] {
  if (other.kind !== "worker" || target.kind !== "tool") return [];
  const tool = `${target.file}#${target.name}`;
  return [
    `or let the code stand in for the prompt: llm-do promote ${other.file} --to shadow --tool ${tool}`,
  ];
}

function clash(
  kind: "functions" | "toolsets" | "things",
  target: Named,
  other: Named,
  hints: readonly string[] = [],
): LlmDoError {
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: target.name,
    reason: `two ${kind} have this name: one in ${other.file}, one in ${target.file}`,
    place: workerPlace(target),
    tries: ["rename one of the two: workers, tools and toolsets share one name space", ...hints],
  });
}
