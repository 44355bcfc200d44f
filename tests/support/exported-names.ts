import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { repository } from "./cli.ts";

const text = (path: string) => readFileSync(resolve(repository, path), "utf8");

/** Names that a file of the repository exports by name. */
export function exportedNames(path: string): readonly string[] {
  return [...text(path).matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = ""]) =>
    list
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type /, "")
          .replace(/^\S+ as /, ""),
      )
      .filter((name) => name !== ""),
  );
}

/**
 * Names of the fields of an interface, comments left out.
 *
 * @throws Error when the file has no such interface
 */
export function fieldsOf(path: string, name: string): readonly string[] {
  const body = new RegExp(`^export interface ${name}\\b.*?\\{\\n(.*?)^\\}`, "ms").exec(text(path));
  const fields = [...(body?.[1] ?? "").matchAll(/^ {2}(?:readonly )?(\w+)\??(\(|:|<)/gm)];
  if (fields.length === 0) throw new Error(`${path} has no interface ${name}`);
  return fields.map(([, field = ""]) => field);
}
