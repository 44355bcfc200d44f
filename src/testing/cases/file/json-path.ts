import { createRequire } from "node:module";
import type { JSONPathEnvironment, JSONValue } from "json-p3";
import type { Json } from "../../../model/json.ts";

const require = createRequire(import.meta.url);

let loaded: JSONPathEnvironment | undefined;

/** The library, once a path is read: most cases have none, and their start is measured. */
function environment(): JSONPathEnvironment {
  if (loaded) return loaded;
  const library = require("json-p3") as typeof import("json-p3");
  loaded = new library.JSONPathEnvironment();
  return loaded;
}

/**
 * Reads a JSONPath of RFC 9535; `a.b` stands for `$.a.b`.
 *
 * @returns what finds its value: the value itself for a path that can find only one (undefined where
 * there is none), else the list of all that it finds
 * @throws Error of the library for what is no JSONPath
 */
export function compilePath(path: string): (value: Json) => Json | undefined {
  const query = environment().compile(rooted(path));
  const isSingular = query.singularQuery();
  return (value) => {
    const values = query.query(value as JSONValue).values() as Json[]; // its type wants lists that can change
    return isSingular ? values[0] : values;
  };
}

function rooted(path: string): string {
  if (path.startsWith("$")) return path;
  return path.startsWith("[") ? `$${path}` : `$.${path}`;
}
