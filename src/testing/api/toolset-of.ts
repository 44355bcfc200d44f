import { join } from "node:path";
import type { Field } from "../../format/reader.ts";
import {
  type BrandedToolsetFactory,
  isToolset,
  isToolsetFactory,
  type Toolset,
  type ToolsetPlace,
} from "../../functions/toolset.ts";
import { nodeHost } from "../../host/node-host.ts";
import type { JsonObject } from "../../model/json.ts";
import { configurationOf } from "../../project/link/configuration-of.ts";
import { checkTools } from "../../project/load/found-exports.ts";
import { aText, checkOptions, type OptionCheck } from "../../project/run/check-options.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";

const SOURCE: YamlSource = {
  file: "the configuration in the test",
  code: "project",
  verb: "read",
  noun: "the configuration of a toolset",
};

/**
 * Makes the toolset of a factory as a worker's file would, to test its tools with `runTool`: the
 * configuration passes the factory's schema, with its defaults, and the tools are checked.
 *
 * @param config what a worker's file would say below the toolset's name. Default: nothing
 * @param place the worker that it is made for, with absolute paths. Default: a worker `main` in the
 * current folder
 * @throws LlmDoError `project` for a configuration that the schema refuses, with the nearest key, and
 * `code` for tools that no model could call, and `usage` for an unknown key of `place`; what the factory
 * itself throws
 *
 * @example
 * const { search } = toolsetOf(searchTools, { limit: 2 }).tools;
 * const run = await runTool(search, { query: "hello" });
 */
export function toolsetOf<Made extends Toolset>(
  factory: BrandedToolsetFactory<unknown, Made>,
  config: JsonObject = {},
  place: Partial<ToolsetPlace> = {},
): Made {
  checkOptions(place, PLACE, { verb: "call", what: "toolsetOf" });
  if (!isToolsetFactory(factory)) {
    throw new TypeError("toolsetOf needs a factory; of a toolset, use its tools as they are");
  }
  const read = configurationOf(factory, { config, written: written(config) });
  const made = factory.make(read, placeOf(place));
  if (!isToolset(made)) throw new TypeError("the factory made something that is not a toolset");
  checkTools(made, "the test");
  return made;
}

const PLACE = {
  cwd: aText,
  workerName: aText,
  workerPath: aText,
  workerDir: aText,
} satisfies Record<keyof ToolsetPlace, OptionCheck>;

function placeOf({
  cwd = nodeHost().cwd,
  workerName = "main",
  workerDir = cwd,
  workerPath = join(workerDir, `${workerName}.worker`),
}: Partial<ToolsetPlace>): ToolsetPlace {
  return { cwd, workerName, workerPath, workerDir };
}

/** The configuration as a worker's file would hold it. */
function written(config: JsonObject): Field {
  return { source: SOURCE, path: [], tree: parseYamlTree(JSON.stringify(config), SOURCE) };
}
