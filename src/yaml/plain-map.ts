import type { MapEntry, MapTree } from "./tree.ts";

/** A key and a text of words: begins with a letter, so that it is no number, and holds no sign of YAML. */
const LINE = /^([a-z_]+):(?: ([A-Za-z][\w./-]*(?::[\w./-]+)*(?: \w[\w./-]*)*))$/;

/** Words that YAML, of one version or another, reads as something else than a text. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Longer texts are rare, and checked for their size by the parser. */
const MOST_CHARACTERS = 4000;

/**
 * Reads what most front matter is: a text of words behind each key. The parser of YAML is a tenth of
 * what a replay takes. Returns undefined for any text that it is not sure of.
 */
export function readPlainMap(yaml: string, file: string): MapTree | undefined {
  if (yaml.length > MOST_CHARACTERS) return undefined;
  const lines = yaml.split("\n");
  if (lines.pop() !== "") return undefined;
  const entries = new Map<string, MapEntry>();
  const first = lines.findIndex((line) => line !== "");
  if (first < 0) return undefined;
  for (let index = first; index < lines.length; index++) {
    const [, key, value] = LINE.exec(lines[index] ?? "") ?? [];
    if (key === undefined || value === undefined) return undefined;
    if (RESERVED.test(key) || RESERVED.test(value) || entries.has(key)) return undefined;
    const line = index + 1;
    const place = { file, line, column: key.length + ": ".length + 1 };
    entries.set(key, {
      keyPlace: { file, line, column: 1 },
      value: { kind: "scalar", value, plain: true, written: value, place },
    });
  }
  return { kind: "map", entries, place: { file, line: first + 1, column: 1 } };
}
