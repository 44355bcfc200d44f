import type { Place } from "../../errors/place.ts";
import { toolFunction } from "../../functions/llm-function.ts";
import { type Reached, reachedFrom } from "../link/reached.ts";
import { exportPlace, type FoundExports } from "../load/found-exports.ts";
import { type CheckedProject, type CheckedWorker, toolsetPlace } from "./checked-project.ts";

/** Finds what no run of the entry can ever get to. */
export function checkReach(checked: CheckedProject): void {
  if (!checked.isWhole) return;
  const reached = reachedFrom(checked.project);
  checkWorkers(checked, reached);
  checkExports(checked, reached);
  checkDepth(checked, reached);
}

function checkWorkers(checked: CheckedProject, { depths }: Reached): void {
  for (const { definition, placeOf } of checked.workers) {
    if (!depths.has(definition.name)) {
      addUnused(checked, `the worker "${definition.name}"`, placeOf(["name"]));
    }
  }
}

function checkExports(checked: CheckedProject, { tools, toolsets }: Reached): void {
  const { found, host, standIns } = checked;
  const isStandIn = ({ name, file, value }: FoundExports["tools"][number], toolset?: string) =>
    standIns.workerOf(toolFunction(name, value, file), toolset) !== undefined;
  const addExport = (kind: string, { name, file }: { name: string; file: string }) =>
    addUnused(checked, `the ${kind} "${name}"`, exportPlace(name, file, host));
  for (const tool of found.tools) {
    if (!tools.has(tool.value) && !isStandIn(tool)) addExport("tool", tool);
  }
  for (const toolset of found.toolsets) {
    const { name: group, file } = toolset;
    const own = Object.entries(toolset.value.tools);
    const isUsed =
      toolsets.has(group) ||
      own.some(([name, value]) => tools.has(value) || isStandIn({ name, file, value }, group));
    if (!isUsed) addExport("toolset", toolset);
  }
  for (const factory of found.factories) {
    if (!toolsets.has(factory.name)) addExport("toolset", factory);
  }
}

function addUnused({ project, findings }: CheckedProject, what: string, place: Place): void {
  const { name } = project.entry;
  findings.add({
    code: "project",
    place,
    problem: `nothing that starts with "${name}" can call ${what}`,
    tries: ["name it under toolsets of a worker that is to call it, or leave its file out"],
  });
}

/** A limit that the entry sets itself and that keeps a function from ever being called. */
function checkDepth(checked: CheckedProject, { depths }: Reached): void {
  const { project, workers, findings } = checked;
  const entry = workers.find(({ linked }) => linked === project.entry);
  const limit = entry?.linked.limits.maxDepth;
  if (!entry || limit === undefined) return;
  for (const caller of workers) {
    if (depths.get(caller.definition.name) !== limit) continue;
    for (const toolset of outOfReach(caller, depths, limit)) {
      findings.add({
        code: "limit",
        place: toolsetPlace(caller, toolset),
        problem: `"${toolset}" would be called at depth ${limit + 1}, and "${project.entry.name}" sets max_depth: ${limit}`,
        tries: [`raise limits.max_depth in ${entry.definition.file}, or remove "${toolset}"`],
      });
    }
  }
}

/** Toolsets of a worker at the limit that hold nothing which a shorter way leads to. */
function outOfReach(
  { linked }: CheckedWorker,
  depths: Reached["depths"],
  limit: number,
): ReadonlySet<string> {
  const grants = [...linked.functions.values()];
  const isNearer = (name: string) => (depths.get(name) ?? limit + 1) <= limit;
  return new Set(
    grants.filter((grant) => !isNearer(grant.function.name)).map((grant) => grant.toolset),
  );
}
