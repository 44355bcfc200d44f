import type { MapFormat, Shape } from "../../src/format/map.ts";
import type { Field } from "../../src/format/reader.ts";
import type { Json } from "../../src/model/json.ts";
import { treeFromJson } from "../../src/yaml/tree.ts";
import type { YamlSource } from "../../src/yaml/yaml-source.ts";

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
