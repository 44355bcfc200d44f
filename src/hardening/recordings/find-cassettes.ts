import { join, resolve } from "node:path";
import { isCassetteText } from "../../cassette/file/header.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { projectTop, shown } from "../../project/project-paths.ts";

/** Where recordings are looked for at the top of a project when nobody says where. */
const DEFAULT_FOLDERS = ["cassettes", ".llm-do/runs"];

const ENDING = /\.ya?ml$/;

type Place = Pick<Host, "files" | "cwd">;

interface CassetteSearch {
  /** Cassettes, and folders that are searched for them; undefined: where recordings usually are. */
  readonly paths: readonly string[] | undefined;
  /** The folder of the worker. */
  readonly folder: string;
}

/**
 * The cassettes that are meant, as paths from the current folder where they are in it; in the order in
 * which they are named, those of a folder by name.
 *
 * @throws LlmDoError `file` for a path that leads nowhere
 */
export function findCassettes({ paths, folder }: CassetteSearch, host: Place): readonly string[] {
  const found = new Set<string>();
  for (const path of paths ?? defaultPaths(folder, host)) {
    for (const cassette of cassettesAt(path, host)) found.add(shown(cassette, host));
  }
  return [...found];
}

function defaultPaths(folder: string, host: Place): readonly string[] {
  const top = projectTop(folder, host);
  return DEFAULT_FOLDERS.map((name) => join(top, name)).filter((path) => host.files.stat(path));
}

function cassettesAt(named: string, { files, cwd }: Place): readonly string[] {
  const path = resolve(cwd, named);
  const stat = files.stat(path);
  // What is named is read, whatever it is called: what is wrong with it is told then.
  if (stat?.kind === "file") return [path];
  if (stat?.kind === "directory") return [...inFolder(path, { files, cwd })];
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: named,
    reason: "there is no such file or folder",
    tries: ["name cassettes, or a folder that holds some, behind --recordings"],
  });
}

function* inFolder(folder: string, host: Place): Generator<string> {
  for (const name of host.files.list(folder)) {
    const path = join(folder, name);
    const kind = name === "node_modules" ? undefined : host.files.stat(path)?.kind;
    if (kind === "directory" && !name.startsWith(".")) yield* inFolder(path, host);
    if (kind === "file" && ENDING.test(name) && isCassette(path, host)) yield path;
  }
}

function isCassette(path: string, { files }: Place): boolean {
  return isCassetteText(files.readText(path));
}
