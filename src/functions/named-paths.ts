import { isJsonObject, type Json, type JsonSchema } from "../model/json.ts";
import type { Path } from "../yaml/path.ts";

/** A path of a file that an input schema names. */
interface NamedPath {
  /** Where the schema says it. */
  readonly at: Path;
  readonly file: string;
}

/**
 * The files that a worker's input schema itself says will be attached: a default, a constant, the
 * members of an enumeration. They are its author's word; others are known when the worker is called.
 */
export function namedPaths({ properties }: JsonSchema): readonly NamedPath[] {
  const attachments = isJsonObject(properties) ? properties["attachments"] : undefined;
  if (!isJsonObject(attachments)) return [];
  const items = isJsonObject(attachments["items"]) ? attachments["items"] : {};
  const above = ["properties", "attachments"];
  return [
    ...named([...above, "default"], attachments["default"]),
    ...named([...above, "const"], attachments["const"]),
    ...named([...above, "items", "const"], [items["const"] ?? null]),
    ...named([...above, "items", "enum"], items["enum"]),
  ];
}

function named(at: Path, value: Json | undefined): readonly NamedPath[] {
  const files = Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  return files.map((file) => ({ at, file }));
}
