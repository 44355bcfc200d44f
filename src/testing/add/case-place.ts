import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { formatPlace } from "../../errors/place.ts";
import type { Host } from "../../host/host.ts";
import type { Project } from "../../project/project.ts";
import { findProjectTop, shown } from "../../project/project-paths.ts";
import { CASES_ENDING, slugOf } from "../cases/file/case-name.ts";
import { parseCases } from "../cases/file/parse-cases.ts";

/** Where a new case goes. */
export interface CasePlace {
  /** Absolute path of the file of cases. */
  readonly path: string;
  /** What it holds; undefined when it is to be made. */
  readonly text: string | undefined;
  /** Absolute path of the case's cassette. */
  readonly cassette: string;
}

interface PlaceRequest {
  readonly name: string;
  /** Path of the file of cases, as a person gave it. */
  readonly to: string | undefined;
  readonly project: Project;
  /** Absolute paths of the project's files. */
  readonly files: readonly string[];
}

/**
 * Finds the place of a new case: beside the file of its entry, or where a person wants it.
 *
 * @throws LlmDoError `usage` or `cases` when the name is taken, or the project is out of reach
 */
export function placeOfCase({ name, to, project, files }: PlaceRequest, host: Host): CasePlace {
  const path = to === undefined ? besideEntry(project, files, host) : resolve(host.cwd, to);
  const stem = basename(path, CASES_ENDING);
  if (!path.endsWith(CASES_ENDING) || stem === "") throw wrongFile(to ?? path);
  const slug = slugOf(name);
  if (slug === "") throw badName(name, "it has no letter and no digit to name its cassette by");
  checkInProject(files, path, host);
  const stat = host.files.stat(path);
  const text = stat && host.files.readText(path);
  const cassette = join(dirname(path), "cassettes", stem, `${slug}.yaml`);
  if (text === undefined || text.trim() === "") return { path, text: undefined, cassette };
  for (const other of parseCases(text, path, shown(path, host)).cases) {
    if (other.name !== name && other.cassette !== cassette) continue;
    const what = other.name === name ? "a case of this name" : `"${other.name}"`;
    throw badName(name, `${what} is there and has its cassette: ${formatPlace(other.place)}`);
  }
  return { path, text, cassette };
}

/** A path as a file of cases has it. */
export function relativePath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/") || ".";
}

function besideEntry({ entry }: Project, files: readonly string[], { cwd }: Host): string {
  const entryFile = resolve(cwd, entry.file);
  // The entry may come from a package.
  const file = files.find((one) => one === entryFile) ?? files[0] ?? entryFile;
  return join(dirname(file), `${basename(file).replace(/\.\w+$/, "")}${CASES_ENDING}`);
}

/** What others check out is the project: a case that names more than that runs here only. */
function checkInProject(files: readonly string[], path: string, host: Host): void {
  const top = findProjectTop(dirname(path), host.files);
  if (top === undefined) return;
  const outside = files.find((file) => !file.startsWith(top + sep));
  if (outside === undefined) return;
  throw new LlmDoError({
    code: "usage",
    verb: "add to",
    what: shown(path, host),
    reason: `the run's file ${outside} is outside of the project in ${top}`,
    tries: ["name a file of cases in the run's own project with --to"],
  });
}

function wrongFile(what: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "add to",
    what,
    reason: `the name of a file of cases ends in ${CASES_ENDING}`,
    tries: [`--to main${CASES_ENDING}`],
  });
}

function badName(what: string, reason: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "add",
    what,
    reason,
    tries: ["name the case by what it shows, as no other case of the file"],
  });
}
