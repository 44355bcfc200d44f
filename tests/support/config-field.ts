import type { Field } from "../../src/format/reader.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { workerSource } from "../../src/worker/front-matter.ts";
import { fieldOf } from "./described.ts";

/** A toolset's configuration as a worker's file would hand it on. */
export function configField(toolset: string, config: JsonObject): Field {
  return { ...fieldOf(config, workerSource("m.worker")), path: ["toolsets", toolset] };
}
