import type { JsonSchema } from "../model/json.ts";
import type { Format, SharedSchemas } from "./reader.ts";

/** The JSON Schema (draft 2020-12) of a whole file. */
export function schemaOf(title: string, format: Format<unknown>): JsonSchema {
  const definitions = new Map<string, JsonSchema>();
  const shared: SharedSchemas = {
    refer: (name, make) => {
      if (!definitions.has(name)) {
        definitions.set(name, {}); // it may hold itself
        definitions.set(name, make());
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
  const schema = format.schema(shared);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    ...(format.about === undefined ? {} : { description: format.about }),
    ...schema,
    ...(definitions.size > 0 ? { $defs: Object.fromEntries(definitions) } : {}),
  };
}
