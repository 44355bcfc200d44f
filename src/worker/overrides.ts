import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Place } from "../errors/place.ts";
import { type Json, tryParseJson } from "../model/json.ts";
import { formatPath, type Path, type PathStep } from "../yaml/path.ts";
import { readPath } from "../yaml/path-syntax.ts";
import {
  describeTree,
  isNothing,
  type ListTree,
  MAX_DEPTH,
  type MapEntry,
  type MapTree,
  type Tree,
  treeFromJson,
} from "../yaml/tree.ts";
import { workerError } from "./front-matter.ts";

/** One `--set KEY=VALUE`: where in the front matter, and what to put there. */
export interface SetOverride {
  /** At least one step, the first a key. */
  readonly path: Path;
  readonly value: Json;
}

const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["yes", true],
  ["on", true],
  ["true", true],
  ["no", false],
  ["off", false],
  ["false", false],
]);

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads the argument of `--set`: a path with dots, quoted brackets for literal keys and numbers in
 * brackets for list items, then `=`, then JSON, `yes`/`no`/`on`/`off`/`true`/`false` in any case, a
 * number, or else text.
 *
 * @throws LlmDoError `usage` when there is no `=`, a key is empty or a bracket is not closed
 *
 * @example
 * parseSet('toolsets["my-pkg#tools"].limit=5');
 * // { path: ["toolsets", "my-pkg#tools", "limit"], value: 5 }
 */
export function parseSet(argument: string): SetOverride {
  const { path, end, problem } = readPath(argument);
  if (problem !== undefined) throw badSet(argument.slice(0, end), problem);
  if (argument[end] !== "=") throw badSet(argument, "there is no = between key and value");
  return { path, value: readValue(argument.slice(end + 1), argument.slice(0, end)) };
}

function readValue(text: string, key: string): Json {
  const word = FLAG_WORDS.get(text.trim().toLowerCase());
  if (word !== undefined) return word;
  const number = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return number;
  const json = tryParseJson(text);
  if (json === undefined || typeof json === "number") return text; // a number beyond doubles
  const problem = jsonProblem(json, 1);
  if (problem !== undefined) throw badSet(key, problem);
  return json;
}

/** A value may be as deep as front matter itself. */
function jsonProblem(json: Json, depth: number): string | undefined {
  if (typeof json === "number" && !Number.isFinite(json))
    return "a number in the value is too large";
  if (typeof json !== "object" || json === null) return undefined;
  if (depth > MAX_DEPTH) return `the value is nested more than ${MAX_DEPTH} levels deep`;
  for (const child of Object.values(json)) {
    const problem = jsonProblem(child, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Names the key alone: the value may be nobody's business. */
function badSet(key: string, reason: string): LlmDoError {
  const shown = key.length > 80 ? `${key.slice(0, 80)}...` : key;
  return new LlmDoError({
    code: "usage",
    verb: "read",
    what: `--set ${shown}`,
    reason,
    tries: ["--set settings.temperature=0.2", `--set 'toolsets["my-package#tools"].limit=5'`],
  });
}

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
