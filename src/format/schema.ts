import type { Json, JsonSchema } from "../model/json.ts";
import { treeFromJson } from "../yaml/tree.ts";
import type { YamlSource } from "../yaml/yaml-source.ts";
import type { MapFormat, Shape } from "./map.ts";
import type { Field, Format, SharedSchemas } from "./reader.ts";

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

/** The rows of a map's table in the docs: key, what it must be, what it means. */
export function rowsOf({ keys }: MapFormat<Shape>): readonly (readonly string[])[] {
  return Object.entries(keys).map(([key, { expects, about = "", needed, fallback }]) => {
    const presence =
      needed !== undefined
        ? "required"
        : fallback === undefined
          ? undefined
          : `absent: ${JSON.stringify(fallback)}`;
    const meaning = [about, presence].filter((part) => part !== undefined && part !== "");
    return [`\`${key}\``, expects, meaning.join("; ")];
  });
}

/** JSON that no file holds, as a field: every error is at the place of the whole. */
export function fieldOf(json: Json, source: YamlSource): Field {
  return { source, path: [], tree: treeFromJson(json, { file: source.file }) };
}
