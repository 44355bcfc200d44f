import { mapOf } from "../format/map.ts";
import type { Format } from "../format/reader.ts";
import { schemaOf } from "../format/schema.ts";
import type { JsonSchema } from "../model/json.ts";
import { FRONT_MATTER } from "../worker/front-matter-keys.ts";
import { toolsetsWith } from "../worker/toolset-reference.ts";
import { WORKER_EXTENSION } from "./project-files.ts";

/**
 * The JSON Schema of front matter, for programs: no editor looks for one inside of a `.worker` file.
 *
 * @param configs what toolsets take, by their names; any other name may take anything
 */
export function frontMatterSchema(configs: ReadonlyMap<string, Format<unknown>>): JsonSchema {
  const toolsets = { ...FRONT_MATTER.keys.toolsets, ...toolsetsWith(configs) };
  const keys = { ...FRONT_MATTER.keys, toolsets };
  return schemaOf(`front matter of llm-do workers (*${WORKER_EXTENSION})`, mapOf(keys));
}
