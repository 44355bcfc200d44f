import { isSchema } from "../../functions/schema.ts";
import { isTool } from "../../functions/tool.ts";
import { isToolset, isToolsetFactory } from "../../functions/toolset.ts";
import { isWorker, type ToolsetValue, type Worker } from "../../functions/worker.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { codeWorkerSource, readCodeWorker } from "../../worker/code-worker.ts";
import { WORKER_IN_CODE } from "../../worker/front-matter-keys.ts";
import type { WorkerDefinition } from "../../worker/worker-definition.ts";
import { formatPath, type Path } from "../../yaml/path.ts";
import { MAX_DEPTH } from "../../yaml/tree.ts";
import { yamlError } from "../../yaml/yaml-source.ts";
import { shown } from "../project-paths.ts";
import type { Found } from "./found-exports.ts";
import { isPlainObject } from "./plain-export.ts";

/** Workers that code made, by the names that they have in the project. */
interface NamedWorkers {
  /** What code files export. */
  readonly found: readonly Found<Worker>[];
  /** What a program runs, and the name that it has where it says none. Default: nothing. */
  readonly given?: { readonly worker: Worker; readonly name: string } | undefined;
}

/**
 * Reads the workers that code made, and those that stand in their `toolsets`. A worker that comes from
 * several places under one name is one worker.
 *
 * @param refuse told of a worker that is wrong, which is left out then. Default: the error is thrown
 * @throws LlmDoError `worker` for what is wrong with one, with the place where it was made
 */
export function codeWorkers(
  { found, given }: NamedWorkers,
  host: Pick<Host, "cwd">,
  refuse: (error: unknown, left: Pick<Found<Worker>, "name" | "file">) => void = rethrow,
): readonly WorkerDefinition[] {
  const read = new Map<Worker, WorkerDefinition[]>();
  const namesOf = (value: Worker) => read.get(value) ?? [];
  const add = (one: Found<Worker>): WorkerDefinition => {
    const definition = definitionOf(one, host);
    const known = namesOf(one.value).find(({ name }) => name === definition.name);
    if (!known) read.set(one.value, [...namesOf(one.value), definition]);
    return known ?? definition;
  };
  const attempt = (one: Pick<Found<Worker>, "name" | "file">, action: () => unknown) => {
    try {
      action();
    } catch (error) {
      refuse(error, one);
    }
  };
  const addNested = (outer: WorkerDefinition): void => {
    for (const { reference: name, value } of outer.toolsets) {
      if (!isWorker(value) || namesOf(value).some((known) => known.name === name)) continue;
      const nested = { value, name, file: outer.file };
      attempt(nested, () => {
        const inner = namesOf(value)[0] ?? add(nested);
        if (inner.name !== name) throw namedOtherwise(outer, name, inner);
        addNested(inner);
      });
    }
  };
  for (const one of found) attempt(one, () => add(one));
  if (given && !read.has(given.worker))
    add({ value: given.worker, name: given.name, file: "code" });
  for (const outer of [...read.values()].flat()) addNested(outer);
  return [...read.values()].flat();
}

function rethrow(error: unknown): never {
  throw error;
}

/** @param found its name and its file where it does not say them itself */
function definitionOf(found: Found<Worker>, host: Pick<Host, "cwd">): WorkerDefinition {
  const { value, name } = found;
  const file = value.place ? shown(value.place.file, host) : found.file;
  const place = { ...value.place, file };
  const fail: Fail = (path, says, tries) => {
    const reason = `"${formatPath(path)}" ${says}`;
    throw yamlError(codeWorkerSource(file), { reason, place, ...(tries ? { tries } : {}) });
  };
  const { input, output, toolsets, ...rest } = value.spec;
  const json: Record<string, Json> = {};
  for (const [key, part] of Object.entries(rest)) {
    if (part === undefined) continue;
    // The value of an unknown key is not looked at: the key is what is wrong.
    json[key] = Object.hasOwn(WORKER_IN_CODE.keys, key) ? jsonPart(part, [key], fail) : null;
  }
  const schemas: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries({ input, output })) {
    if (isSchema(schema)) schemas[key] = schema;
    else if (schema !== undefined) json[key] = schemaPart(schema, [key], fail);
  }
  const values = new Map<string, unknown>();
  if (toolsets !== undefined) json["toolsets"] = toolsetsPart(toolsets, values, fail);
  return readCodeWorker({ name, file, place, value, json, schemas, toolsets: values });
}

type Fail = (path: Path, says: string, tries?: readonly string[]) => never;

/** The configuration of toolsets; values that stand for names are put into `values`. */
function toolsetsPart(toolsets: unknown, values: Map<string, unknown>, fail: Fail): Json {
  if (Array.isArray(toolsets)) {
    const index = toolsets.findIndex(isToolsetValue);
    if (index >= 0) fail(["toolsets", index], "has no name", ["write toolsets: { NAME: VALUE }"]);
  }
  if (isToolsetValue(toolsets)) {
    fail(["toolsets"], "must be names with values", ["write toolsets: { NAME: VALUE }"]);
  }
  if (!isPlainObject(toolsets)) return jsonPart(toolsets, ["toolsets"], fail);
  const parts = Object.entries(toolsets).map(([name, use]): [string, Json] => {
    const [value, config = {}, ...more]: readonly unknown[] = Array.isArray(use) ? use : [use];
    const path = ["toolsets", name];
    if (!isToolsetValue(value)) return [name, jsonPart(use, path, fail)];
    if (more.length > 0) fail(path, "must be a value and its configuration, and nothing else");
    values.set(name, value);
    return [name, jsonPart(config, path, fail)];
  });
  return Object.fromEntries(parts);
}

/** What stands in the place of a schema: a JSON Schema, or what no schema is. */
function schemaPart(value: unknown, path: Path, fail: Fail): Json {
  if (isPlainObject(value) && !("~standard" in value)) return jsonPart(value, path, fail);
  return fail(path, `must be ${WORKER_IN_CODE.keys.input.expects}`);
}

/** A value that is JSON already; what is undefined in it is left out. */
function jsonPart(value: unknown, path: Path, fail: Fail): Json {
  if (path.length > MAX_DEPTH) fail(path.slice(0, 1), `is nested deeper than ${MAX_DEPTH}`);
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
    return value as Json; // one of these
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => jsonPart(item, [...path, index], fail));
  }
  if (isPlainObject(value)) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(
      fields.map(([key, field]) => [key, jsonPart(field, [...path, key], fail)]),
    );
  }
  const kind = typeof value === "object" ? "an object of a class" : `a ${typeof value}`;
  const isTools = path[0] === "toolsets" && typeof value === "function";
  return fail(path, `must be JSON, not ${kind}`, isTools ? [MAKE_IT] : undefined);
}

const MAKE_IT = "make it with toolset({ ... }) or tool({ ... })";

function namedOtherwise(outer: WorkerDefinition, key: string, inner: WorkerDefinition) {
  return yamlError(codeWorkerSource(outer.file), {
    reason: `"${formatPath(["toolsets", key])}" is a worker of the name "${inner.name}"`,
    place: outer.inCode?.place ?? { file: outer.file },
    tries: [`write toolsets: { ${inner.name}: ... }`],
  });
}

function isToolsetValue(value: unknown): value is ToolsetValue {
  return isTool(value) || isToolset(value) || isToolsetFactory(value) || isWorker(value);
}
