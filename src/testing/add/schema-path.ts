import { dirname, join } from "node:path";
import type { Host } from "../../host/host.ts";
import { relativePath } from "./case-place.ts";

const SCHEMA = "node_modules/llm-do/dist/cases.schema.json";

/** Where an editor finds the JSON Schema of cases from a folder: in the nearest installed package. */
export function schemaPathFrom(folder: string, { files }: Host): string {
  for (let current = folder; ; current = dirname(current)) {
    if (files.stat(join(current, "node_modules/llm-do"))) {
      return relativePath(folder, join(current, SCHEMA));
    }
    if (dirname(current) === current) return SCHEMA;
  }
}
