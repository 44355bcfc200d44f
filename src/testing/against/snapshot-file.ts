import { basename, dirname, join } from "node:path";
import type { FileSystem } from "../../host/files/file-system.ts";
import { isJsonObject, type Json } from "../../model/json.ts";

/** One snapshot as vitest writes it: a name and a text, both as template literals. */
const ENTRY = /^exports\[`((?:[^`\\]|\\[\s\S])*)`\] = `((?:[^`\\]|\\[\s\S])*)`;$/gm;

/**
 * Returns true if an output is what the snapshot of a case says, and where there is none. The file is
 * read as text: vitest would evaluate it.
 *
 * @param casesFile absolute path of the file of cases
 */
export function fitsSnapshot(
  output: Json,
  { name, casesFile }: { readonly name: string; readonly casesFile: string },
  files: FileSystem,
): boolean {
  const path = join(dirname(casesFile), "__snapshots__", `${basename(casesFile)}.snap`);
  if (files.stat(path)?.kind !== "file") return true;
  const text = files.readText(path).replaceAll("\r\n", "\n");
  const entry = [...text.matchAll(ENTRY)].find(([, key = ""]) => unescaped(key) === `${name} 1`);
  if (!entry) return true;
  const shown = snapshotText(output, "");
  const whole = shown.includes("\n") ? `\n${shown}\n` : shown;
  return unescaped(entry[2] ?? "") === whole.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
}

function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, "$1");
}

/** A value as vitest prints it by default. */
function snapshotText(value: Json, indent: string): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return block(
      "[]",
      value.map((item) => `${inner}${snapshotText(item, inner)},`),
      indent,
    );
  }
  if (!isJsonObject(value)) return String(value);
  const fields = Object.keys(value)
    .toSorted()
    .map((key) => `${inner}"${key}": ${snapshotText(value[key] ?? null, inner)},`);
  return block("{}", fields, indent);
}

function block([open, close]: string, lines: readonly string[], indent: string): string {
  if (lines.length === 0) return `${open}${close}`;
  return `${open}\n${lines.join("\n")}\n${indent}${close}`;
}
