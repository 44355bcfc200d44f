import { resolve } from "node:path";
import {
  type FunctionSpace,
  type Grant,
  type GrantedSource,
  type LlmFunction,
  toolFunction,
} from "../../functions/llm-function.ts";
import { jsonSchemaOf } from "../../functions/schema.ts";
import type { ConfiguredSource } from "../../functions/toolset.ts";
import { BUILT_IN_TOOLSETS } from "../../toolsets/built-in.ts";
import type { BuiltInPlace } from "../../toolsets/built-in-factory.ts";
import { nearest } from "../../words/nearest.ts";
import type { ToolsetReference } from "../../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import type { FoundExports } from "../load/found-exports.ts";
import type { StandInTools } from "../lock/stand-in-tools.ts";
import { configurationOf } from "./configuration-of.ts";
import { linkError, type Naming, unknownToolset } from "./link-errors.ts";
import {
  type FactorySource,
  type LoadedToolsets,
  makeToolset,
  type ToolsetSource,
  toolsetSource,
} from "./toolset-source.ts";

/** What names of a worker's `toolsets` may refer to. */
export interface LinkScope {
  readonly space: FunctionSpace;
  readonly found: FoundExports;
  /** Built-in toolsets and references, which go first. */
  readonly loaded: LoadedToolsets;
  /** The project's folder, absolute. */
  readonly folder: string;
  /** What its functions work in, absolute; default: the project's folder. */
  readonly workFolder?: string;
  readonly cwd: string;
  /** Which tools are the code of a worker. */
  readonly standIns: StandInTools;
  /** Names of the toolsets that offer what is linked. Default: none, the worker itself gets it. */
  readonly within?: readonly string[];
}

/** What a worker may call, as far as it is known before a run, and what knows of more. */
interface Granted {
  readonly grants: readonly Grant[];
  readonly sources: readonly GrantedSource[];
}

/**
 * What a worker's `toolsets` let it call.
 *
 * @throws LlmDoError `project` with the place of a name that does not resolve, is granted twice, or
 * gets configuration that it cannot take
 */
export function grantsOf(worker: WorkerDefinition, scope: LinkScope): Granted {
  const grants = new Map<string, Grant>();
  const sources: GrantedSource[] = [];
  for (const reference of worker.toolsets) {
    const naming = { worker, reference };
    const { targets, sources: found } = functionsOf(naming, scope);
    if (found) {
      const { reference: toolset, config: configuration, approvals, place } = reference;
      for (const { approvals: own, ...source } of found) {
        sources.push({
          ...source,
          ...(own ? { ownApprovals: own } : {}),
          toolset,
          configuration,
          approvals,
          place,
        });
      }
    } else checkApprovals(naming, targets);
    for (const target of targets) {
      const other = grants.get(target.name);
      if (other) {
        const where = `"${other.toolset}" and "${reference.reference}"`;
        throw linkError(naming, `${where} both bring a function "${target.name}"`);
      }
      grants.set(target.name, grantOf(target, reference));
    }
  }
  return { grants: [...grants.values()], sources };
}

function grantOf(target: LlmFunction, reference: ToolsetReference): Grant {
  const said = Object.hasOwn(reference.approvals, target.name)
    ? reference.approvals[target.name]
    : undefined;
  return {
    function: target,
    inputSchema: jsonSchemaOf(target.input, "input", target.name),
    toolset: reference.reference,
    configuration: reference.config,
    approval: said ?? { preApproved: false, blocked: false },
  };
}

interface Targets {
  readonly targets: readonly LlmFunction[];
  readonly sources?: readonly ConfiguredSource[] | undefined;
}

function functionsOf(naming: Naming, scope: LinkScope): Targets {
  const { reference, config } = naming.reference;
  const source = scope.loaded.get(naming.reference) ?? namedSource(reference, scope);
  if (!source) {
    throw unknownToolset(naming, knownNames(naming.worker, scope), scope.found.plain);
  }
  if (source.kind === "factory") {
    const { name, file, factory } = source;
    const make: FactorySource["make"] = (place) =>
      factory.make(configurationOf(factory, naming.reference), place);
    return madeTargets(naming, { name, file, make }, scope);
  }
  if (source.kind === "built-in") {
    const offering = offeringOf(naming, scope);
    const make: FactorySource["make"] = (place) =>
      source.make(naming.reference.written, { ...place, ...offering });
    return madeTargets(naming, { ...source, file: "llm-do", make }, scope);
  }
  const keys = Object.keys(config);
  if (keys.length === 0) {
    return { targets: source.functions.map((target) => asWorker(target, naming, scope)) };
  }
  const reason = `"${reference}" takes no configuration, and gets ${keys.join(", ")}`;
  const tries = ["remove it, or export the toolset as a function of its configuration"];
  throw linkError(naming, reason, { tries });
}

/** A tool that is the code of a worker is called through that worker, whoever hands it out. */
function asWorker(
  target: LlmFunction,
  { worker: caller, reference: { reference } }: Naming,
  { standIns, space }: LinkScope,
): LlmFunction {
  if (target.kind !== "tool" || target.name === caller.name) return target;
  const toolset = reference.slice(reference.lastIndexOf("#") + 1);
  const name = standIns.workerOf(target) ?? standIns.workerOf(target, toolset);
  return (name === target.name && space.get(name)) || target;
}

function madeTargets(naming: Naming, source: FactorySource, scope: LinkScope): Targets {
  const made = makeToolset(naming, source, scope);
  const reach = made.workers ? { workers: made.workers } : {};
  const targets = Object.entries(made.tools).map(([name, tool]) => ({
    ...toolFunction(name, tool, source.file),
    ...reach,
  }));
  return { targets, sources: made.sources };
}

/** What a toolset hands on: linked like the worker's own, and in nobody's hands yet. */
function offeringOf(
  { worker, reference }: Naming,
  scope: LinkScope,
): Pick<BuiltInPlace, "offer" | "isTaken" | "projectFiles"> {
  const { reference: name, offers = [] } = reference;
  const within = [...(scope.within ?? []), name];
  const offered = grantsOf({ ...worker, toolsets: offers }, { ...scope, within });
  const toolsets = offers.map((offer) => offer.reference);
  return {
    offer: { kind: "offer", ...offered, toolsets, configuredIn: { file: worker.file, within } },
    projectFiles: projectFiles(scope),
    isTaken: (candidate) =>
      candidate === worker.name ||
      knownNames(worker, scope).includes(candidate) ||
      functionsInHands(scope).has(candidate) ||
      offered.grants.some((grant) => grant.function.name === candidate),
  };
}

/** The files that functions and toolsets are from; what these import is not known. */
function projectFiles({ space, found, cwd }: LinkScope): readonly string[] {
  const named = [...space.values(), ...found.toolsets, ...found.factories, ...found.tools];
  return [...new Set(named.map(({ file }) => resolve(cwd, file)))];
}

/** Names of all that workers can call, tools that were made for one of them too. */
function functionsInHands({ space }: LinkScope): ReadonlySet<string> {
  const workers = [...space.values()].filter((target) => target.kind === "worker");
  return new Set(workers.flatMap(({ functions }) => [...functions.keys()]));
}

/** What a passed file brings under a name: a toolset, or a function by itself. */
function namedSource(name: string, { found, space }: LinkScope): ToolsetSource | undefined {
  const isNamed = (candidate: { readonly name: string }) => candidate.name === name;
  const exported = found.factories.find(isNamed) ?? found.toolsets.find(isNamed);
  if (exported) return toolsetSource(exported.value, name, exported.file);
  const single = space.get(name);
  return single && { kind: "shared", functions: [single] };
}

function knownNames(worker: WorkerDefinition, { found, space }: LinkScope): readonly string[] {
  return [
    ...found.toolsets.map(({ name }) => name),
    ...found.factories.map(({ name }) => name),
    ...space.keys(),
    ...BUILT_IN_TOOLSETS.keys(),
  ].filter((name) => name !== worker.name);
}

function checkApprovals(naming: Naming, targets: readonly LlmFunction[]): void {
  const { reference, approvals } = naming.reference;
  const names = targets.map((target) => target.name);
  for (const tool of Object.keys(approvals)) {
    if (names.includes(tool)) continue;
    const near = nearest(tool, names);
    const reason = `_approval_config names "${tool}", which "${reference}" does not have`;
    const tries = [near === undefined ? `use one of: ${names.join(", ")}` : `write "${near}"`];
    throw linkError(naming, reason, { tries });
  }
}
