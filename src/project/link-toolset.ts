import { dirname, resolve } from "node:path";
import { LlmDoError, messageOf } from "../errors/llm-do-error.ts";
import { nearest } from "../errors/nearest.ts";
import {
  type FunctionSpace,
  type Grant,
  type LlmFunction,
  toolFunction,
} from "../functions/llm-function.ts";
import { jsonSchemaOf } from "../functions/schema.ts";
import type { Tool } from "../functions/tool.ts";
import { isToolset, type Toolset } from "../functions/toolset.ts";
import type { ToolsetReference } from "../worker/toolset-reference.ts";
import type { WorkerDefinition } from "../worker/worker-definition.ts";
import { checkTools, type FoundExports } from "./found-exports.ts";

/** What names of a worker's `toolsets` may refer to. */
export interface LinkScope {
  readonly space: FunctionSpace;
  readonly found: FoundExports;
  /** The project's folder, absolute. */
  readonly folder: string;
  readonly cwd: string;
}

/**
 * What a worker's `toolsets` let it call.
 *
 * @throws LlmDoError `project` with the place of a name that does not resolve, is granted twice, or
 * gets configuration that it cannot take
 */
export function grantsOf(worker: WorkerDefinition, scope: LinkScope): readonly Grant[] {
  const grants = new Map<string, Grant>();
  for (const reference of worker.toolsets) {
    const targets = resolveReference(worker, reference, scope);
    checkApprovals(worker, reference, targets);
    for (const target of targets) {
      const other = grants.get(target.name);
      if (other) {
        const where = `"${other.toolset}" and "${reference.reference}"`;
        throw linkError(worker, reference, `${where} both bring a function "${target.name}"`, []);
      }
      grants.set(target.name, grantOf(target, reference));
    }
  }
  return [...grants.values()];
}

function grantOf(target: LlmFunction, reference: ToolsetReference): Grant {
  const said = Object.hasOwn(reference.approvals, target.name)
    ? reference.approvals[target.name]
    : undefined;
  return {
    function: target,
    inputSchema: jsonSchemaOf(target.input, "input", target.name),
    toolset: reference.reference,
    approval: said ?? { preApproved: false, blocked: false },
  };
}

function resolveReference(
  worker: WorkerDefinition,
  reference: ToolsetReference,
  scope: LinkScope,
): readonly LlmFunction[] {
  const { found, space } = scope;
  const name = reference.reference;
  const factory = found.factories.find((candidate) => candidate.name === name);
  if (factory) {
    const made = makeToolset(worker, reference, { scope, factory });
    return toolsOf(made.tools, factory.file);
  }
  const shared = found.toolsets.find((candidate) => candidate.name === name);
  const single = space.get(name);
  if (!shared && !single) throw unknownToolset(worker, reference, scope);
  if (Object.keys(reference.config).length > 0) {
    const keys = Object.keys(reference.config).join(", ");
    throw linkError(worker, reference, `"${name}" takes no configuration, and gets ${keys}`, [
      "remove it, or export the toolset as a function of its configuration",
    ]);
  }
  if (shared) return toolsOf(shared.value.tools, shared.file);
  return single ? [single] : [];
}

function toolsOf(tools: Readonly<Record<string, Tool>>, file: string): readonly LlmFunction[] {
  return Object.entries(tools).map(([name, tool]) => toolFunction(name, tool, file));
}

function makeToolset(
  worker: WorkerDefinition,
  reference: ToolsetReference,
  { scope, factory }: { scope: LinkScope; factory: FoundExports["factories"][number] },
): Toolset {
  const workerPath = resolve(scope.cwd, worker.file);
  const place = {
    cwd: scope.folder,
    workerName: worker.name,
    workerPath,
    workerDir: dirname(workerPath),
  };
  let made: unknown;
  try {
    made = factory.value.make(reference.config, place);
  } catch (error) {
    const reason = `"${factory.name}" refused its configuration: ${messageOf(error)}`;
    throw linkError(worker, reference, reason, [], error);
  }
  if (isToolset(made)) {
    checkTools(made, factory.file);
    return made;
  }
  throw linkError(worker, reference, `"${factory.name}" made something that is not a toolset`, [
    "return toolset({ ... })",
  ]);
}

function checkApprovals(
  worker: WorkerDefinition,
  reference: ToolsetReference,
  targets: readonly LlmFunction[],
): void {
  const names = targets.map((target) => target.name);
  for (const tool of Object.keys(reference.approvals)) {
    if (names.includes(tool)) continue;
    const near = nearest(tool, names);
    const reason = `_approval_config names "${tool}", which "${reference.reference}" does not have`;
    throw linkError(worker, reference, reason, [
      near === undefined ? `use one of: ${names.join(", ")}` : `write "${near}"`,
    ]);
  }
}

function unknownToolset(
  worker: WorkerDefinition,
  reference: ToolsetReference,
  { found, space }: LinkScope,
): LlmDoError {
  const known = [
    ...found.toolsets.map(({ name }) => name),
    ...found.factories.map(({ name }) => name),
    ...space.keys(),
  ].filter((name) => name !== worker.name);
  const near = nearest(reference.reference, known);
  const all = known.length === 0 ? "none" : known.join(", ");
  return linkError(worker, reference, `unknown toolset "${reference.reference}"; known: ${all}`, [
    near === undefined
      ? "pass the code file that exports it, or the .worker file of that name"
      : `write "${near}"`,
  ]);
}

function linkError(
  worker: WorkerDefinition,
  reference: ToolsetReference,
  reason: string,
  tries: readonly string[],
  cause?: unknown,
): LlmDoError {
  const { place } = reference;
  return new LlmDoError({
    code: "project",
    verb: "load",
    what: worker.file,
    reason,
    place,
    tries,
    cause,
  });
}
