import { parse as parsePath } from "node:path";
import type { LlmDoError } from "../errors/llm-do-error.ts";
import { formatPlace } from "../errors/place.ts";
import { rootMap } from "../format/map.ts";
import { parseYamlTree } from "../yaml/parse-yaml-tree.ts";
import type { MapTree } from "../yaml/tree.ts";
import { splitFrontMatter, workerError, workerSource } from "./front-matter.ts";
import { FRONT_MATTER, WORKER_NAME } from "./front-matter-keys.ts";
import { applyOverrides, type SetOverride } from "./overrides.ts";
import { sentInstructions } from "./sent-instructions.ts";
import type { WorkerDefinition } from "./worker-definition.ts";

/**
 * Reads the text of a `.worker` file. Touches no other file, evaluates nothing.
 *
 * @param file the path that errors name and that gives the default name
 * @param overrides what `--set` changes in the front matter before it is checked
 * @throws LlmDoError `worker` with file, line and column, or with the `--set` flag that is wrong
 *
 * @example
 * const worker = parseWorker("---\nmodel: test\n---\nSay hello.\n", "greeter.worker");
 * worker.name; // "greeter"
 * worker.instructions; // "Say hello."
 */
export function parseWorker(
  text: string,
  file: string,
  overrides: readonly SetOverride[] = [],
): WorkerDefinition {
  const { yaml, body } = splitFrontMatter(text, file);
  const source = workerSource(file);
  const written = rootMap(parseYamlTree(yaml, source), source, "name: main");
  const tree = applyOverrides(written, overrides, file);
  const fields = FRONT_MATTER.read({ source, path: [], tree });
  const places = new Map([...tree.entries].map(([key, entry]) => [key, entry.keyPlace]));
  if (fields.model !== undefined && fields.compatible_models) throw bothModels(tree, file);
  return {
    name: fields.name ?? defaultName(file),
    description: fields.description,
    instructions: instructionsOf(body, text, file),
    file,
    entry: fields.entry ?? false,
    model: fields.model,
    compatibleModels: fields.compatible_models,
    toolsets: fields.toolsets ?? [],
    serverTools: fields.server_side_tools ?? [],
    settings: fields.settings ?? {},
    inputSchema: fields.input_schema,
    outputSchema: fields.output_schema,
    limits: fields.limits ?? {},
    places,
  };
}

function defaultName(file: string): string {
  const stem = parsePath(file).name;
  if (WORKER_NAME.test(stem)) return stem;
  throw workerError(file, {
    reason: `"name" is missing and the file's name does not make one (1 to 64 letters, digits, _ or -)`,
    place: { file, line: 1, column: 1 },
    tries: ["add a line to the front matter: name: NAME"],
  });
}

function instructionsOf(body: string, text: string, file: string): string {
  const instructions = sentInstructions(body);
  if (instructions !== "") return instructions;
  throw workerError(file, {
    reason: "there are no instructions",
    place: { file, line: text.trimEnd().split("\n").length, column: 1 },
    tries: ["write what the model is to do below the closing ---"],
  });
}

function bothModels(tree: MapTree, file: string): LlmDoError {
  const [first, second] = ["model", "compatible_models"]
    .map((key) => tree.entries.get(key)?.keyPlace ?? tree.place)
    .map((place) => (place.line === undefined ? formatPlace(place) : `line ${place.line}`));
  return workerError(file, {
    reason: `"model" (${first}) and "compatible_models" (${second}) exclude each other`,
    place: tree.entries.get("compatible_models")?.keyPlace ?? tree.place,
    tries: ["keep one of the two"],
  });
}
