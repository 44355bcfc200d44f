import { join, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import type { Comparator } from "./comparator.ts";
import { comparatorOf, comparatorSource } from "./read-comparator.ts";

// Apart from `readComparator`, which programs import: a parser of YAML would load with it.

/**
 * Reads a comparator from YAML or JSON text.
 *
 * @param file the path that errors name
 * @throws LlmDoError `configuration` with file, line and column
 */
export function parseComparator(text: string, file: string): Comparator {
  return comparatorOf(parseYamlTree(text, comparatorSource(file)), file);
}

/**
 * The comparator that is declared for a worker: in the file that is named, else in `comparator.yaml` of
 * its hardening folder, else `exact`.
 *
 * @throws LlmDoError `file` when the named file is not there, `configuration` when it is wrong
 */
export function declaredComparator(
  named: string | undefined,
  folder: string,
  { files, cwd }: Pick<Host, "files" | "cwd">,
): Comparator {
  const path = named === undefined ? join(folder, COMPARATOR_FILE) : resolve(cwd, named);
  if (files.stat(path)?.kind === "file")
    return parseComparator(files.readText(path), named ?? path);
  if (named === undefined) return { kind: "exact" };
  const reason = "there is no such file";
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: named,
    reason,
    tries: ["check the path"],
  });
}

/** The name of the file in a worker's hardening folder. */
export const COMPARATOR_FILE = "comparator.yaml";

/** Returns true if somebody declared a comparator for a worker. */
export function isDeclared(
  named: string | undefined,
  folder: string,
  { files }: Pick<Host, "files">,
): boolean {
  return named !== undefined || files.stat(join(folder, COMPARATOR_FILE)) !== undefined;
}
