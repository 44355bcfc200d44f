import type { JsonObject } from "../model/json.ts";
import { treeFromJson } from "../yaml/tree.ts";
import { type YamlSource, yamlError } from "../yaml/yaml-source.ts";
import { WORKER_IN_CODE } from "./front-matter-keys.ts";
import type { SchemaReference } from "./schema-reference.ts";
import { sentInstructions } from "./sent-instructions.ts";
import type { WorkerDefinition, WorkerInCode } from "./worker-definition.ts";

/** A worker as code says it, taken apart into what is JSON and what only code can hold. */
interface WrittenWorker extends WorkerInCode {
  /** The name that it has where it says none. */
  readonly name: string;
  /** What stands for the file that it is in: paths of its configuration are relative to that. */
  readonly file: string;
  /** All that is JSON, under the names that code uses. */
  readonly json: JsonObject;
  /** Schemas that are no JSON. */
  readonly schemas: { readonly input?: unknown; readonly output?: unknown };
  /** What stands for names of its `toolsets` that are in `json`. */
  readonly toolsets: ReadonlyMap<string, unknown>;
}

/**
 * Reads a worker that code made, by the descriptions that front matter is read by.
 *
 * @throws LlmDoError `worker` with the place where it was made
 */
export function readCodeWorker(written: WrittenWorker): WorkerDefinition {
  const { file, json, place, value, toolsets } = written;
  const source = codeWorkerSource(file);
  const fields = WORKER_IN_CODE.read({ source, path: [], tree: treeFromJson(json, place) });
  if (fields.model !== undefined && fields.compatibleModels) {
    const reason = '"model" and "compatibleModels" exclude each other';
    throw yamlError(source, { reason, place, tries: ["keep one of the two"] });
  }
  const held = (schema: unknown): SchemaReference | undefined =>
    schema === undefined ? undefined : { kind: "value", value: schema, place };
  return {
    name: fields.name ?? written.name,
    description: fields.description,
    instructions: sentInstructions(fields.instructions),
    file,
    entry: fields.entry ?? false,
    model: fields.model,
    compatibleModels: fields.compatibleModels,
    toolsets: (fields.toolsets ?? []).map((each) =>
      toolsets.has(each.reference) ? { ...each, value: toolsets.get(each.reference) } : each,
    ),
    serverTools: fields.serverTools ?? [],
    settings: fields.settings ?? {},
    inputSchema: held(written.schemas.input) ?? fields.input,
    outputSchema: held(written.schemas.output) ?? fields.output,
    limits: fields.limits ?? {},
    places: new Map(Object.keys(json).map((key) => [key, place])),
    inCode: { place, value },
  };
}

/** How errors speak of a worker that code made. */
export function codeWorkerSource(file: string): YamlSource {
  return { file, code: "worker", verb: "load", noun: "worker()" };
}
