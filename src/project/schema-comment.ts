import { dirname, join, relative, sep } from "node:path";
import type { Host } from "../host/host.ts";

/** Files of the package's `dist` with the JSON Schemas that editors apply. */
type SchemaFile = "cases.schema.json" | "project.schema.json" | "lock.schema.json";

const PREFIX = "# yaml-language-server: $schema=";

/**
 * The comment line by which editors find the JSON Schema of a YAML file: that of the nearest
 * installed package, or else of the one that may be installed in the file's folder.
 *
 * @param folder the file's own, absolute
 */
export function schemaComment(
  schema: SchemaFile,
  folder: string,
  { files }: Pick<Host, "files">,
): string {
  const installed = "node_modules/llm-do";
  for (let current = folder; ; current = dirname(current)) {
    if (files.stat(join(current, installed))) {
      const path = join(current, installed, "dist", schema);
      return PREFIX + relative(folder, path).split(sep).join("/");
    }
    if (dirname(current) === current) return `${PREFIX}${installed}/dist/${schema}`;
  }
}

/** The comment line that a text has, whatever schema it names. */
export function schemaCommentOf(text: string): string | undefined {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .find((line) => line.startsWith(PREFIX));
}
