import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { formatPath, type Path, type PathStep } from "../yaml/path.ts";
import {
  describeTree,
  isNothing,
  type ListTree,
  type MapEntry,
  type MapTree,
  type Tree,
  treeFromJson,
} from "../yaml/tree.ts";
import type { SetOverride } from "./set-value.ts";
import { workerError } from "./worker-source.ts";

interface Change {
  readonly worker: string;
  readonly override: SetOverride;
  /** Stands for a place in a file in errors about the new value. */
  readonly place: Place;
}

/**
 * Puts the values of `--set` into front matter, in order; maps on the way are made where there are
 * none. Each new value's place is its flag, so that an error about it names the flag.
 *
 * @throws LlmDoError `worker` when a path leads through something that is no map or list
 */
export function applyOverrides(
  root: MapTree,
  overrides: readonly SetOverride[],
  worker: string,
): MapTree {
  let tree = root;
  for (const override of overrides) {
    const place: Place = { file: `--set ${formatPath(override.path)}` };
    const changed = replaceAt({ worker, override, place }, tree, 0);
    if (changed.kind === "map") tree = changed; // the path's first step is a key: it stays a map
  }
  return tree;
}

function replaceAt(change: Change, tree: Tree | undefined, depth: number): Tree {
  const { path, value } = change.override;
  const step = path[depth];
  if (step === undefined) return treeFromJson(value, change.place);
  const container = tree && !isNothing(tree) ? tree : emptyFor(step, change.place);
  const child = replaceAt(change, childOf(change, container, depth), depth + 1);
  if (container.kind === "map") return withEntry(container, String(step), child, change.place);
  return withItem(container as ListTree, Number(step), child); // childOf refuses scalars
}

/** What stands at a step; throws where the step cannot be taken. */
function childOf(change: Change, container: Tree, depth: number): Tree | undefined {
  const step = change.override.path[depth];
  if (container.kind === "map" && typeof step === "string")
    return container.entries.get(step)?.value;
  if (container.kind === "list" && typeof step === "number" && step <= container.items.length) {
    return container.items[step];
  }
  throw noWay(change, container, change.override.path.slice(0, depth));
}

function noWay(change: Change, container: Tree, reached: Path): LlmDoError {
  const where = reached.length === 0 ? "front matter" : `"${formatPath(reached)}"`;
  const what =
    container.kind === "list" ? `a list of ${container.items.length}` : describeTree(container);
  return workerError(change.worker, {
    reason: `"${formatPath(change.override.path)}" cannot be set: ${where} is ${what}`,
    place: change.place,
  });
}

function withEntry(map: MapTree, key: string, value: Tree, place: Place): MapTree {
  const entry: MapEntry = { keyPlace: map.entries.get(key)?.keyPlace ?? place, value };
  return { ...map, entries: new Map([...map.entries, [key, entry]]) };
}

function withItem(list: ListTree, index: number, value: Tree): ListTree {
  const items = [...list.items];
  items[index] = value;
  return { ...list, items };
}

function emptyFor(step: PathStep, place: Place): Tree {
  if (typeof step === "number") return { kind: "list", items: [], place };
  return { kind: "map", entries: new Map(), place };
}
