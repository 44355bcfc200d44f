import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CassetteFile } from "../../../src/cassette/file/cassette-file.ts";
import { nodeFileSystem } from "../../../src/host/files/node-file-system.ts";

/** What a project holds, by paths in it, but for what other packages keep for themselves. */
export type Snapshot = ReadonlyMap<string, string>;

export function snapshotOf(folder: string): Snapshot {
  const found = readdirSync(folder, { withFileTypes: true, recursive: true });
  return new Map(
    found
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("/project/node_modules/"))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length + 1), readFileSync(path, "latin1")] as const;
      }),
  );
}

/** What is recorded entry by entry: whole entries of it are whole. */
const RECORDING = /\.ya?ml(?:\.recording|\.unfinished)?$/;

/** What is written more than once by a command, or grows when it is run again, and is whole each time. */
const GROWS: Readonly<Record<string, (text: string) => boolean>> = {
  last: (text) => /^[^\n]+\n$/.test(text),
  "split.lock.json": isWholeJson,
  "from_name.log.jsonl": isWholeLog,
  "compare.html": isWholePage,
  "compare.json": isWholeJson,
  "compare.md": (text) => text.startsWith("# ") && text.endsWith("\n"),
  "models.html": isWholePage,
  "report.html": isWholePage,
};

/**
 * Files that are neither as they were nor as they are to be, and files that should not be there.
 *
 * @param before what was there before the command
 * @param after what it makes on a disk that works
 */
export function brokenFiles(folder: string, before: Snapshot, after: Snapshot): readonly string[] {
  return [...snapshotOf(folder)].flatMap(([path, text]) => {
    if (/\.tmp$|\.lock(?:\.[0-9a-f]{16})*$/.test(path)) return [`${path} is left`];
    if (text === before.get(path) || text === after.get(path)) return [];
    if (isWholeRecording(join(folder, path), text)) return [];
    if (GROWS[path.slice(path.lastIndexOf("/") + 1)]?.(text)) return [];
    return [`${path} is neither the old one nor the new one`];
  });
}

function isWholeRecording(path: string, text: string): boolean {
  if (!RECORDING.test(path) || !(text === "" || text.startsWith("cassette:"))) return false;
  try {
    return CassetteFile.read(path, nodeFileSystem).tornTail === "";
  } catch {
    return false;
  }
}

/** A log, of which lines may be torn: those are counted as damaged, and the next one begins anew. */
function isWholeLog(text: string): boolean {
  const lines = text.split("\n").filter((line) => line !== "");
  const torn = lines.filter((line) => !isWholeJson(`${line}\n`));
  return torn.every((line) => '{"at":"'.startsWith(line.slice(0, 7)));
}

function isWholePage(text: string): boolean {
  return text.startsWith("<!doctype html>") && text.trimEnd().endsWith("</html>");
}

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return text.endsWith("}\n");
  } catch {
    return false;
  }
}
