import { relative, resolve } from "node:path";
import { CassetteFile } from "../../cassette/file/cassette-file.ts";
import { type RecordedRun, readRecordedRun } from "../../cassette/file/header.ts";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { RunFolder } from "../../project/kept/run-folder.ts";

/** A run that a case is to be made of. */
export interface ChosenRun {
  /** Absolute path of its cassette. */
  readonly path: string;
  readonly file: CassetteFile;
  readonly run: RecordedRun;
  /** The folder that it is kept in; undefined for a cassette of somebody's own, which stays. */
  readonly keptIn: RunFolder | undefined;
}

/** The word for the run that was last. */
const LAST = "last";

/** Runs that an error lists at most. */
const MOST_LISTED = 5;

/**
 * The run that a person means: `last`, the name of a run that is kept, or the path of a cassette.
 *
 * @throws LlmDoError `usage` when there is no such run or it does not say what was run,
 * `cassette-damaged` when it is no cassette
 */
export function chosenRun(word: string, host: Host): ChosenRun {
  const folder = new RunFolder(host);
  const path = pathOf(word, folder, host);
  const file = CassetteFile.read(path, host.files);
  const run = readRecordedRun(file.text, path);
  if (!run) throw untold(word, path);
  return { path, file, run, keptIn: folder.holds(path) ? folder : undefined };
}

function pathOf(word: string, folder: RunFolder, host: Host): string {
  const { files, cwd } = host;
  if (word === LAST) return lastPath(folder, host);
  const name = word.replace(/\.yaml$/, "");
  if (folder.names.includes(name)) return folder.pathOf(name);
  const path = resolve(cwd, word);
  if (files.stat(path)?.kind === "file") return path;
  throw unknownRun(word, "no run that is kept has this name, and no file either", folder);
}

function lastPath(folder: RunFolder, { files, cwd }: Host): string {
  const { last } = folder;
  if (last === undefined) throw unknownRun(LAST, "no run is kept yet", folder);
  const bytes = files.stat(last)?.bytes ?? 0;
  if (bytes > 0) return last;
  const reason = "it recorded nothing, could not be kept, or was made a case before";
  const missing = `  its recording would be ${relative(cwd, last)}`;
  throw unknownRun(LAST, reason, folder, [missing]);
}

function unknownRun(
  what: string,
  reason: string,
  folder: RunFolder,
  details: readonly string[] = [],
): LlmDoError {
  const newest = folder.names.slice(0, MOST_LISTED);
  const listed =
    newest.length === 0 ? [] : ["  the newest runs:", ...newest.map((n) => `    ${n}`)];
  const tries = [
    ...(newest[0] === undefined ? [] : [`llm-do test --add ${newest[0]} --name "..."`]),
    'run it first, without --no-keep: llm-do main.worker "..."',
  ];
  return new LlmDoError({
    code: "usage",
    verb: "add",
    what,
    reason,
    details: [...details, ...listed],
    tries,
  });
}

function untold(what: string, path: string): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "add",
    what,
    reason: "its cassette does not say what was run",
    place: { file: path, line: 1 },
    tries: [
      "record it anew at the command line, which writes that down",
      "or write the case by hand, with this file as its cassette",
    ],
  });
}
