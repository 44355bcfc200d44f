import { resolve, sep } from "node:path";
import { HEADER, SEPARATOR } from "../../cassette/file/format.ts";
import { isBeingWritten } from "../../cassette/file/lock.ts";
import type { Host } from "../../host/host.ts";
import { shown } from "../../project/project-paths.ts";
import { counted } from "../../words/counted.ts";
import { shellQuote } from "../../words/shell-quote.ts";
import { unusedFilesOf } from "./cassette-folder.ts";
import type { CassetteUsers } from "./cassette-users.ts";
import { caseCassetteOf } from "./model-cassette.ts";

/** How every cassette begins, whatever its version. */
const START = HEADER.slice(0, HEADER.indexOf(":") + 1);

const CASSETTE = /\.ya?ml$/;

/** What a recording leaves that was not finished or not kept. */
const LEFTOVER = /\.ya?ml\.(?:recording|unfinished|torn)$/;

/**
 * Files in the folder of a file of cases that no case uses: cassettes of cases that are gone or have
 * another name, and what recordings left that were not finished and that no attempt takes up again.
 *
 * @param casesFile absolute
 * @param used absolute paths of the cassettes of all cases
 * @returns absolute paths
 */
export function orphansOf(
  casesFile: string,
  used: ReadonlySet<string>,
  host: Host,
): readonly string[] {
  return unusedFilesOf(casesFile, used, host.files).filter((path) => isOrphan(path, used, host));
}

function isOrphan(path: string, used: ReadonlySet<string>, host: Host): boolean {
  const { files } = host;
  if (LEFTOVER.test(path)) {
    const cassette = path.replace(/\.\w+$/, "");
    if (isBeingWritten(cassette, host)) return false;
    // What tools did and models were paid for answers in the next attempt.
    const isTakenUp = isOfCase(cassette, used) && !path.endsWith(".torn");
    return !(isTakenUp && files.readText(path).includes(`\n${SEPARATOR}`));
  }
  if (!CASSETTE.test(path) || isOfCase(path, used)) return false;
  return files.stat(path)?.kind === "file" && files.readText(path).startsWith(START);
}

function isOfCase(path: string, used: ReadonlySet<string>): boolean {
  const ofCase = caseCassetteOf(path); // one of another model, which `--models` reads
  return used.has(path) || (ofCase !== undefined && used.has(ofCase));
}

/**
 * The orphans of all files of cases at or below the top of the project.
 *
 * @param within absolute; only those below it. Default: all
 * @throws LlmDoError `cases` as {@link CassetteUsers.casesAround} does
 */
export function orphansAround(
  users: CassetteUsers,
  host: Host,
  within: string = host.cwd,
): readonly string[] {
  const cases = users.casesAround(within);
  const used = new Set(cases.map(({ cassette }) => cassette));
  const casesFiles = new Set(cases.map(({ place }) => resolve(host.cwd, place.file)));
  return [...casesFiles]
    .flatMap((file) => orphansOf(file, used, host))
    .filter((path) => within === host.cwd || path.startsWith(within + sep));
}

/**
 * The lines that list orphans and say how to remove them; none where there are none.
 *
 * @param renamed names of cases by the orphans that fit them: these are not to be removed
 */
export function orphanLines(
  orphans: readonly string[],
  host: Host,
  renamed: ReadonlyMap<string, string>,
): readonly string[] {
  if (orphans.length === 0) return [];
  const isMoved = orphans.some((path) => renamed.has(path));
  const blobs = (path: string) => {
    const folder = `${path}.blobs`;
    return host.files.stat(folder) ? [folder] : [];
  };
  const unneeded = orphans.filter((path) => !renamed.has(path));
  const all = unneeded.flatMap((path) => [path, ...blobs(path)]).map((path) => shown(path, host));
  const line = (path: string) => {
    const name = renamed.get(path);
    return `  ${shown(path, host)}${name === undefined ? "" : `: fits the case ${JSON.stringify(name)}`}`;
  };
  return [
    `${counted(orphans.length, "recording")} that no case uses:`,
    ...orphans.map(line),
    ...(isMoved ? ["Try: move what fits to its case: llm-do test --mode auto"] : []),
    ...(all.length > 0
      ? [`Try: remove what is not needed: rm -r ${all.map(shellQuote).join(" ")}`]
      : []),
  ];
}
