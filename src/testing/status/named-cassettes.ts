import { resolve, sep } from "node:path";
import { isCassetteText } from "../../cassette/file/header.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import type { CassetteUsers } from "./cassette-users.ts";
import { walkFiles } from "./walk-files.ts";

const ENDING = /\.ya?ml$/;

/**
 * The absolute paths of the cassettes that words name: files, folders with those below them, and
 * what a case of the project is to be recorded to. No words mean those of all cases around here.
 *
 * @throws LlmDoError `file` for a word that names none, `cases` as {@link CassetteUsers.casesAround}
 * does, and where there are no cases
 */
export function namedCassettes(
  words: readonly string[],
  users: CassetteUsers,
  host: Host,
): readonly string[] {
  const ofCases = cassettesOfCases(users, host.cwd);
  if (words.length === 0) {
    if (ofCases.length === 0) throw noCases(host.cwd);
    return ofCases;
  }
  return [...new Set(words.flatMap((word) => cassettesAt(word, users, host)))];
}

function cassettesOfCases(users: CassetteUsers, folder: string): readonly string[] {
  const named = users.casesAround(folder).map(({ cassette }) => cassette);
  return [...new Set(named.filter((cassette) => cassette !== "none"))];
}

function cassettesAt(word: string, users: CassetteUsers, host: Host): readonly string[] {
  const path = resolve(host.cwd, word);
  const kind = host.files.stat(path)?.kind;
  if (kind === "file") return [path];
  if (kind === "directory") {
    const there = [...walkFiles(path, host.files)].filter((file) => isCassette(file, host));
    const ofCases = cassettesOfCases(users, path).filter((file) => file.startsWith(path + sep));
    const found = [...new Set([...there, ...ofCases])].toSorted();
    if (found.length > 0) return found;
    throw noCassette(word, "there are no cassettes in it");
  }
  if (users.runsOf(path).length > 0) return [path];
  throw noCassette(word, "there is no such file or folder");
}

/**
 * The paths of the cassettes that words name, as they are written: files, and folders with those
 * below them. Whether a file is a cassette is for its reader to say.
 *
 * @throws LlmDoError `file` for a folder that holds none
 */
export function cassettesNamed(words: readonly string[], host: Host): readonly string[] {
  const named = words.flatMap((word) => {
    const path = resolve(host.cwd, word);
    if (host.files.stat(path)?.kind !== "directory") return [word];
    const there = [...walkFiles(path, host.files)].filter((file) => isCassette(file, host));
    if (there.length === 0) throw noCassette(word, "there are no cassettes in it");
    return there.toSorted().map((file) => shown(file, host));
  });
  return [...new Set(named)];
}

function isCassette(path: string, { files }: Host): boolean {
  return ENDING.test(path) && isCassetteText(files.readText(path));
}

function noCassette(what: string, reason: string): LlmDoError {
  const tries = ["name cassettes, or a folder that holds some"];
  return new LlmDoError({ code: "file", verb: "read", what, reason, tries });
}

function noCases(folder: string): LlmDoError {
  return new LlmDoError({
    code: "cases",
    verb: "find",
    what: "cassettes",
    reason: `there are no cases around ${folder} that use any`,
    tries: ["name cassettes, or a folder that holds some"],
  });
}
